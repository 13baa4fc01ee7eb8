#include "entry_name.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace uploadgate::formats {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view a, std::string_view word) {
  return a.size() == word.size() &&
         std::equal(a.begin(), a.end(), word.begin(), [](char x, char y) { return lower(x) == y; });
}

// Windows opens a device for these, whatever the extension (Microsoft, "Naming Files, Paths, and
// Namespaces").
bool is_device(std::string_view component) {
  const std::size_t dot = component.find('.');
  std::string_view stem = component.substr(0, dot);
  while (!stem.empty() && stem.back() == ' ') stem.remove_suffix(1);
  for (const std::string_view word : {"con", "prn", "aux", "nul", "conin$", "conout$"}) {
    if (same_word(stem, word)) return true;
  }
  if (stem.size() < 4) return false;
  const std::string_view end = stem.substr(3);
  const bool numbered = (end.size() == 1 && end[0] >= '0' && end[0] <= '9') || end == "\xC2\xB9" ||
                        end == "\xC2\xB2" || end == "\xC2\xB3";
  return numbered && (same_word(stem.substr(0, 3), "com") || same_word(stem.substr(0, 3), "lpt"));
}

const char* bad_code_point(utf8proc_int32_t c) {
  if (c >= 0x80 && c <= 0x9F) return "a control character";
  if (c == 0x2028 || c == 0x2029) return "a line separator";
  if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069)) return "a change of direction";
  // Forms that a conversion to a code page turns into a separator.
  for (const utf8proc_int32_t form : {0xFF0F, 0xFF3C, 0x2215, 0x2044, 0x29F5, 0x29F8, 0xFE68}) {
    if (c == form) return "a look-alike of a separator";
  }
  return nullptr;
}

const char* bad_ascii(std::string_view path) {
  for (const char c : path) {
    const auto u = static_cast<unsigned char>(c);
    if (u == 0) return "a NUL byte";
    if (u < 0x20 || u == 0x7F) return "a control character";
    if (c == '\\') return "a backslash";
    if (c == ':') return "a colon";
    if (c == '<' || c == '>') return "an angle bracket";
  }
  return nullptr;
}

const char* bad_component(std::string_view component, bool first) {
  if (component.empty()) return "an empty component";
  if (component == ".") return first ? nullptr : "a component '.'";
  if (component == "..") return "a component '..'";
  if (component.find_first_not_of(". ") == std::string_view::npos) return "a component of dots and spaces";
  // Windows drops it, so that the name meets another one's.
  if (component.back() == '.' || component.back() == ' ') return "a component that ends in a dot or a space";
  if (is_device(component)) return "a device name";
  return nullptr;
}

const char* bad_unicode(std::string_view path) {
  const auto* p = reinterpret_cast<const utf8proc_uint8_t*>(path.data());
  auto left = static_cast<utf8proc_ssize_t>(path.size());
  while (left > 0) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t n = utf8proc_iterate(p, left, &c);
    if (n <= 0) return "bytes that are not UTF-8";
    if (const char* bad = bad_code_point(c)) return bad;
    p += n;
    left -= n;
  }
  return nullptr;
}

const char* bad_components(std::string_view path) {
  if (path.back() == '/') path.remove_suffix(1);
  for (bool first = true;; first = false) {
    const std::size_t slash = path.find('/');
    if (const char* bad = bad_component(path.substr(0, slash), first)) return bad;
    if (slash == std::string_view::npos) return nullptr;
    path.remove_prefix(slash + 1);
  }
}

struct freed {
  void operator()(utf8proc_uint8_t* p) const { std::free(p); }
};

}  // namespace

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_utf8(std::string_view text) {
  const auto* p = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t n = utf8proc_iterate(p, left, &c);
    if (n <= 0) return false;
    p += n;
    left -= n;
  }
  return true;
}

result judge_entry_name(std::string_view path, name_encoding encoding, std::uint64_t max_length,
                        std::uint64_t offset) {
  const auto object = [&](std::string_view why) -> result {
    return {errc::entry_name, "a name with " + std::string{why}, offset};
  };
  if (path.empty()) return {errc::entry_name, "an empty name", offset};
  if (path.size() > max_length) {
    return {errc::name_too_long, "an entry's name is " + over_bytes(max_length), offset};
  }
  if (const char* bad = bad_ascii(path)) return object(bad);
  if (path.front() == '/') return {errc::entry_name, "an absolute path", offset};
  if (const char* bad = bad_components(path)) return object(bad);
  if (is_ascii(path)) return {};
  // In a code page every byte from 0x80 on is a printable character or half of one; the bytes below were
  // judged.
  if (encoding == name_encoding::unknown && !is_utf8(path)) return {};
  if (const char* bad = bad_unicode(path)) return object(bad);
  return {};
}

result judge_entry_name(context& ctx, std::string_view path, name_encoding encoding, std::uint64_t offset) {
  const std::uint64_t shortest = ctx.least(limit{&archive_limits::max_entry_name});
  if (path.size() <= shortest) return judge_entry_name(path, encoding, shortest, offset);
  return ask(ctx, [&](const structure_limits& limits) -> result {
    return judge_entry_name(path, encoding, limits.archive.max_entry_name, offset);
  });
}

std::string_view folded_entry_name(std::string_view path, std::string& buffer) {
  if (path.starts_with("./")) path.remove_prefix(2);
  if (path.ends_with('/')) path.remove_suffix(1);
  if (is_ascii(path)) {
    if (std::ranges::none_of(path, [](char c) { return c >= 'A' && c <= 'Z'; })) return path;
    buffer.resize(path.size());
    std::ranges::transform(path, buffer.begin(), lower);
    return buffer;
  }
  utf8proc_uint8_t* made = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
  const utf8proc_ssize_t n = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(path.data()),
                                          static_cast<utf8proc_ssize_t>(path.size()), &made, options);
  const std::unique_ptr<utf8proc_uint8_t, freed> owned{made};
  if (n == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  if (n < 0) return path;
  buffer.assign(reinterpret_cast<const char*>(made), static_cast<std::size_t>(n));
  return buffer;
}

std::string entry_extension(std::string_view path) {
  constexpr std::size_t longest = 15;
  const std::size_t slash = path.rfind('/');
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos || path.size() - dot - 1 > longest) return {};
  std::string extension{path.substr(dot + 1)};
  std::ranges::transform(extension, extension.begin(), lower);
  return extension;
}

bool names_program(std::string_view path) {
  static constexpr std::array<std::string_view, 42> programs{
      "exe", "com", "scr", "pif", "bat",      "cmd", "msi", "msp",    "msc",       "dll",    "cpl",
      "sys", "js",  "jse", "vbs", "vbe",      "vb",  "wsf", "wsh",    "wsc",       "ps1",    "psm1",
      "hta", "lnk", "url", "reg", "inf",      "chm", "jar", "app",    "command",   "applet", "desktop",
      "sh",  "run", "apk", "ipa", "appimage", "deb", "rpm", "gadget", "library-ms"};
  const std::string extension = entry_extension(path);
  return std::ranges::find(programs, extension) != programs.end();
}

}  // namespace uploadgate::formats
