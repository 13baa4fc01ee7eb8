#include "text_check.hpp"

#include "unicode.hpp"

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
  while (!text.empty()) {
    const unicode::decoded d = unicode::decode(text);
    if (d.form != unicode::form::valid) {
      return !complete && text.size() < longest_character && static_cast<unsigned char>(text.front()) >= 0xc2;
    }
    if (control(d.value)) return false;
    text.remove_prefix(d.length);
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
  // Ctrl-Z ends texts of CP/M and DOS.
  return utf8(complete ? text.substr(0, text.find_last_not_of('\x1A') + 1) : text, complete);
}

bool begins_xml(bytes_view first) {
  using namespace std::string_view_literals;
  std::string_view text = as_text(first);
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) text.remove_prefix(2);
  return text.starts_with("<?xml ") || text.starts_with("<\0?\0x\0m\0l\0"sv) ||
         text.starts_with("\0<\0?\0x\0m\0l"sv);
}

bool has_control_bytes(bytes_view first) {
  const std::size_t end = as_text(first).find_last_not_of('\x1A') + 1;
  return std::ranges::any_of(first.first(end), [](std::byte b) {
    const auto c = std::to_integer<unsigned char>(b);
    return c < 0x20 && std::string_view{"\t\n\f\r"}.find(static_cast<char>(c)) == std::string_view::npos;
  });
}

}  // namespace uploadgate::formats
