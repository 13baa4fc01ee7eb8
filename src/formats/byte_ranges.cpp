#include "byte_ranges.hpp"

#include <algorithm>

namespace uploadgate::formats {

const byte_ranges::range* byte_ranges::next(std::uint64_t at) const {
  const auto r = std::ranges::upper_bound(ranges_, at, {}, &range::end);
  return r == ranges_.end() ? nullptr : &*r;
}

bool byte_ranges::touches(std::uint64_t begin, std::uint64_t end) const {
  const range* r = next(begin);
  return r && r->begin < end && begin < end;
}

bool byte_ranges::add(std::uint64_t begin, std::uint64_t end) {
  if (begin == end) return true;
  const auto behind = std::ranges::lower_bound(ranges_, begin, {}, &range::begin);
  const bool joins_behind = behind != ranges_.end() && behind->begin == end;
  if (behind != ranges_.begin() && std::prev(behind)->end == begin) {
    std::prev(behind)->end = joins_behind ? behind->end : end;
    if (joins_behind) ranges_.erase(behind);
  } else if (joins_behind) {
    behind->begin = begin;
  } else if (ranges_.size() == max_ranges) {
    return false;
  } else {
    ranges_.insert(behind, {begin, end});
  }
  return true;
}

}  // namespace uploadgate::formats
