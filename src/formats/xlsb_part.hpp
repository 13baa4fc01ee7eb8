// A part of a binary workbook ([MS-XLSB]): records, of which those that act are looked at.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/verdict.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace uploadgate::formats {

class rule_sink;

// Whether a part of that name is made of records. Printers' settings, projects of VBA and what other programs
// put in are binary too, and are not.
bool is_xlsb_part(std::string_view lower_name);
// Whether a content type says that a part is made of records.
bool is_xlsb_type(std::string_view lower_type);

class xlsb_part {
 public:
  explicit xlsb_part(rule_sink& sink) : sink_{&sink} {}

  result feed(bytes_view bytes);
  // The part ends.
  result finish();

 private:
  // The most of a record that is looked at; one that acts and is longer is refused.
  static constexpr std::size_t most_kept = 64 * KiB;
  static constexpr std::size_t longest_type = 2;
  static constexpr std::size_t longest_size = 4;
  enum class place : std::uint8_t { type, size, content };

  bool take_number(std::byte b, std::size_t longest);
  result judge();

  rule_sink* sink_;
  place at_ = place::type;
  std::uint32_t number_ = 0;  // type or size, as far as it was read
  std::size_t digits_ = 0;
  std::uint32_t type_ = 0;
  std::uint32_t size_ = 0;
  std::uint32_t left_ = 0;
  bool connections_ = false;  // from here on it says how data is reached
  std::vector<std::byte> kept_;
};

}  // namespace uploadgate::formats
