#include "json_members.hpp"

#include <uploadgate/display.hpp>

#include "unicode.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace uploadgate {
namespace {

// Cuts before a character, not inside one.
std::string_view first_bytes(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80) --most;
  return text.substr(0, most);
}

void append_escape(std::string& to, unsigned unit) {
  std::array<char, 8> escape{};
  std::snprintf(escape.data(), escape.size(), "\\u%04x", unit);
  to += escape.data();
}

// RFC 8259, section 7: beyond the first plane, two surrogates.
void append_escaped(std::string& to, char32_t c) {
  constexpr char32_t second_plane = 0x10000;
  if (c < second_plane) return append_escape(to, static_cast<unsigned>(c));
  c -= second_plane;
  append_escape(to, static_cast<unsigned>(0xd800 + (c >> 10U)));
  append_escape(to, static_cast<unsigned>(0xdc00 + (c & 0x3ffU)));
}

bool plain(unsigned char c) { return c < 0x7f; }

}  // namespace

boost::json::string json_members::shown(std::string_view value) {
  const std::string_view kept = first_bytes(value, kept_.text);
  cut_ = cut_ || kept.size() != value.size();
  if (unicode::is_ascii(kept)) return boost::json::string(kept, to_.storage());
  return boost::json::string(valid_utf8(kept), to_.storage());
}

void json_members::text(std::string_view key, std::string_view value) {
  if (!value.empty()) to_.emplace(key, shown(value));
}

void json_members::number(std::string_view key, std::optional<std::uint64_t> value) {
  if (value) to_.emplace(key, *value);
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
  boost::json::array list(to_.storage());
  for (std::size_t i = 0; i < warnings; ++i) list.emplace_back(shown(f.warnings[i]));
  to_.emplace("warnings", std::move(list));
}

std::string escape_steering(std::string json) {
  if (std::ranges::all_of(json, plain)) return json;
  std::string out;
  out.reserve(json.size() + 64);
  for (std::string_view rest = json; !rest.empty();) {
    const unicode::decoded d = unicode::decode(rest);
    if (unicode::steers(d.value)) {
      append_escaped(out, d.value);
    } else {
      out += rest.substr(0, d.length);
    }
    rest.remove_prefix(d.length);
  }
  return out;
}

}  // namespace uploadgate
