#include <uploadgate/safe_name.hpp>

#include "unicode.hpp"
#include "validators/name_characters.hpp"
#include "validators/name_rules.hpp"
#include "validators/name_views.hpp"

#include <algorithm>

namespace uploadgate {
namespace {

constexpr std::string_view fallback = "file";
// What is longer than this is cut in the middle before anything else, so that the work is bounded. It is more
// than max_safe_name because characters may go or become shorter.
constexpr std::size_t longest_judged = 4096;
// An extension longer than this is part of the title.
constexpr std::size_t max_kept_extension = 32;
constexpr std::size_t max_rounds = 8;

// Not operator+, where GCC 12 warns of an overlap that cannot be (GCC bug 105651).
std::string underscored(std::string_view name) { return std::string{"_"}.append(name); }

bool is_safe(std::string_view name) { return names::judge(name, max_safe_name).ok(); }

std::string_view last_component(std::string_view name) {
  const auto end = name.find_last_not_of("/\\");
  if (end == name.npos) return {};
  name = name.substr(0, end + 1);
  if (const auto separator = name.find_last_of("/\\"); separator != name.npos)
    name.remove_prefix(separator + 1);
  return name;
}

std::string bounded(std::string_view name) {
  if (name.size() <= longest_judged) return std::string{name};
  return std::string{name.substr(0, longest_judged / 2)}.append(
      name.substr(name.size() - longest_judged / 2));
}

bool is_reserved(char32_t c) {
  return std::u32string_view{U"/\\:<>\"|?*"}.find(c) != std::u32string_view::npos;
}

std::u32string cleaned(std::u32string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (names::classify(text, i)) {
      case names::character::fine:
        out.push_back(is_reserved(text[i]) ? U'_' : text[i]);
        break;
      case names::character::invisible:
        break;
      case names::character::control:
      case names::character::disguised:
      case names::character::private_reserved:
        out.push_back(U'_');
    }
  }
  return out;
}

bool is_trimmed_in_front(char32_t c) { return c == '.' || c == '-' || unicode::is_space(c); }
bool is_trimmed_behind(char32_t c) { return c == '.' || unicode::is_space(c); }

std::string trimmed(std::u32string text) {
  const auto first = std::ranges::find_if_not(text, is_trimmed_in_front);
  text.erase(text.begin(), first);
  while (!text.empty() && is_trimmed_behind(text.back())) text.pop_back();
  return unicode::to_utf8(text);
}

std::string shortened(const std::string& name) {
  if (name.size() <= max_safe_name) return name;
  const auto dot = name.rfind('.');
  std::string_view stem = name;
  std::string_view extension;
  if (dot != name.npos && dot > 0 && name.size() - dot <= max_kept_extension) {
    stem = stem.substr(0, dot);
    extension = std::string_view{name}.substr(dot);
  }
  stem = stem.substr(0, unicode::first_clusters(stem, max_safe_name - extension.size()));
  return trimmed(unicode::to_utf32(stem)).append(extension);
}

std::string cleaned_once(const std::string& name) {
  return shortened(unicode::nfc(trimmed(cleaned(unicode::to_utf32(unicode::nfc(name))))));
}

// What is still refused after cleaning is a reserved name, something that only decoding shows, or a fullwidth
// form that is dangerous where it stands.
std::string answered(const std::string& name) {
  const result r = names::judge(name, max_safe_name);
  if (r.ok()) return name;
  if (r.why().code == errc::name_device || r.why().code == errc::name_server_configuration)
    return underscored(name);
  const std::string defused = names::defuse_escapes(name);
  return defused != name ? defused : underscored(unicode::nfkc(name));
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

// A name of few ASCII characters, where all else failed.
std::string plain(std::string name) {
  std::ranges::replace_if(
      name, [](char c) { return !is_plain(c); }, '_');
  return shortened(underscored(trimmed(unicode::to_utf32(name))));
}

}  // namespace

std::string safe_name(std::string_view name) {
  if (is_safe(name)) {
    std::string composed = unicode::nfc(name);
    if (composed == name || is_safe(composed)) return composed;
  }
  std::string made = cleaned_once(unicode::to_valid(bounded(last_component(name)), '_'));
  for (std::size_t round = 0; round < max_rounds; ++round) {
    if (made.empty()) return std::string{fallback};
    if (is_safe(made) && unicode::nfc(made) == made) return made;
    made = cleaned_once(answered(made));
  }
  return plain(std::move(made));
}

}  // namespace uploadgate
