// What only a terminal is shown: colour and progress.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace uploadgate::cli {

enum class colour : std::uint8_t { red, green, yellow, dim };
// paint colours text where standard output is a terminal and NO_COLOR is not set.
std::string paint(std::string_view text, colour c);

// progress shows one line on standard error while long work goes on: only where that is a terminal, and only
// from the second half-second on.
class progress {
 public:
  progress(std::uint64_t files, std::uint64_t bytes);
  ~progress();
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;
  void file_done() { ++files_done_; }
  void bytes_done(std::uint64_t n);

 private:
  void show();

  std::uint64_t files_, bytes_, files_done_ = 0, bytes_done_ = 0;
  bool terminal_, shown_ = false;
  std::chrono::steady_clock::time_point next_;
};

// running_line is progress for work of unknown length: "1234 files, 5.6 GiB, 789 MiB/s".
class running_line {
 public:
  running_line();
  ~running_line();
  running_line(const running_line&) = delete;
  running_line& operator=(const running_line&) = delete;
  void show(std::uint64_t files, std::uint64_t bytes);

 private:
  bool terminal_, shown_ = false;
  std::chrono::steady_clock::time_point begin_, next_;
};

}  // namespace uploadgate::cli
