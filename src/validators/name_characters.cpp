#include "name_characters.hpp"

#include "unicode.hpp"

#include <algorithm>
#include <array>

namespace uploadgate::names {
namespace {

constexpr char32_t zero_width_space = 0x200B;
constexpr char32_t zwnj = 0x200C;
constexpr char32_t zwj = 0x200D;
constexpr char32_t black_flag = 0x1F3F4;
constexpr char32_t cancel_tag = 0xE007F;
constexpr std::size_t max_flag_tags = 6;  // a CLDR subdivision: two letters and up to three more; UTS #51

bool within(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

bool is_selector(char32_t c) { return within(c, 0xFE00, 0xFE0F) || within(c, 0xE0100, 0xE01EF); }
bool is_skin_tone(char32_t c) { return within(c, 0x1F3FB, 0x1F3FF); }
bool is_tag(char32_t c) { return within(c, 0xE0030, 0xE0039) || within(c, 0xE0061, 0xE007A); }
bool is_mongolian(char32_t c) { return within(c, 0x1820, 0x18AA) || within(c, 0x11660, 0x1166C); }
bool is_mongolian_selector(char32_t c) { return within(c, 0x180B, 0x180D) || c == 0x180F; }
// Scripts that write words without a space between and mark where a line may break (Line_Break=SA): Thai,
// Lao, Myanmar, Khmer.
bool is_unspaced(char32_t c) {
  return within(c, 0x0E01, 0x0EDF) || within(c, 0x1000, 0x109F) || within(c, 0x1780, 0x17D3);
}
bool is_armenian(char32_t c) { return within(c, 0x0531, 0x0588); }
bool is_ascii_alphanumeric(char32_t c) {
  return within(c, '0', '9') || within(c, 'A', 'Z') || within(c, 'a', 'z');
}
bool is_braille(char32_t c) { return within(c, 0x2801, 0x28FF); }

// A view of the neighbours; 0 stands for none.
struct place {
  std::u32string_view text;
  std::size_t at;
  [[nodiscard]] char32_t before(std::size_t distance = 1) const {
    return at >= distance ? text[at - distance] : 0;
  }
  [[nodiscard]] char32_t after(std::size_t distance = 1) const {
    return at + distance < text.size() ? text[at + distance] : 0;
  }
  [[nodiscard]] char32_t letter_before() const {
    std::size_t distance = 1;
    while (unicode::is_mark(before(distance))) ++distance;
    return before(distance);
  }
  [[nodiscard]] char32_t letter_after() const {
    std::size_t distance = 1;
    while (unicode::is_mark(after(distance))) ++distance;
    return after(distance);
  }
};

bool joins_conjunct(const place& p) {
  return unicode::is_virama(p.before()) ||
         (unicode::is_uncased_letter(p.before()) && unicode::is_virama(p.after()));
}

bool joins_pictographs(const place& p) {
  std::size_t distance = 1;
  if (is_selector(p.before()) || is_skin_tone(p.before()) || p.before() == cancel_tag) ++distance;
  while (p.before() == cancel_tag && is_tag(p.before(distance)) && distance < max_flag_tags + 2) ++distance;
  return unicode::is_pictograph(p.before(distance)) && unicode::is_pictograph(p.after());
}

bool selects_variant(const place& p) {
  const char32_t base = p.before();
  if (within(p.text[p.at], 0xE0100, 0xE01EF))
    return unicode::is_uncased_letter(base) && unicode::is_wide(base);
  return base == '#' || (unicode::is_pictograph(base) && base > 0x7F) ||
         (base != 0 && !within(base, 1, '/') && unicode::is_symbol_or_number(base)) ||
         unicode::is_uncased_letter(base);
}

bool belongs_to_flag(const place& p) {
  std::size_t first = p.at;
  while (first > 0 && is_tag(p.text[first - 1])) --first;
  std::size_t last = p.at;
  while (last < p.text.size() && is_tag(p.text[last])) ++last;
  const std::size_t tags = last - first;
  return tags > 0 && tags <= max_flag_tags && first > 0 && p.text[first - 1] == black_flag &&
         last < p.text.size() && p.text[last] == cancel_tag;
}

bool is_wanted_here(const place& p) {
  const char32_t c = p.text[p.at];
  if (c == zwnj)
    return joins_conjunct(p) ||
           (unicode::is_arabic_letter(p.letter_before()) && unicode::is_arabic_letter(p.letter_after()));
  if (c == zero_width_space) return is_unspaced(p.before()) && is_unspaced(p.after());
  if (c == zwj) return joins_conjunct(p) || joins_pictographs(p);
  if (is_selector(c)) return selects_variant(p);
  if (is_tag(c) || c == cancel_tag) return belongs_to_flag(p);
  if (is_mongolian_selector(c)) return is_mongolian(p.before());
  if (c == 0x180E) return is_mongolian(p.letter_before()) && is_mongolian(p.after());
  return false;
}

bool is_disguised(const place& p) {
  const char32_t c = p.text[p.at];
  // Armenian's everyday full stop, the mijaket. What follows must not look like an extension.
  if (c == 0x2024 && is_armenian(p.before())) return is_ascii_alphanumeric(p.after());
  // Windows' best fit turns these into / and \ where it leaves Unicode (bestfit1252.txt), though NFKC does
  // not.
  constexpr std::array<char32_t, 3> best_fit{0x2044, 0x2215, 0x2216};
  if (std::ranges::find(best_fit, c) != best_fit.end()) return true;
  const std::u32string form = unicode::compatibility_form(c);
  if (form.find_first_of(U"/\\") != std::u32string::npos) return true;
  return !is_ellipsis(c) && form.find_first_not_of(U'.') == std::u32string::npos;
}

}  // namespace

bool is_ellipsis(char32_t c) { return c == 0x2026 || c == 0xFE19; }

character classify(std::u32string_view text, std::size_t at) {
  const char32_t c = text[at];
  if (within(c, 0x20, 0x7E)) return character::fine;
  if (unicode::is_control(c)) return character::control;
  if (unicode::is_noncharacter(c) || within(c, 0xFFF9, 0xFFFB)) return character::invisible;
  const place p{text, at};
  if (c == 0x2800) {
    return is_braille(p.before()) || is_braille(p.after()) ? character::fine : character::invisible;
  }
  if (unicode::is_default_ignorable(c)) return is_wanted_here(p) ? character::fine : character::invisible;
  if (within(c, 0xF000, 0xF07F)) return character::private_reserved;
  return is_disguised(p) ? character::disguised : character::fine;
}

}  // namespace uploadgate::names
