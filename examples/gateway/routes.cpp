#include "routes.hpp"

#include <algorithm>

namespace gateway {
namespace {

// Takes the first segment off a path that begins with a slash.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment.substr(0, segment.find(';'));
}

}  // namespace

bool route::covers(std::string_view method, std::string_view path) const {
  if (std::ranges::find(methods, method) == methods.end()) return false;
  std::string_view wanted = pattern;
  while (!wanted.empty()) {
    if (path.empty()) return false;
    const std::string_view want = take_segment(wanted);
    if (want.empty()) return true;  // the pattern ends in a slash
    const std::string_view have = take_segment(path);
    if (want != have && (want != "*" || have.empty())) return false;
  }
  return path.empty();
}

const route* route_table::find(std::string_view method, std::string_view path) const {
  const auto found = std::ranges::find_if(routes, [&](const route& r) { return r.covers(method, path); });
  return found == routes.end() ? nullptr : &*found;
}

}  // namespace gateway
