// Charts as inline SVG: no script, no outside resource, readable in black and white and by a screen reader.
#pragma once

#include "note_parts.hpp"

#include <string>
#include <vector>

namespace uploadgate::maintenance {

// Bars that lie, one above the other; two for each label where `both`.
std::string bar_chart(const std::string& title, const std::vector<bar>& bars, bool both);

// Parts of one whole, beside each other, with their share.
struct part {
  std::string label;
  std::uint64_t number;
  const char* style;  // "good", "bad" or "other"
};
struct stack {
  std::string label;
  std::vector<part> parts;
};
std::string stacked_chart(const std::string& title, const std::vector<stack>& stacks);

}  // namespace uploadgate::maintenance
