// Limits that a person would write.
#pragma once

#include <cstdint>
#include <map>

namespace uploadgate::maintenance {

// The least 1, 2 or 5 times a power of ten that is not below n; n itself where there is none.
std::uint64_t round_count(std::uint64_t n);
// The same in KiB, MiB, GiB and TiB, at least 1 KiB.
std::uint64_t round_bytes(std::uint64_t n);

// round_histogram counts values by their rounded ones, so that its size does not grow with their number.
class round_histogram {
 public:
  explicit round_histogram(std::uint64_t (*round)(std::uint64_t)) : round_{round} {}
  void add(std::uint64_t value);
  [[nodiscard]] bool empty() const { return counts_.empty(); }
  [[nodiscard]] std::uint64_t total() const { return total_; }
  struct cut {
    std::uint64_t limit = 0;
    std::uint64_t above = 0;    // how many values are above the limit
    std::uint64_t largest = 0;  // of the values that are not
  };
  // The least limit that no more than `spare` values pass.
  [[nodiscard]] cut least(std::uint64_t spare) const;

 private:
  struct bucket {
    std::uint64_t count = 0;
    std::uint64_t largest = 0;
  };
  std::uint64_t (*round_)(std::uint64_t);
  std::map<std::uint64_t, bucket> counts_;
  std::uint64_t total_ = 0;
};

}  // namespace uploadgate::maintenance
