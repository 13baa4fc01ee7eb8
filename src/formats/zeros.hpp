// Padding.
#pragma once

#include <uploadgate/bytes.hpp>

#include <algorithm>
#include <cstddef>

namespace uploadgate::formats {

inline bool all_zero(bytes_view bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace uploadgate::formats
