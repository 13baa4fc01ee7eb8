#include "media_type.hpp"

#include "unicode.hpp"

#include <algorithm>

namespace uploadgate {
std::string essence(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  constexpr std::string_view blank = " \t";
  const std::size_t begin = content_type.find_first_not_of(blank);
  if (begin == std::string_view::npos) return {};
  return unicode::ascii_lower(content_type.substr(begin, content_type.find_last_not_of(blank) + 1 - begin));
}

bool agrees(std::string_view content_type, const formats::format& type) {
  const std::string claimed = essence(content_type);
  constexpr std::string_view says_nothing[] = {"", "application/octet-stream", "binary/octet-stream",
                                               "application/x-unknown", "application/unknown"};
  const auto contains = [&](const auto& list) {
    return std::ranges::find(list, claimed) != std::ranges::end(list);
  };
  return contains(says_nothing) || contains(type.media_types) || contains(type.libmagic);
}

std::string last_segment(std::string_view filename) {
  const std::size_t dot = filename.rfind('.');
  return dot == std::string_view::npos ? std::string{} : unicode::ascii_lower(filename.substr(dot + 1));
}

}  // namespace uploadgate
