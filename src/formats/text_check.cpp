#include "text_check.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <string_view>

namespace uploadgate::formats {
namespace {

constexpr std::size_t longest_character = 4;

// ESC stands in logs with colours; the others are white space.
bool control(char32_t c) {
  return (c < 0x20 && std::u32string_view{U"\t\n\v\f\r\x1b"}.find(c) == std::u32string_view::npos) ||
         c == 0x7f;
}

bool utf8(std::string_view text, bool complete) {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t n = utf8proc_iterate(at, left, &c);
    if (n <= 0) return !complete && left < static_cast<utf8proc_ssize_t>(longest_character) && *at >= 0xc2;
    if (control(static_cast<char32_t>(c))) return false;
    at += n;
    left -= n;
  }
  return true;
}

bool utf16(std::string_view text, bool big) {
  for (std::size_t i = 2; i + 1 < text.size(); i += 2) {
    const auto high = static_cast<unsigned char>(text[big ? i : i + 1]);
    const auto low = static_cast<unsigned char>(text[big ? i + 1 : i]);
    if (high == 0 && control(low)) return false;
    if (high == 0xff && low >= 0xfe)
      return false;  // noncharacters, and the byte order mark the wrong way round
  }
  return text.size() % 2 == 0 || text.size() > 2;
}

}  // namespace

bool looks_like_text(bytes_view first, bool complete) {
  const std::string_view text = as_text(first);
  if (text.starts_with("\xff\xfe")) return utf16(text, false);
  if (text.starts_with("\xfe\xff")) return utf16(text, true);
  return utf8(text, complete);
}

}  // namespace uploadgate::formats
