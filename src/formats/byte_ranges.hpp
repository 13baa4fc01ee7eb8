// Sets of byte ranges of one file, for formats whose parts are found by offsets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace uploadgate::formats {

// Ranges that do not overlap, in order; those that touch are one. It holds max_ranges, so that a file whose
// parts lie scattered cannot grow it.
class byte_ranges {
 public:
  struct range {
    std::uint64_t begin;
    std::uint64_t end;
  };
  static constexpr std::size_t max_ranges = 1024;
  static constexpr std::uint64_t none = std::numeric_limits<std::uint64_t>::max();

  // touches: whether [begin, end) shares a byte with a range.
  [[nodiscard]] bool touches(std::uint64_t begin, std::uint64_t end) const;
  // add: false where there is no room for one more. The range must not overlap another.
  bool add(std::uint64_t begin, std::uint64_t end);
  [[nodiscard]] bool contains(std::uint64_t at) const { return touches(at, at + 1); }
  // next: the first range that ends behind `at`; null where there is none.
  [[nodiscard]] const range* next(std::uint64_t at) const;
  [[nodiscard]] std::uint64_t end() const { return ranges_.empty() ? 0 : ranges_.back().end; }

 private:
  std::vector<range> ranges_;
};

}  // namespace uploadgate::formats
