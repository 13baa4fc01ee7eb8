#include "round_numbers.hpp"

#include <algorithm>
#include <limits>

namespace uploadgate::maintenance {

std::uint64_t round_count(std::uint64_t n) {
  constexpr std::uint64_t largest_power = 10'000'000'000'000'000'000U;
  for (std::uint64_t power = 1;; power *= 10) {
    for (const std::uint64_t step : {1U, 2U, 5U}) {
      if (power > std::numeric_limits<std::uint64_t>::max() / step) return n;
      if (n <= step * power) return step * power;
    }
    if (power == largest_power) return n;
  }
}

std::uint64_t round_bytes(std::uint64_t n) {
  constexpr std::uint64_t next_unit = 1024;
  std::uint64_t unit = next_unit;
  for (int i = 1; i < 4 && n / unit >= next_unit; ++i) unit *= next_unit;
  const std::uint64_t whole = n / unit + (n % unit ? 1 : 0);
  constexpr std::uint64_t last_step = 500;  // then comes 1 of the next unit
  const std::uint64_t rounded = whole > last_step && whole <= next_unit ? next_unit : round_count(whole);
  return rounded > std::numeric_limits<std::uint64_t>::max() / unit ? n : rounded * unit;
}

void round_histogram::add(std::uint64_t value) {
  bucket& b = counts_[round_(value)];
  ++b.count;
  b.largest = std::max(b.largest, value);
  ++total_;
}

round_histogram::cut round_histogram::least(std::uint64_t spare) const {
  cut c;
  for (auto at = counts_.rbegin(); at != counts_.rend(); ++at) {
    if (at->second.count > spare - c.above) {
      c.limit = at->first;
      c.largest = at->second.largest;
      break;
    }
    c.above += at->second.count;
  }
  return c;
}

}  // namespace uploadgate::maintenance
