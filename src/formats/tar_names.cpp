#include "tar_names.hpp"

#include "entry_name.hpp"

#include <functional>

namespace uploadgate::formats {
namespace {

std::string_view normal(std::string_view path) {
  if (path.starts_with("./")) path.remove_prefix(2);
  if (path == ".") return {};
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::uint64_t key(std::string_view path) { return std::hash<std::string_view>{}(path); }

}  // namespace

result tar_names::add(std::string_view path, kind what, std::uint64_t offset, bool tell_path) {
  const auto fault = [&, told = tell_path ? path : std::string_view{}](errc code, std::string_view why) {
    return result{code, (told.empty() ? "" : std::string{told} + ": ") + std::string{why}, offset};
  };
  const auto count = [&] {
    return ask(*ctx_, [&](const structure_limits& limits) -> result {
      if (nodes_.size() / 2 + nodes_.size() % 2 <= limits.archive.max_entries) return {};
      return fault(errc::too_many_entries, "with their folders");
    });
  };
  path = normal(path);
  if (path.empty()) {  // "./", the root itself
    return what == kind::folder ? result{} : fault(errc::entry_name, "the root is not a folder");
  }
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    const kind above = nodes_.try_emplace(key(path.substr(0, slash)), kind::folder).first->second;
    if (above == kind::link) return fault(errc::entry_link, "an entry lies beneath a link");
    if (above == kind::file) return fault(errc::duplicate_entry, "a file is a folder too");
    if (result r = count(); !r.ok()) return r;
  }
  const auto [node, fresh] = nodes_.try_emplace(key(path), what);
  if (!fresh && (node->second != kind::folder || what != kind::folder)) {
    return fault(errc::duplicate_entry, "a path stands twice");
  }
  return count();
}

tar_fault tar_names::hard_link(std::string_view target) const {
  const auto node = nodes_.find(key(normal(target)));
  if (node == nodes_.end() || node->second != kind::file) {
    return {errc::entry_link, "a hard link to what is no file of the archive before it"};
  }
  return {};
}

tar_fault tar_symbolic_link(std::string_view path, std::string_view target, std::uint64_t max_length) {
  path = normal(path);
  std::size_t depth = 0;
  for (const char c : path) depth += c == '/';
  for (;;) {
    if (target == "." || target == ".." || target.starts_with("./") || target.starts_with("../")) {
      const std::size_t dots = target.starts_with("..") ? 2 : 1;
      if (dots == 2 && depth-- == 0) return {errc::entry_link, "it leads out of the archive"};
      target.remove_prefix(dots);
      while (target.starts_with('/')) target.remove_prefix(1);
      if (target.empty()) return {};
      continue;
    }
    break;
  }
  if (target.empty()) return {errc::entry_link, "it leads nowhere"};
  if (target.front() == '/') return {errc::entry_link, "it leads out of the archive"};
  const result r = judge_entry_name(target, name_encoding::unknown, max_length, 0);
  return r.ok() ? tar_fault{} : tar_fault{errc::entry_link, "its target is no plain path"};
}

}  // namespace uploadgate::formats
