// The constant probabilities of VP8 (RFC 6386).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace uploadgate::formats {

inline constexpr std::size_t vp8_tokens = 11, vp8_contexts = 3, vp8_bands = 8, vp8_block_kinds = 4;
inline constexpr std::size_t vp8_block_modes = 10;
inline constexpr std::size_t vp8_coefficient_probabilities =
    vp8_block_kinds * vp8_bands * vp8_contexts * vp8_tokens;

// By kind of block, band, context, place in the tree of tokens.
extern const std::array<std::uint8_t, vp8_coefficient_probabilities> vp8_default_coefficients;
extern const std::array<std::uint8_t, vp8_coefficient_probabilities> vp8_coefficient_updates;
// By the mode above, the mode to the left, place in the tree of modes. Modes in the order in which vp8.cpp
// names them.
extern const std::array<std::uint8_t, vp8_block_modes * vp8_block_modes * 9> vp8_block_mode_probabilities;

}  // namespace uploadgate::formats
