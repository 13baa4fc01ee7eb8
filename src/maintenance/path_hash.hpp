// A path, as a key of tables of millions.
#pragma once

#include "sha256.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace uploadgate::maintenance {

// 128 bits of a path's digest: no two paths of any store are taken for one.
struct path_hash {
  std::array<std::uint64_t, 2> bits{};
  explicit path_hash(std::string_view path) {
    constexpr std::size_t digits = 16;
    const std::string hex = sha256_hex(path);
    for (std::size_t i = 0; i < bits.size(); ++i)
      bits.at(i) = std::stoull(hex.substr(digits * i, digits), nullptr, 16);
  }
  bool operator==(const path_hash&) const = default;
};

struct first_bits {
  std::size_t operator()(const path_hash& h) const { return h.bits[0]; }
};

}  // namespace uploadgate::maintenance
