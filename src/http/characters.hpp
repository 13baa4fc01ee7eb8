// Classes of characters in headers, and UTF-8.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uploadgate::http {

// Bits of a character's classes. A character without a bit is plain everywhere in a header's value.
namespace ch {
inline constexpr std::uint8_t token = 1;      // RFC 9110, section 5.6.2
inline constexpr std::uint8_t control = 2;    // NUL to US and DEL, the tab too
inline constexpr std::uint8_t high = 4;       // beyond ASCII
inline constexpr std::uint8_t suspect = 8;    // needs a second look in a name: \ / % & = ; ? < [ ] * -
inline constexpr std::uint8_t boundary = 16;  // bchars of RFC 2046 but the space and the comma
inline constexpr std::uint8_t simple = 32;    // letters, digits, and . _ -
inline constexpr std::uint8_t quote = 64;     // the quotation mark
}  // namespace ch

inline constexpr std::array<std::uint8_t, 256> classes = [] {
  std::array<std::uint8_t, 256> t{};
  const auto add = [&](std::string_view text, std::uint8_t bits) {
    for (const char c : text) {
      auto& bits_of_c = t[static_cast<unsigned char>(c)];
      bits_of_c = static_cast<std::uint8_t>(bits_of_c | bits);
    }
  };
  add("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
      ch::token | ch::boundary | ch::simple);
  add("!#$%&'*+-.^_`|~", ch::token);
  add("'()+_-./:=?", ch::boundary);
  add("._-", ch::simple);
  add("\\/%&=;?<[]*-", ch::suspect);
  add("\"", ch::quote);
  for (std::size_t c = 0; c < 0x20; ++c) t[c] = ch::control;
  t[0x7F] = ch::control;
  for (std::size_t c = 0x80; c < 0x100; ++c) t[c] = ch::high;
  return t;
}();

inline constexpr bool is(char c, std::uint8_t bits) { return classes[static_cast<unsigned char>(c)] & bits; }

// is_plain says that a character needs no second look in a name between quotation marks.
inline constexpr bool is_plain(char c) { return !is(c, ch::control | ch::high | ch::suspect | ch::quote); }

// plain_prefix gives how many plain characters the text begins with.
std::size_t plain_prefix(std::string_view text) noexcept;

// any_of gives the bits of all characters together.
inline std::uint8_t any_of(std::string_view text) {
  unsigned bits = 0;
  for (const char c : text) bits |= classes[static_cast<unsigned char>(c)];
  return static_cast<std::uint8_t>(bits);
}

// first_with gives where the first character of a class stands, or npos.
inline std::size_t first_with(std::string_view text, std::uint8_t bits) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (is(text[i], bits)) return i;
  return std::string_view::npos;
}

inline constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// same_word compares as headers do: ASCII letters match in either case. `word` is lower case.
inline bool same_word(std::string_view text, std::string_view word) {
  if (text.size() != word.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (lower(text[i]) != word[i]) return false;
  return true;
}

// has_word says whether a lower-case word stands anywhere in the text, in either case.
inline bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t i = 0; i + word.size() <= text.size(); ++i)
    if (same_word(text.substr(i, word.size()), word)) return true;
  return false;
}

// invalid_utf8 gives where the text stops being UTF-8 (shortest forms, no surrogates), or npos.
std::size_t invalid_utf8(std::string_view text);

}  // namespace uploadgate::http
