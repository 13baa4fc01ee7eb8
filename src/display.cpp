#include <uploadgate/display.hpp>

#include "json_members.hpp"
#include "unicode.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <utility>

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
    if (!unicode::steers(c)) {
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

std::string human_size(std::uint64_t bytes) {
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value, units.at(unit));
  return text.data();
}

std::string to_json(const verdict& v, const facts& f, std::span<const json_member> lead) {
  json_members members;
  for (const auto& [key, value] : lead) members.text(key, value);
  members.verdict(v);
  members.facts(f);
  return std::move(members).take();
}

}  // namespace uploadgate
