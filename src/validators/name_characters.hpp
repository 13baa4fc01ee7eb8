// What one character of a file name is, where it stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uploadgate::names {

enum class character : std::uint8_t {
  fine,
  control,           // C0, C1, DEL, line and paragraph separators
  invisible,         // zero-width, direction-changing, or a joiner where nothing is joined
  disguised,         // a compatibility form of . / or a backslash, or one that servers turn into it
  private_reserved,  // U+F000 to U+F07F, as which SMB and Cygwin store characters that Windows reserves
};

// classify judges text[at]. Joiners, variation selectors and tags are fine where they change what is seen:
//   - ZWJ and ZWNJ behind a virama (RFC 5892, appendix A; UAX #31, section 2.3), and before one, as Bengali
//     writes the ya-phala behind ra;
//   - ZWNJ between two Arabic letters, marks skipped. RFC 5892 also asks for their Joining_Type, which
//     utf8proc does not know; people write ZWNJ behind letters that do not join, too;
//   - ZWJ between two pictographs, with a skin tone or a selector between (UTS #51, ED-16);
//   - one variation selector behind a symbol, a digit, or a letter of a script that has variants;
//   - the selectors of Mongolian behind, and its vowel separator between, Mongolian letters;
//   - the tags of a flag such as Scotland's (UTS #51, ED-14a);
//   - the blank Braille cell beside another cell;
//   - the zero-width space between letters of Thai, Lao, Myanmar or Khmer, whose keyboards type it for a
//   space;
//   - the one dot leader behind an Armenian letter, where it is the full stop.
character classify(std::u32string_view text, std::size_t at);

// is_ellipsis is true for the three dots in one character, which people type and which climb nowhere.
bool is_ellipsis(char32_t c);

}  // namespace uploadgate::names
