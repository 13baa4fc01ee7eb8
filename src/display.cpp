#include <uploadgate/display.hpp>

#include "unicode.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <cstdio>
#include <optional>

namespace uploadgate {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

// Calls each(character, bytes) for every character; what is not UTF-8 is U+FFFD.
template <class Each>
void for_each_character(std::string_view text, Each each) {
  while (!text.empty()) {
    const unicode::decoded d = unicode::decode(text);
    if (d.form == unicode::form::valid) {
      each(d.value, text.substr(0, d.length));
    } else {
      each(U'\ufffd', replacement);
    }
    text.remove_prefix(d.length);
  }
}

bool steers(char32_t c) { return unicode::is_control(c) || unicode::is_format(c); }

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for_each_character(text, [&](char32_t, std::string_view bytes) { out += bytes; });
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for_each_character(text, [&](char32_t c, std::string_view bytes) {
    if (!steers(c)) {
      out += bytes;
      return;
    }
    std::array<char, 16> escaped{};
    std::snprintf(escaped.data(), escaped.size(), c < 0x100 ? "\\x%02x" : "\\u{%x}",
                  static_cast<unsigned>(c));
    out += escaped.data();
  });
  return out;
}

std::string to_json(const verdict& v, const facts& f, std::span<const json_member> lead) {
  boost::json::object o;
  const auto text = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) o.emplace(key, valid_utf8(value));
  };
  const auto number = [&](std::string_view key, std::optional<std::uint64_t> value) {
    if (value) o.emplace(key, *value);
  };
  for (const auto& [key, value] : lead) text(key, value);
  o.emplace("verdict", v.accepted() ? "accepted" : v.rejected() ? "rejected" : "pending");
  if (v.rejected()) {
    text("rule", v.rule());
    text("reason", v.reason());
    text("condition", name(v.condition()));
    number("offset", v.offset());
    text("detail", v.detail());
  }
  text("media_type", f.media_type);
  text("extension", f.extension);
  text("safe_name", f.safe_name);
  o.emplace("size", f.size);
  text("sha256", f.sha256);
  o.emplace("examined", name(f.examined));
  number("width", f.width);
  number("height", f.height);
  number("frames", f.frames);
  number("entries", f.entries);
  number("unpacked_size", f.unpacked_size);
  if (!f.warnings.empty()) {
    boost::json::array warnings;
    for (const std::string& w : f.warnings) warnings.emplace_back(valid_utf8(w));
    o.emplace("warnings", std::move(warnings));
  }
  return boost::json::serialize(o);
}

}  // namespace uploadgate
