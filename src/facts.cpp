#include <uploadgate/facts.hpp>

#include <algorithm>
#include <utility>

namespace uploadgate {

std::string_view name(examined e) noexcept {
  switch (e) {
    case examined::whole:
      return "whole";
    case examined::prefix:
      return "prefix";
    case examined::none:
      break;
  }
  return "none";
}

void facts::warn(std::string text) {
  if (std::ranges::find(warnings, text) != warnings.end()) return;
  if (warnings.size() < max_warnings) {
    warnings.push_back(std::move(text));
  } else {
    ++warnings_dropped;
  }
}

}  // namespace uploadgate
