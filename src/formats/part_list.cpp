#include "part_list.hpp"

#include <algorithm>

namespace uploadgate::formats {

void part_list::begin(std::string_view name, std::uint64_t at) {
  if (parts_.empty() && !open_ && at > 0) begin("header", 0);
  end(at);
  name_ = name;
  at_ = at;
  open_ = true;
}

std::vector<file_part> part_list::all(std::uint64_t end_of_last) {
  end(end_of_last);
  return parts_;
}

void part_list::end(std::uint64_t at) {
  if (!open_) return;
  open_ = false;
  auto same = std::ranges::find(parts_, name_, &file_part::name);
  if (same == parts_.end() && parts_.size() + 1 >= facts::max_parts) {
    name_ = "others";
    same = std::ranges::find(parts_, name_, &file_part::name);
  }
  if (same == parts_.end()) same = parts_.insert(parts_.end(), {.name = name_, .offset = at_});
  same->size += at - std::min(at, at_);
  ++same->count;
}

}  // namespace uploadgate::formats
