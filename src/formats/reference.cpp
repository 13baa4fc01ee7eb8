#include "reference.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace uploadgate::formats {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

template <std::size_t N>
bool any_of(std::string_view t, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, t) != words.end();
}

constexpr std::array<std::string_view, 4> script_schemes{"javascript", "vbscript", "livescript", "mocha"};
constexpr std::array<std::string_view, 8> link_schemes{"http", "https", "mailto", "tel",
                                                       "ftp",  "ftps",  "sms",    "urn"};
constexpr std::array<std::string_view, 9> raster_types{"image/png",  "image/jpeg",  "image/jpg",
                                                       "image/gif",  "image/webp",  "image/bmp",
                                                       "image/avif", "image/x-png", "image/pjpeg"};
constexpr std::array<std::string_view, 4> inert_types{"", "text/plain", "text/css",
                                                      "application/octet-stream"};

bool font_type(std::string_view t) {
  constexpr std::array<std::string_view, 3> others{"application/vnd.ms-opentype",
                                                   "application/vnd.ms-fontobject", "application/opentype"};
  return t.starts_with("font/") || t.starts_with("application/font-") ||
         t.starts_with("application/x-font-") || any_of(t, others);
}

reference classify_data(std::string_view rest) {
  std::string_view type = rest.substr(0, rest.find_first_of(",;"));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  while (!type.empty() && type.front() == ' ') type.remove_prefix(1);
  if (type == "image/svg+xml") return reference::drawing;
  if (any_of(type, raster_types)) return reference::raster;
  if (font_type(type)) return reference::font;
  return any_of(type, inert_types) ? reference::inert : reference::active;
}

}  // namespace

bool equal_without_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view program_handler(std::string_view url) {
  constexpr std::array<std::string_view, 13> handlers{
      "ms-msdt", "search-ms", "search", "shell", "script",          "mhtml",       "jar",
      "mk",      "ms-its",    "its",    "hcp",   "ms-appinstaller", "ms-officecmd"};
  std::string scheme;
  for (const char c : url.substr(0, reference_window)) {
    if (c == ':') {
      const auto* const found = std::ranges::find(handlers, scheme);
      return found == handlers.end() ? std::string_view{} : *found;
    }
    if (c > ' ' && c < 0x7F) scheme += lower(c);
  }
  return {};
}

reference classify(std::string_view url) {
  if (url.empty() || url.front() == '#') return reference::internal;
  // URL Standard, section 4.4: C0 controls and space are stripped in front; tab, LF and CR go anywhere.
  std::array<char, reference_window> clean{};
  std::size_t n = 0;
  bool leading = true;
  for (const char c : url) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '\t' || c == '\n' || c == '\r' || (leading && u <= ' ')) continue;
    leading = false;
    if (n == clean.size()) break;
    clean[n++] = lower(c);
  }
  const std::string_view t{clean.data(), n};
  if (t.empty() || t.front() == '#') return reference::internal;
  const std::size_t colon = t.find_first_of(":/?#");
  if (colon == std::string_view::npos || t[colon] != ':') return reference::hyperlink;
  std::string_view scheme = t.substr(0, colon);
  while (!scheme.empty() && scheme.back() == ' ') scheme.remove_suffix(1);
  if (any_of(scheme, script_schemes)) return reference::script;
  if (scheme == "data") return classify_data(t.substr(colon + 1));
  // Firefox's view-source: and jar:, and feed:, have wrapped scripts.
  const std::string_view rest = t.substr(colon + 1);
  if (std::ranges::any_of(script_schemes, [&](std::string_view s) {
        return rest.starts_with(s) && rest.substr(s.size()).starts_with(':');
      })) {
    return reference::script;
  }
  return any_of(scheme, link_schemes) ? reference::hyperlink : reference::external;
}

}  // namespace uploadgate::formats
