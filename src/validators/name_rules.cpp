#include "name_rules.hpp"

#include "name_characters.hpp"
#include "name_tables.hpp"
#include "name_views.hpp"
#include "unicode.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

namespace uploadgate::names {
namespace {

bool is_separator(char c) { return c == '/' || c == '\\'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

std::string at_byte(char32_t c, std::size_t at) {
  char text[48];
  std::snprintf(text, sizeof text, "U+%04X at byte %zu", static_cast<unsigned>(c), at);
  return text;
}

result judge_encoding(std::string_view name) {
  if (unicode::is_ascii(name)) return {};
  for (std::size_t at = 0; at < name.size();) {
    const unicode::decoded d = unicode::decode(name.substr(at));
    if (d.form == unicode::form::overlong) return {errc::name_overlong_utf8, at_byte(d.value, at)};
    if (d.form == unicode::form::invalid) return {errc::name_invalid_utf8, "at byte " + std::to_string(at)};
    at += d.length;
  }
  return {};
}

// Separators, and what they make of a name: an absolute path, a share, a drive, or a way up.
result judge_path(std::string_view name) {
  if (is_separator(name.front())) return {errc::name_absolute, "begins with a separator"};
  if (name.size() > 1 && is_letter(name[0]) && name[1] == ':') return {errc::name_absolute, "a drive"};
  if (name == ".") return {errc::name_traversal, "the folder itself"};
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    if (i < name.size() && !is_separator(name[i])) continue;
    if (name.substr(begin, i - begin) == "..")
      return {errc::name_traversal, "at byte " + std::to_string(begin)};
    begin = i + 1;
  }
  const auto separator = std::ranges::find_if(name, is_separator);
  if (separator == name.end()) return {};
  return {errc::name_separator, "at byte " + std::to_string(separator - name.begin())};
}

bool is_device(std::string_view name) {
  std::string_view trimmed = name.substr(0, name.find_first_of(".:"));
  trimmed = trimmed.substr(0, trimmed.find_last_not_of(' ') + 1);
  if (trimmed.size() > max_device_name) return false;
  std::string stem{trimmed};
  std::ranges::transform(stem, stem.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  if (std::ranges::find(devices, stem) != devices.end()) return true;
  return std::ranges::any_of(numbered_devices, [&](std::string_view device) {
    return stem.starts_with(device) &&
           std::ranges::find(device_numbers, std::string_view{stem}.substr(device.size())) !=
               device_numbers.end();
  });
}

bool is_server_configuration(std::string_view name) {
  name = name.substr(0, name.find(':'));
  name = name.substr(0, name.find_last_not_of(" .") + 1);
  if (name.size() > longest_server_configuration) return false;
  const std::string folded = unicode::ascii_lower(name);
  return std::ranges::find(server_configuration, folded) != server_configuration.end();
}

result judge_reserved_names(std::string_view name) {
  if (is_device(name)) return errc::name_device;
  if (is_server_configuration(name)) return errc::name_server_configuration;
  return {};
}

result judge_ascii(std::string_view name) {
  for (std::size_t at = 0; at < name.size(); ++at) {
    const char c = name[at];
    if (c == '\0') return {errc::name_nul, "at byte " + std::to_string(at)};
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      return {errc::name_control_character, at_byte(static_cast<unsigned char>(c), at)};
    }
  }
  return {};
}

result judge_reserved_characters(std::string_view name) {
  if (const auto at = name.find(':'); at != name.npos) {
    return {errc::name_colon, "at byte " + std::to_string(at)};
  }
  if (const auto at = name.find_first_of("<>\"|?*"); at != name.npos) {
    return {errc::name_reserved_character, std::string{"'"} + name[at] + "' at byte " + std::to_string(at)};
  }
  return {};
}

result judge_characters(std::u32string_view text) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (classify(text, i)) {
      case character::fine:
        break;
      case character::control:
        return {errc::name_control_character, at_byte(text[i], at)};
      case character::invisible:
        return {errc::name_invisible_character, at_byte(text[i], at)};
      case character::disguised:
      case character::private_reserved:
        return {errc::name_compatibility_form, at_byte(text[i], at)};
    }
    at += unicode::to_utf8(text.substr(i, 1)).size();
  }
  return {};
}

