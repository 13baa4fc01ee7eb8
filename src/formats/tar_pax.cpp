#include "tar_pax.hpp"

#include <charconv>
#include <limits>
#include <system_error>

namespace uploadgate::formats {
namespace {

std::optional<std::uint64_t> decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (error != std::errc{} || value > most || end != text.data() + text.size()) return {};
  return value;
}

template <class T>
tar_fault once(std::optional<T>& to, std::optional<T> value, std::size_t at) {
  if (to) return {errc::entry_conflict, "an entry's path, link or size is said twice", at};
  if (!value) return {errc::bad_value, "an entry's size", at};
  to = std::move(value);
  return {};
}

tar_fault record(std::string_view key, std::string_view value, bool global, std::size_t at,
                 tar_extension& to) {
  if (key.starts_with("GNU.sparse.") || key == "SCHILY.realsize") {
    return {errc::unsupported_feature, "a sparse file", at};
  }
  const bool path = key == "path";
  const bool link = key == "linkpath";
  if (!path && !link && key != "size") return {};
  if (global) return {errc::entry_conflict, "a global header says an entry's path, link or size", at};
  // An empty value takes a record back (POSIX), which not every reader knows.
  if (value.empty()) return {errc::entry_conflict, "an empty path, link or size", at};
  if (path) return once(to.path, std::optional{std::string{value}}, at);
  if (link) return once(to.link, std::optional{std::string{value}}, at);
  return once(to.size, decimal(value), at);
}

}  // namespace

// "%d %s=%s\n": the length counts itself, the space and the newline.
tar_fault tar_read_pax(std::string_view records, bool global, tar_extension& to) {
  std::size_t at = 0;
  while (at < records.size()) {
    const std::string_view rest = records.substr(at);
    const std::size_t space = rest.substr(0, 21).find(' ');
    if (space == std::string_view::npos) return {errc::bad_structure, "a pax record", at};
    const std::optional<std::uint64_t> length = decimal(rest.substr(0, space));
    if (!length || *length > rest.size() || *length < space + 4) {
      return {errc::bad_length, "a pax record", at};
    }
    const std::string_view all = rest.substr(0, static_cast<std::size_t>(*length));
    const std::string_view pair = all.substr(space + 1, all.size() - space - 2);
    const std::size_t equals = pair.find('=');
    if (all.back() != '\n' || equals == 0 || equals == std::string_view::npos) {
      return {errc::bad_structure, "a pax record", at};
    }
    const tar_fault f = record(pair.substr(0, equals), pair.substr(equals + 1), global, at, to);
    if (f.code != errc::none) return f;
    at += all.size();
  }
  return {};
}

}  // namespace uploadgate::formats
