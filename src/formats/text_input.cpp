#include "text_input.hpp"

#include "endian.hpp"
#include "utf8.hpp"

#include <boost/locale/utf.hpp>

#include <algorithm>
#include <cstdio>

namespace uploadgate::formats {
namespace {

namespace utf = boost::locale::utf;
using utf8 = utf::utf_traits<char>;

std::uint8_t byte(std::string_view t, std::size_t i) { return static_cast<std::uint8_t>(t[i]); }

// Tab, LF, FF and CR are what text is laid out with.
constexpr char substitute = 0x1A;  // Ctrl-Z, with which CP/M and DOS end a text

bool control(std::uint8_t c) { return (c < 0x20 && c != 9 && c != 10 && c != 12 && c != 13) || c == 0x7F; }

struct found_leads {
  bool control = false;
  bool c2 = false;    // U+0080 to U+00BF, where the C1 control characters are
  bool e2 = false;    // U+2000 to U+2FFF, where the direction controls are
  bool high = false;  // anything beyond ASCII
};

// One pass without branches, which compilers turn into vector code.
found_leads look(std::string_view t) {
  unsigned char bad = 0;
  unsigned char c2 = 0;
  unsigned char e2 = 0;
  unsigned char high = 0;
  const auto* p = reinterpret_cast<const unsigned char*>(t.data());
  const std::size_t n = t.size();
  for (std::size_t i = 0; i < n; ++i) {
    const unsigned char c = p[i];
    const auto layout = static_cast<unsigned char>((c == 9) | (c == 10) | (c == 12) | (c == 13));
    bad = static_cast<unsigned char>(bad | (((c < 0x20) & !layout) | (c == 0x7F)));
    c2 = static_cast<unsigned char>(c2 | (c == 0xC2));
    e2 = static_cast<unsigned char>(e2 | (c == 0xE2));
    high = static_cast<unsigned char>(high | c);
  }
  return {bad != 0, c2 != 0, e2 != 0, (high & 0x80) != 0};
}

// How long the character is that t begins with, where it is spelt in a form that UTF-8 forbids and careless
// decoders take: overlong, a surrogate, or above U+10FFFF. 0 for all else.
std::size_t forged(std::string_view t) {
  const auto follows = [&](std::size_t i) { return i < t.size() && (byte(t, i) & 0xC0U) == 0x80U; };
  const std::uint8_t lead = byte(t, 0);
  if (!follows(1)) return 0;
  const std::uint8_t next = byte(t, 1);
  if ((lead & 0xFEU) == 0xC0U) return 2;
  if (!follows(2)) return 0;
  if ((lead == 0xE0 && next < 0xA0) || (lead == 0xED && next >= 0xA0)) return 3;
  return follows(3) && ((lead == 0xF0 && next < 0x90) || (lead == 0xF4 && next >= 0x90)) ? 4 : 0;
}

// How long the ill-formed sequence is that t begins with: a cut character is one.
std::size_t ill_formed(std::string_view t) {
  const auto whole = static_cast<std::size_t>(utf8_length(byte(t, 0)));
  std::size_t i = 1;
  while (i < whole && i < t.size() && (byte(t, i) & 0xC0U) == 0x80U) ++i;
  return i;
}

std::uint64_t characters_beyond_ascii(std::string_view t) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(t, [](char c) { return static_cast<std::uint8_t>(c) >= 0xC0; }));
}

// C1 characters that begin a command to a terminal: DCS, SOS, CSI, OSC, PM and APC.
bool commands_terminal(unsigned c) { return c == 0x90 || c == 0x98 || c == 0x9B || (c >= 0x9D && c <= 0x9F); }

std::string code_point(unsigned c) {
  char text[16];
  std::snprintf(text, sizeof text, "U+%04X", c);
  return text;
}