result judge_ends(std::string_view text) {
  if (unicode::is_space(unicode::decode(text).value)) return errc::name_leading_space;
  if (text.front() == '.') return errc::name_leading_dot;
  if (text.front() == '-') return errc::name_leading_hyphen;
  std::size_t last = text.size() - 1;
  while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xC0U) == 0x80U) --last;
  if (text.back() == '.' || unicode::is_space(unicode::decode(text.substr(last)).value)) {
    return errc::name_trailing_dot_or_space;
  }
  return {};
}

// Everything but encoding, length and ends, of valid UTF-8.
result judge_inside(std::string_view text) {
  if (result r = judge_ascii(text); !r.ok()) return r;
  if (result r = judge_reserved_names(text); !r.ok()) return r;
  if (result r = judge_path(text); !r.ok()) return r;
  if (result r = judge_reserved_characters(text); !r.ok()) return r;
  return unicode::is_ascii(text) ? result{} : judge_characters(unicode::to_utf32(text));
}

// A fullwidth colon is everyday punctuation in Chinese and Japanese, and in what downloaders write for a
// colon. It is dangerous where NFKC would make of it a drive, a stream or a device: between two ASCII
// characters (times such as 10:30 excepted), doubled, or before a stream's "$".
bool is_stream_colon(std::string_view folded, std::size_t at) {
  if (at == 0 || at + 1 == folded.size()) return at + 1 == folded.size();
  const char before = folded[at - 1];
  const char after = folded[at + 1];
  if (before == ':' || after == ':' || after == '$') return true;
  if (at == 1 && is_letter(before)) return true;
  return is_ascii(before) && is_ascii(after) && after != ' ' && !(is_digit(before) && is_digit(after));
}

// What NFKC shows that the name itself did not. Reserved characters, and dots from an ellipsis or a numbered
// item, are not judged: they are honest in their own form.
result judge_compatibility(std::string_view folded) {
  if (result r = judge_ascii(folded); !r.ok()) return r;
  if (result r = judge_reserved_names(folded); !r.ok()) return r;
  if (folded.find_first_not_of('.') == folded.npos) return {errc::name_traversal, "nothing but dots"};
  if (result r = judge_path(folded); !r.ok()) return r;
  for (auto at = folded.find(':'); at != folded.npos; at = folded.find(':', at + 1)) {
    if (is_stream_colon(folded, at)) return {errc::name_colon, "at byte " + std::to_string(at)};
  }
  if (folded.front() == '-') return errc::name_leading_hyphen;
  return {};
}

result judge_view(const view& v, bool with_ends) {
  if (v.damaged_overlong) return {errc::name_overlong_utf8, "behind percent encoding"};
  if (v.damaged && !v.accidental) return {errc::name_invalid_utf8, "behind percent encoding"};
  if (v.text.empty()) return {errc::name_missing, "nothing is left of it"};
  result r = v.compatibility ? judge_compatibility(v.text) : judge_inside(v.text);
  if (r.ok() && with_ends && !v.compatibility) r = judge_ends(v.text);
  if (r.ok()) return {};
  std::string detail = "decodes to one where " + r.why().code.message();
  if (!r.why().detail.empty()) detail += ", " + r.why().detail;
  return {v.percent ? errc::name_percent_encoded : errc::name_compatibility_form, std::move(detail)};
}

}  // namespace

result judge(std::string_view name, std::size_t max_length) {
  if (name.empty()) return errc::name_missing;
  if (name.size() > max_length) {
    return {errc::name_too_long,
            std::to_string(name.size()) + " bytes, allowed are " + std::to_string(max_length)};
  }
  if (result r = judge_encoding(name); !r.ok()) return r;
  if (result r = judge_inside(name); !r.ok()) return r;
  // Bad ends are the least of the reasons: "..%2fx" is named for what it hides.
  const result ends = judge_ends(name);
  result hidden;
  const bool at_rest = for_each_decoded_view(name, [&](const view& v) {
    hidden = judge_view(v, ends.ok());
    return hidden.ok();
  });
  if (!at_rest) return {errc::name_percent_encoded, "still encoded after many rounds"};
  return hidden.ok() ? ends : hidden;
}

}  // namespace uploadgate::names
