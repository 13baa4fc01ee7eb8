/// \file bytes.hpp
/// The byte words that every other header uses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace uploadgate {

/// bytes_view is a borrowed, read-only run of bytes; the caller keeps it alive for the call.
using bytes_view = std::span<const std::byte>;

/// KiB, MiB and GiB are powers of two, in bytes.
inline constexpr std::uint64_t KiB = 1024;
inline constexpr std::uint64_t MiB = 1024 * KiB;
inline constexpr std::uint64_t GiB = 1024 * MiB;

/// as_bytes views text as bytes, without a copy.
inline bytes_view as_bytes(std::string_view text) noexcept {
  return std::as_bytes(std::span<const char>{text.data(), text.size()});
}

/// as_text views bytes as text, without a copy and without any claim about their encoding.
inline std::string_view as_text(bytes_view bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace uploadgate
