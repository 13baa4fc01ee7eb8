#include "name_views.hpp"

#include "unicode.hpp"

#include <charconv>
#include <optional>
#include <vector>

namespace uploadgate::names {
namespace {

std::optional<unsigned> hexadecimal(std::string_view digits, std::size_t wanted) {
  if (digits.size() < wanted) return {};
  unsigned value = 0;
  const char* end = digits.data() + wanted;
  const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
  if (error != std::errc{} || stop != end) return {};
  return value;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_surrogate(unsigned value) { return value >= 0xD800 && value <= 0xDFFF; }

struct unescaped {
  std::string text;
  std::vector<bool> accidental;  // of each byte: it came from an escape right behind a digit
  bool changed = false;
};

unescaped unescape(std::string_view text) {
  unescaped out;
  const auto put = [&](std::string_view bytes, bool accidental) {
    out.text += bytes;
    out.accidental.resize(out.text.size(), accidental);
  };
  bool behind_escape = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with('%')) {
      if (const auto byte = hexadecimal(rest.substr(1), 2)) {
        const char c = static_cast<char>(*byte);
        put({&c, 1}, i > 0 && is_digit(text[i - 1]) && !behind_escape);
        out.changed = behind_escape = true;
        i += 3;
        continue;
      }
      // Not of any standard, and decoded by IIS and by JavaScript's unescape.
      const bool wide = rest.size() > 1 && (rest[1] == 'u' || rest[1] == 'U');
      const auto unit = wide ? hexadecimal(rest.substr(2), 4) : std::nullopt;
      if (unit && !is_surrogate(*unit)) {
        std::string character;
        unicode::append(character, *unit);
        put(character, false);
        out.changed = behind_escape = true;
        i += 6;
        continue;
      }
    }
    put(rest.substr(0, 1), false);
    behind_escape = false;
    ++i;
  }
  return out;
}

// The ill-formed sequences of a decoded name are noted, and replaced so that decoding can go on.
void take_unescaped(view& v, const unescaped& from) {
  v.percent = true;
  v.compatibility = false;
  v.damaged = v.damaged_overlong = false;
  v.accidental = true;
  v.text.clear();
  for (std::size_t i = 0; i < from.text.size();) {
    const unicode::decoded d = unicode::decode(std::string_view{from.text}.substr(i));
    if (d.form == unicode::form::valid) {
      v.text.append(from.text, i, d.length);
    } else {
      v.damaged = true;
      v.damaged_overlong |= d.form == unicode::form::overlong;
      v.accidental = v.accidental && from.accidental[i];
      v.text += '_';
    }
    i += d.length;
  }
}

}  // namespace

bool decodes_to_itself(std::string_view name) {
  return name.find('%') == name.npos && unicode::is_ascii(name);
}

bool next_view(view& v) {
  if (v.text.find('%') != v.text.npos) {
    if (const unescaped u = unescape(v.text); u.changed) {
      take_unescaped(v, u);
      return true;
    }
  }
  if (unicode::is_ascii(v.text)) return false;
  std::string folded = unicode::nfkc(v.text);
  if (folded == v.text) return false;
  v.text = std::move(folded);
  v.compatibility = true;
  v.damaged = v.damaged_overlong = false;
  return true;
}

std::string defuse_escapes(std::string_view valid_utf8) {
  std::u32string text = unicode::to_utf32(valid_utf8);
  for (char32_t& c : text) {
    if (unicode::compatibility_form(c) == U"%") c = U'_';
  }
  return unicode::to_utf8(text);
}

}  // namespace uploadgate::names
