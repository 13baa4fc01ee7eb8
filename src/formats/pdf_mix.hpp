// A 64-bit finaliser (the one of SplitMix64), for sums that do not depend on order and for Bloom filters.
#pragma once

#include <cstdint>

namespace uploadgate::formats::pdf {

constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15U;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

}  // namespace uploadgate::formats::pdf
