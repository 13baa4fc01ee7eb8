// The tokens of RTF (Rich Text Format Specification 1.9.1), and the destinations that act or carry files.
#pragma once

#include <uploadgate/bytes.hpp>

#include "grammar.hpp"
#include "other_reading.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate::formats {

class rtf_scanner {
 public:
  explicit rtf_scanner(context& ctx) : ctx_{&ctx} {}

  // scan reads bytes that begin at `offset` and says how many of them belong to the document; fewer than all
  // where it ended.
  result scan(bytes_view bytes, std::uint64_t offset, std::size_t& used);
  [[nodiscard]] bool ended() const { return begun_ && depth_ == 0; }

 private:
  enum class state : std::uint8_t { text, slash, word, sign, number, hex_high, hex_low, binary };
  // What is gathered in a group, to be judged at its end.
  enum class gathered : std::uint8_t { field, target, shape_name, shape_value };
  struct open {
    std::uint64_t depth;
    std::size_t begin;  // in text_
    gathered what;
  };

  result byte(char c, std::uint64_t at);
  result plain(char c, std::uint64_t at);
  result control(std::uint64_t at);
  result group_ends(std::uint64_t at);
  result judge(gathered what, std::string_view text, std::uint64_t at);
  result judge_field(std::string_view text, std::uint64_t at);
  void gather(gathered what) { open_.push_back({depth_, text_.size(), what}); }
  void append(char c);
  // Pictures and other data are written in hexadecimal digits, and a program could be.
  result unpack(unsigned digit, std::uint64_t at);
  result look_into_unpacked(std::uint64_t at);

  context* ctx_;
  state state_ = state::text;
  bool begun_ = false;
  std::uint64_t depth_ = 0;
  std::string word_;
  bool negative_ = false;
  bool has_number_ = false;
  std::uint64_t number_ = 0;
  unsigned hex_ = 0;
  std::uint64_t binary_ = 0;
  std::uint64_t skip_ = 0;      // characters that stand in for the last \u
  std::uint64_t stand_in_ = 1;  // \uc
  std::vector<open> open_;
  std::string text_;
  std::string shape_name_;
  std::optional<unsigned> high_digit_;
  std::array<std::byte, 256> unpacked_{};
  std::size_t unpacked_size_ = 0;
  other_reading programs_{handling::allow, other_reading::subject::compound};
  bool told_of_program_ = false;
};

}  // namespace uploadgate::formats
