// The parts of a file by their names, for a person who asks what is in it. Each byte belongs to one: a part
// ends where the next one begins.
#pragma once

#include <uploadgate/facts.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate::formats {

class part_list {
 public:
  // begin starts a part; the one before it ends there.
  void begin(std::string_view name, std::uint64_t at);
  // name gives the part at hand another name, when more of it is known.
  void name(std::string_view better) { name_ = better; }
  // all ends the last part, and gives them: parts of one name together, in the order of their first ones.
  std::vector<file_part> all(std::uint64_t end);

 private:
  void end(std::uint64_t at);

  std::vector<file_part> parts_;
  std::string name_;
  std::uint64_t at_ = 0;
  bool open_ = false;
};

}  // namespace uploadgate::formats
