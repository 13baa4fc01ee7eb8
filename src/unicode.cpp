#include "unicode.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <new>

namespace uploadgate::unicode {
namespace {

constexpr char32_t last_code_point = 0x10FFFF;

utf8proc_int32_t raw(char32_t c) { return static_cast<utf8proc_int32_t>(c); }
utf8proc_category_t category_of(char32_t c) { return utf8proc_category(raw(c)); }

const utf8proc_uint8_t* units(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

std::string normalised(std::string_view text, int options) {
  if (text.empty()) return {};
  struct releaser {
    void operator()(utf8proc_uint8_t* p) const { std::free(p); }
  };
  utf8proc_uint8_t* made = nullptr;
  const utf8proc_ssize_t length = utf8proc_map(units(text), static_cast<utf8proc_ssize_t>(text.size()), &made,
                                               static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, releaser> owner{made};
  if (length == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  if (length < 0) return {};
  return {reinterpret_cast<const char*>(made), static_cast<std::size_t>(length)};
}

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

// The old forms of UTF-8 reached to six bytes (RFC 2279); a lenient decoder may still read them.
decoded decode_leniently(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  std::size_t length = 0;
  if (lead >= 0xC0 && lead < 0xE0) length = 2;
  if (lead >= 0xE0 && lead < 0xF0) length = 3;
  if (lead >= 0xF0 && lead < 0xF8) length = 4;
  if (lead >= 0xF8 && lead < 0xFC) length = 5;
  if (lead >= 0xFC && lead < 0xFE) length = 6;
  if (length == 0) return {0xFFFD, 1, form::invalid};
  char32_t value = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(text, i)) return {0xFFFD, i, form::invalid};
    value = value << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  constexpr std::array<char32_t, 7> least{0, 0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000};
  if (value >= least[length]) return {0xFFFD, length, form::invalid};
  return {value, length, form::overlong};
}

}  // namespace

decoded decode(std::string_view text) {
  if (static_cast<unsigned char>(text[0]) < 0x80) return {static_cast<char32_t>(text[0]), 1, form::valid};
  utf8proc_int32_t value = 0;
  const utf8proc_ssize_t length =
      utf8proc_iterate(units(text), static_cast<utf8proc_ssize_t>(text.size()), &value);
  if (length > 0) return {static_cast<char32_t>(value), static_cast<std::size_t>(length), form::valid};
  return decode_leniently(text);
}

void append(std::string& text, char32_t c) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const utf8proc_ssize_t length = utf8proc_encode_char(raw(c), bytes.data());
  text.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length));
}

std::u32string to_utf32(std::string_view valid_utf8) {
  std::u32string out;
  out.reserve(valid_utf8.size());
  while (!valid_utf8.empty()) {
    const decoded d = decode(valid_utf8);
    out.push_back(d.value);
    valid_utf8.remove_prefix(d.length);
  }
  return out;
}

std::string to_utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) append(out, c);
  return out;
}

std::string to_valid(std::string_view text, char replacement) {
  std::string out;
  out.reserve(text.size());
  if (is_ascii(text)) return out.append(text);
  while (!text.empty()) {
    const decoded d = decode(text);
    if (d.form == form::valid) {
      out.append(text.substr(0, d.length));
    } else {
      out.push_back(replacement);
    }
    text.remove_prefix(d.length);
  }
  return out;
}

std::string nfc(std::string_view text) {
  return is_ascii(text) ? std::string{text} : normalised(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}
std::string nfkc(std::string_view text) {
  if (is_ascii(text)) return std::string{text};
  return normalised(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
}
std::string nfkc_casefold(std::string_view text) {
  if (is_ascii(text)) return ascii_lower(text);
  return normalised(
      text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
}

std::u32string compatibility_form(char32_t c) {
  std::array<utf8proc_int32_t, 32> parts{};  // the longest decomposition, U+FDFA, has 18
  int boundary = 0;
  const utf8proc_ssize_t n = utf8proc_decompose_char(
      raw(c), parts.data(), static_cast<utf8proc_ssize_t>(parts.size()),
      static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE), &boundary);
  if (n < 0 || static_cast<std::size_t>(n) > parts.size()) return {c};
  return {parts.begin(), parts.begin() + n};
}

bool is_space(char32_t c) { return c < 0x80 ? c == ' ' : category_of(c) == UTF8PROC_CATEGORY_ZS; }

bool is_control(char32_t c) {
  const utf8proc_category_t category = category_of(c);
  return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP;
}

bool is_format(char32_t c) { return category_of(c) == UTF8PROC_CATEGORY_CF; }
bool steers(char32_t c) { return is_control(c) || is_format(c); }

bool is_mark(char32_t c) {
  const utf8proc_category_t category = category_of(c);
  return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

bool is_uncased_letter(char32_t c) { return category_of(c) == UTF8PROC_CATEGORY_LO; }

bool is_symbol_or_number(char32_t c) {
  const utf8proc_category_t category = category_of(c);
  return (category >= UTF8PROC_CATEGORY_SM && category <= UTF8PROC_CATEGORY_SO) ||
         (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO) ||
         category == UTF8PROC_CATEGORY_PO;
}

bool is_arabic_letter(char32_t c) {
  return utf8proc_get_property(raw(c))->bidi_class == UTF8PROC_BIDI_CLASS_AL;
}

bool is_virama(char32_t c) { return utf8proc_get_property(raw(c))->combining_class == 9; }

bool is_pictograph(char32_t c) {
  return utf8proc_get_property(raw(c))->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

bool is_wide(char32_t c) { return utf8proc_charwidth(raw(c)) == 2; }

bool is_default_ignorable(char32_t c) {
  // utf8proc knows assigned characters only; these ranges are reserved as ignorable (DerivedCoreProperties).
  if (c == 0x2065 || (c >= 0xFFF0 && c <= 0xFFF8) || (c >= 0xE0000 && c <= 0xE0FFF)) return true;
  return utf8proc_get_property(raw(c))->ignorable != 0;
}

bool is_noncharacter(char32_t c) {
  return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFEU) == 0xFFFE || c > last_code_point;
}

std::size_t first_clusters(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text.size();
  std::size_t at = 0;
  std::size_t cluster = 0;
  std::size_t character = 0;
  utf8proc_int32_t state = 0;
  char32_t before = 0;
  while (at < text.size() && at <= limit) {
    const decoded d = decode(text.substr(at));
    character = at;
    if (at > 0 && utf8proc_grapheme_break_stateful(raw(before), raw(d.value), &state)) cluster = at;
    before = d.value;
    at += d.length;
  }
  return cluster > 0 ? cluster : character;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string ascii_lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

}  // namespace uploadgate::unicode