// U+202A to U+202E and U+2066 to U+2069: text that reads otherwise than it is stored ("Trojan Source",
// CVE-2021-42574).
unsigned direction_control(std::string_view t, std::size_t i) {
  const unsigned low = (byte(t, i + 1) & 0x3FU) << 6 | (byte(t, i + 2) & 0x3FU);
  const unsigned c = 0x2000U | low;
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ? c : 0;
}

}  // namespace

std::uint64_t text_piece::at(std::size_t i) const {
  if (!wide) return offset + i;
  std::uint64_t units = 0;
  for (const char c : text.substr(0, i)) {
    const auto lead = static_cast<std::uint8_t>(c);
    if ((lead & 0xC0) != 0x80) units += lead >= 0xF0 ? 2 : 1;
  }
  return offset + 2 * units;
}

std::size_t text_decoder::skip_mark(bytes_view bytes) {
  const std::string_view t = as_text(bytes);
  if (t.starts_with("\xEF\xBB\xBF")) return 3;
  if (t.starts_with("\xFF\xFE")) encoding_ = encoding::utf16_le;
  if (t.starts_with("\xFE\xFF")) encoding_ = encoding::utf16_be;
  return encoding_ == encoding::utf16_le || encoding_ == encoding::utf16_be ? 2 : 0;
}

text_decoder::decoded text_decoder::decode(bytes_view bytes, std::uint64_t offset, bool last) {
  const std::size_t mark = offset == 0 ? skip_mark(bytes) : 0;
  const bool wide = encoding_ == encoding::utf16_le || encoding_ == encoding::utf16_be;
  const bytes_view all = bytes.subspan(mark);
  const bytes_view rest = last && !wide ? all.first(as_text(all).find_last_not_of(substitute) + 1) : all;
  decoded d = wide ? decode_wide(rest, offset + mark, last) : decode_bytes(rest, offset + mark, last);
  d.used += d.used == rest.size() ? bytes.size() - rest.size() : mark;
  if (result r = judge(d.piece); !r.ok()) {
    // What stands before the character is still read first, so that the first objection in the file is given.
    const std::uint64_t where = *r.why().offset;
    std::size_t i = 0;
    while (i < d.piece.text.size() && d.piece.at(i) < where) ++i;
    d.piece.text = d.piece.text.substr(0, i);
    d.ill = std::move(r);
  }
  return d;
}

text_decoder::decoded text_decoder::decode_bytes(bytes_view bytes, std::uint64_t offset, bool last) {
  if (encoding_ == encoding::legacy) return decode_legacy(bytes, offset, last);
  decoded d{.piece = {as_text(bytes), offset, false}, .used = bytes.size()};
  const utf8_scan s = scan_utf8(bytes);
  if (s.valid == bytes.size()) return d;
  d.piece.text = as_text(bytes.first(s.valid));
  d.used = s.valid;
  if (s.cut && !last) return d;
  first_ill_ = offset + s.valid;
  well_formed_ += characters_beyond_ascii(d.piece.text);
  d.ill = handle(ctx_, well_formed_ > surely_utf8 ? mixed_encodings() : ctx_.manner.legacy_encodings,
                 errc::not_text, "not UTF-8", first_ill_);
  if (d.ill.ok()) encoding_ = encoding::legacy;
  return d;
}

text_decoder::decoded text_decoder::decode_legacy(bytes_view bytes, std::uint64_t offset, bool last) {
  constexpr std::size_t longest = 4;
  std::size_t i = 0;
  while (i < bytes.size()) {
    if (u8(bytes, i) < 0x80) {
      ++i;
    } else if (const std::size_t whole = utf8_character(bytes.subspan(i)); whole > 0) {
      ++well_formed_;
      i += whole;
    } else if (!last && bytes.size() - i < longest) {
      break;
    } else if (const std::size_t n = forged(as_text(bytes.subspan(i))); n > 0) {
      if (forged_++ == 0) first_forged_ = offset + i;
      i += n;
    } else {
      ++ill_formed_;
      i += ill_formed(as_text(bytes.subspan(i)));
    }
  }
  return {.piece = {as_text(bytes.first(i)), offset, false}, .used = i};
}

