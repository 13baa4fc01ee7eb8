#include "json_members.hpp"

#include <uploadgate/display.hpp>

#include "unicode.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

namespace uploadgate {
namespace {

constexpr std::size_t usual_line = 1024;  // bytes; most are shorter

// Cuts before a character, not inside one.
std::string_view first_bytes(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80) --most;
  return text.substr(0, most);
}

// Whether a text stands in JSON as it is: no control, quote or backslash, and nothing beyond ASCII. Bitwise,
// and without an early end, so that compilers look at many bytes at once.
bool plain(std::string_view text) {
  std::uint8_t other = 0;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    other |= static_cast<std::uint8_t>((byte < 0x20) | (byte >= 0x7f) | (byte == '"') | (byte == '\\'));
  }
  return other == 0;
}

void append_escape(std::string& to, unsigned unit) {
  std::array<char, 16> escape{};
  std::snprintf(escape.data(), escape.size(), "\\u%04x", unit);
  to += escape.data();
}

// RFC 8259, section 7: beyond the first plane, two surrogates.
void append_escape_of(std::string& to, char32_t c) {
  constexpr char32_t second_plane = 0x10000;
  if (c < second_plane) return append_escape(to, static_cast<unsigned>(c));
  c -= second_plane;
  append_escape(to, static_cast<unsigned>(0xd800 + (c >> 10U)));
  append_escape(to, static_cast<unsigned>(0xdc00 + (c & 0x3ffU)));
}

// A text in quotes, as Boost.JSON writes it, with escapes for the characters beyond ASCII that steer.
void append_quoted(std::string& to, std::string_view text) {
  const std::string quoted = boost::json::serialize(boost::json::string_view{valid_utf8(text)});
  for (std::string_view rest = quoted; !rest.empty();) {
    const unicode::decoded d = unicode::decode(rest);
    if (unicode::steers(d.value)) {
      append_escape_of(to, d.value);
    } else {
      to += rest.substr(0, d.length);
    }
    rest.remove_prefix(d.length);
  }
}

}  // namespace

json_members::json_members(limits kept) : kept_{kept} { out_.reserve(usual_line); }

void json_members::quote(std::string_view text) {
  if (!plain(text)) return append_quoted(out_, text);
  out_ += '"';
  out_ += text;
  out_ += '"';
}

void json_members::quote_cut(std::string_view text) {
  const std::string_view kept = first_bytes(text, kept_.text);
  cut_ = cut_ || kept.size() != text.size();
  quote(kept);
}

void json_members::begin(std::string_view key) {
  out_ += out_.size() > 1 ? ",\"" : "\"";
  out_ += key;
  out_ += "\":";
}

void json_members::text(std::string_view key, std::string_view value) {
  if (value.empty()) return;
  begin(key);
  quote_cut(value);
}

void json_members::number(std::string_view key, std::optional<std::uint64_t> value) {
  if (!value) return;
  begin(key);
  std::array<char, std::numeric_limits<std::uint64_t>::digits10 + 1> digits{};
  out_.append(digits.data(), std::to_chars(digits.begin(), digits.end(), *value).ptr);
}

void json_members::mark(std::string_view key) {
  begin(key);
  out_ += "true";
}

void json_members::object(std::string_view key, json_members&& inner) {
  cut_ = cut_ || inner.cut_;
  begin(key);
  out_ += std::move(inner).take();
}

void json_members::verdict(const uploadgate::verdict& v) {
  text("verdict", v.accepted() ? "accepted" : v.rejected() ? "rejected" : "pending");
  if (!v.rejected()) return;
  text("rule", v.rule());
  text("reason", v.reason());
  text("condition", name(v.condition()));
  number("offset", v.offset());
  text("detail", v.detail());
}

void json_members::facts(const uploadgate::facts& f) {
  text("media_type", f.media_type);
  text("extension", f.extension);
  text("safe_name", f.safe_name);
  number("size", f.size);
  text("sha256", f.sha256);
  text("examined", name(f.examined));
  number("width", f.width);
  number("height", f.height);
  number("frames", f.frames);
  number("entries", f.entries);
  number("unpacked_size", f.unpacked_size);
  const std::size_t warnings = std::min(f.warnings.size(), kept_.warnings);
  cut_ = cut_ || warnings < f.warnings.size();
  if (warnings == 0) return;
  begin("warnings");
  for (std::size_t i = 0; i < warnings; ++i) {
    out_ += i == 0 ? '[' : ',';
    quote_cut(f.warnings[i]);
  }
  out_ += ']';
}

std::string json_members::take() && {
  out_ += '}';
  return std::move(out_);
}

}  // namespace uploadgate
