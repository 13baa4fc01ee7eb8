#include "svg_uses.hpp"

#include <algorithm>
#include <functional>

namespace uploadgate::formats {
namespace {

std::uint64_t hashed(std::string_view id) { return id.empty() ? 0 : std::hash<std::string_view>{}(id) | 1U; }

// Beyond the limit it does not matter how far.
std::uint64_t sum(std::uint64_t a, std::uint64_t b) { return std::min(a + b, svg_uses::most_drawn + 1); }

}  // namespace

std::uint64_t svg_uses::drawn_by(std::string_view used) const {
  if (used.empty()) return 0;
  const std::uint64_t id = hashed(used);
  const auto found = std::ranges::lower_bound(known_, id, {}, &counted::id);
  return found == known_.end() || found->id != id ? 1 : found->drawn;
}

// The first of several groups of one name counts.
void svg_uses::remember(const counted& group) {
  if (known_.size() == most_known) return;
  const auto place = std::ranges::lower_bound(known_, group.id, {}, &counted::id);
  if (place == known_.end() || place->id != group.id) known_.insert(place, group);
}

void svg_uses::start(std::uint64_t depth, bool group, std::string_view id, std::string_view used) {
  const std::uint64_t drawn = sum(1, drawn_by(used));
  if (group) {
    open_.push_back({{hashed(id), drawn}, depth, !used.empty()});
  } else if (!open_.empty()) {
    open_.back().drawn = sum(open_.back().drawn, drawn);
  }
}

bool svg_uses::end(std::uint64_t depth) {
  if (open_.empty() || open_.back().depth != depth) return true;
  const open_group ended = open_.back();
  open_.pop_back();
  // A group without uses draws no more than stands in the file.
  if (ended.uses && ended.id != 0) remember(ended);
  if (!open_.empty()) {
    open_.back().drawn = sum(open_.back().drawn, ended.drawn);
    open_.back().uses = open_.back().uses || ended.uses;
  }
  return ended.drawn <= most_drawn;
}

}  // namespace uploadgate::formats
