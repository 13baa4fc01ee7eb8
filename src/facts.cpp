#include <uploadgate/facts.hpp>

#include "fill_facts.hpp"

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

void fill(facts& to, const facts& from) {
  const auto text = [](std::string& a, const std::string& b) {
    if (a.empty()) a = b;
  };
  const auto number = [](std::optional<std::uint64_t>& a, const std::optional<std::uint64_t>& b) {
    if (!a) a = b;
  };
  text(to.media_type, from.media_type);
  text(to.extension, from.extension);
  text(to.safe_name, from.safe_name);
  text(to.sniffed_type, from.sniffed_type);
  text(to.sha256, from.sha256);
  number(to.width, from.width);
  number(to.height, from.height);
  number(to.frames, from.frames);
  number(to.entries, from.entries);
  number(to.unpacked_size, from.unpacked_size);
  if (from.examined > to.examined) to.examined = from.examined;
  text(to.examined_note, from.examined_note);
  for (const std::string& w : from.warnings) to.warn(w);
  to.warnings_dropped += from.warnings_dropped;
}

}  // namespace uploadgate
