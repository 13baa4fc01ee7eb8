// The lines of a log that grows, through its rotations.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace uploadgate::cli {

class followed_file {
 public:
  // "-" is standard input.
  explicit followed_file(std::string path);
  ~followed_file();
  followed_file(const followed_file&) = delete;
  followed_file& operator=(const followed_file&) = delete;

  // Gives every line that is whole by now. Where the path has become another file, it goes on there when it
  // has read the old one to its end; where the file was cut, at its beginning. False where there is no file
  // yet.
  bool read_lines(const std::function<void(std::string_view)>& each);

 private:
  bool open();
  void read_to_end(const std::function<void(std::string_view)>& each);
  [[nodiscard]] bool was_cut() const;
  [[nodiscard]] bool was_replaced() const;

  std::string path_;
  std::string half_;  // a line whose end has not been written yet
  int fd_ = -1;
};

}  // namespace uploadgate::cli