// Nobody writes two encodings into one file: text that was UTF-8 is broken.
handling text_decoder::mixed_encodings() const {
  const handling allowed = ctx_.manner.legacy_encodings;
  return allowed == handling::warn ? handling::reject : allowed;
}

// In EUC, GBK, Big5 and Shift-JIS some bytes look like a UTF-8 character, or a forged one, by chance; more
// look like none.
result text_decoder::finish() const {
  if (encoding_ != encoding::legacy || ill_formed_ > well_formed_ + forged_) return {};
  if (forged_ > 0) return {errc::not_text, "a forged UTF-8 character", first_forged_};
  return handle(ctx_, mixed_encodings(), errc::not_text, "not UTF-8", first_ill_);
}

text_decoder::decoded text_decoder::decode_wide(bytes_view bytes, std::uint64_t offset, bool last) {
  const bool little = encoding_ == encoding::utf16_le;
  const auto unit = [&](std::size_t i) -> std::uint16_t { return little ? le16(bytes, i) : be16(bytes, i); };
  decoded d{.piece = {{}, offset, true}};
  wide_.clear();
  std::size_t i = 0;
  for (; i + 2 <= bytes.size(); i += 2) {
    const std::uint16_t first = unit(i);
    utf::code_point c = first;
    if (first >= 0xD800 && first <= 0xDFFF) {
      if (first <= 0xDBFF && i + 4 > bytes.size() && !last) break;
      const std::uint16_t second = first <= 0xDBFF && i + 4 <= bytes.size() ? unit(i + 2) : std::uint16_t{0};
      if (second < 0xDC00 || second > 0xDFFF) {
        d.ill = {errc::not_text, "a lone surrogate in UTF-16", offset + i};
        break;
      }
      c = 0x10000U + ((first - 0xD800U) << 10) + (second - 0xDC00U);
      i += 2;
    }
    utf8::encode(c, std::back_inserter(wide_));
  }
  if (d.ill.ok() && last && i < bytes.size()) d.ill = {errc::not_text, "half a UTF-16 character", offset + i};
  d.used = i;
  d.piece.text = wide_;
  return d;
}

void text_decoder::warn_of_c1(unsigned c, std::uint64_t at) {
  if (warned_of_c1_) return;
  warned_of_c1_ = true;
  ctx_.warn("a control character (" + code_point(c) + ") at " + std::to_string(at));
}

result text_decoder::judge(const text_piece& piece) {
  const std::string_view t = piece.text;
  const found_leads seen = look(t);
  std::size_t bad = t.size();
  unsigned which = 0;
  if (seen.control) {
    const auto it = std::ranges::find_if(t, [](char c) { return control(static_cast<std::uint8_t>(c)); });
    bad = static_cast<std::size_t>(it - t.begin());
    which = byte(t, bad);
  }
  if (encoding_ != encoding::legacy) {
    if (seen.high && well_formed_ <= surely_utf8) well_formed_ += characters_beyond_ascii(t);
    if (seen.c2) {
      for (std::size_t i = t.find('\xC2'); i < bad; i = t.find('\xC2', i + 2)) {
        const unsigned c = byte(t, i + 1);
        if (c >= 0xA0 || c == 0x85) continue;  // U+0085 is a line's end
        if (!commands_terminal(c)) {
          warn_of_c1(c, piece.at(i));
          continue;
        }
        bad = i;
        which = c;
      }
    }
    for (std::size_t i = seen.e2 && !warned_of_direction_ ? t.find('\xE2') : bad; i < bad;
         i = t.find('\xE2', i + 3)) {
      const unsigned c = direction_control(t, i);
      if (c == 0) continue;
      warned_of_direction_ = true;
      ctx_.warn("text changes its direction (" + code_point(c) + ") at " + std::to_string(piece.at(i)));
      break;
    }
  }
  if (bad == t.size()) return {};
  return {errc::control_character, code_point(which), piece.at(bad)};
}

}  // namespace uploadgate::formats
