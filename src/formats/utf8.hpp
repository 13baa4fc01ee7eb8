// UTF-8 well-formedness (The Unicode Standard, section 3.9, table 3-7) as bytes stream, by simdjson.
#pragma once

#include <uploadgate/bytes.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace uploadgate::formats {

// Overlong forms, surrogates and what is above U+10FFFF are ill-formed.
struct utf8_scan {
  std::size_t valid = 0;  // bytes at the front that are whole, well-formed characters
  bool cut = false;       // what follows them is the beginning of a character that the view's end cuts
};
utf8_scan scan_utf8(bytes_view bytes);
// utf8_character: the length of the character at the front of bytes that are not empty; 0 where it is
// ill-formed or cut.
std::size_t utf8_character(bytes_view bytes);
// is_utf8: whether all of it is well-formed and nothing is cut.
bool is_utf8(bytes_view bytes);

// utf8_length: how many bytes a character has by its first one, 2 to 4; 1 for ASCII and for what begins none.
constexpr int utf8_length(std::uint8_t lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  return lead >= 0xF0 && lead <= 0xF4 ? 4 : 1;
}

// utf8_validator reads a stream. feed() and finish() give the offset, from the first byte fed, of the first
// ill-formed sequence; it does not depend on how the bytes were cut. After that it is not to be fed again.
class utf8_validator {
 public:
  std::optional<std::uint64_t> feed(bytes_view chunk);
  [[nodiscard]] std::optional<std::uint64_t> finish() const;

 private:
  std::uint64_t done_ = 0;  // bytes that are known to be well-formed
  std::array<std::byte, 4> cut_{};
  std::size_t cut_size_ = 0;
};

}  // namespace uploadgate::formats
