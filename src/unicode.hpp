// UTF-8 and Unicode properties, from utf8proc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace uploadgate::unicode {

// What stands at the beginning of a text.
enum class form : std::uint8_t {
  valid,
  overlong,  // a longer UTF-8 form than the character needs (RFC 3629, section 10)
  invalid,   // any other ill-formed sequence, surrogates among them
};

struct decoded {
  char32_t value;      // where valid, or overlong: what a lenient decoder would see
  std::size_t length;  // bytes, at least 1
  unicode::form form;
};

// decode reads the first character of a text that is not empty.
decoded decode(std::string_view text);
void append(std::string& text, char32_t c);
std::u32string to_utf32(std::string_view valid_utf8);
std::string to_utf8(std::u32string_view text);
// to_valid replaces each ill-formed sequence by `replacement`.
std::string to_valid(std::string_view text, char replacement);

// The normal forms (UAX #15) of valid UTF-8.
std::string nfc(std::string_view text);
std::string nfkc(std::string_view text);
std::string nfkc_casefold(std::string_view text);
// compatibility_form gives the full compatibility decomposition of one character.
std::u32string compatibility_form(char32_t c);

bool is_space(char32_t c);              // general category Zs
bool is_control(char32_t c);            // Cc, and the line and paragraph separators
bool is_format(char32_t c);             // Cf
bool steers(char32_t c);                // either of the two: could steer a terminal or forge a line of a log
bool is_mark(char32_t c);               // Mn, Mc, Me
bool is_uncased_letter(char32_t c);     // Lo
bool is_symbol_or_number(char32_t c);   // S*, N*, Po
bool is_arabic_letter(char32_t c);      // bidirectional class AL
bool is_virama(char32_t c);             // canonical combining class 9
bool is_pictograph(char32_t c);         // Extended_Pictographic
bool is_wide(char32_t c);               // takes two columns, as ideographs do
bool is_default_ignorable(char32_t c);  // Default_Ignorable_Code_Point
bool is_noncharacter(char32_t c);

// first_clusters gives how many bytes of valid UTF-8, at most `limit`, end between two grapheme clusters (UAX
// #29); where the first cluster is longer than that, between two characters.
std::size_t first_clusters(std::string_view text, std::size_t limit);

bool is_ascii(std::string_view text);
// ascii_lower folds A to Z and nothing else.
std::string ascii_lower(std::string_view text);

}  // namespace uploadgate::unicode
