#include <uploadgate/validators/extension.hpp>

#include "executable_extensions.hpp"
#include "formats/registry.hpp"
#include "name_views.hpp"
#include "unicode.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace uploadgate {
namespace {

bool is_allowed_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+';
}

template <class Text>
std::shared_ptr<const std::vector<std::string>> normalised(std::span<const Text> allowed) {
  if (allowed.empty()) throw configuration_error("extension: the list is empty");
  std::vector<std::string> list;
  for (const Text& entry : allowed) {
    std::string lower = unicode::ascii_lower(entry);
    if (lower.empty() || lower.size() > extension::max_length ||
        !std::ranges::all_of(lower, is_allowed_character)) {
      throw configuration_error("extension: \"" + std::string{entry} +
                                "\" is not an extension: letters and digits only, without a dot or wildcard");
    }
    list.push_back(std::move(lower));
  }
  std::ranges::sort(list);
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return std::make_shared<const std::vector<std::string>>(std::move(list));
}

// The last segment of a name; nothing where there is none. The dot in front of a hidden file's name makes
// none.
std::string_view last_segment(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == name.npos || name.find_first_not_of('.') > dot) return {};
  return name.substr(dot + 1);
}

std::string_view trimmed(std::string_view segment) {
  const auto first = segment.find_first_not_of(' ');
  if (first == segment.npos) return {};
  return segment.substr(first, segment.find_last_not_of(" \t") - first + 1);
}

// What may end an extension for some server or file system: ';' for old IIS, ':' for NTFS streams, and what
// truncates or splits a path.
constexpr std::string_view boundaries{".;:/\\\0\r\n", 8};

}  // namespace

extension::extension(std::initializer_list<std::string_view> allowed)
    : allowed_{normalised(std::span<const std::string_view>{allowed.begin(), allowed.size()})} {}

extension::extension(const std::vector<std::string>& allowed)
    : allowed_{normalised(std::span<const std::string>{allowed})} {}

bool extension::allows(std::string_view lower) const {
  return std::ranges::binary_search(*allowed_, lower, std::ranges::less{},
                                    [](const auto& entry) -> std::string_view { return entry; });
}

result extension::begin(const upload& claim, facts& found) const {
  const std::string_view sent = claim.filename;
  // The segment, of one reading of the name, that some server would run.
  const auto executable = [&](std::string_view reading) -> std::string {
    const std::string text = unicode::nfkc_casefold(reading);
    std::size_t begin = text.find_first_of(boundaries);
    while (begin < text.size()) {
      const std::size_t end = std::min(text.find_first_of(boundaries, begin + 1), text.size());
      const std::string_view segment = trimmed(std::string_view{text}.substr(begin + 1, end - begin - 1));
      if (!allows(segment) && names::execution_of(segment) == names::execution::anywhere) {
        return std::string{segment};
      }
      begin = end;
    }
    return {};
  };

  const std::string valid = unicode::to_valid(sent, '_');
  std::string bad = executable(valid);
  const bool at_rest = names::for_each_decoded_view(valid, [&](const names::view& v) {
    if (bad.empty()) bad = executable(v.text);
    return bad.empty();
  });
  if (!bad.empty()) return {errc::extension_executable, "\"" + bad + "\""};
  if (!at_rest) return {errc::name_percent_encoded, "still encoded after many rounds"};

  const std::string last = unicode::ascii_lower(last_segment(sent));
  if (last.empty()) return errc::extension_missing;
  if (!allows(last)) {
    return {errc::extension_not_allowed,
            last.size() > max_length ? std::string{"a long one"} : "\"" + last + "\""};
  }
  const formats::format* row = formats::find_extension(last);
  found.extension = row ? std::string{row->extensions.front()} : last;
  return {};
}

}  // namespace uploadgate
