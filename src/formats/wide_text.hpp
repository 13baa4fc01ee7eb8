// Text in UTF-16 within metadata (XPComment, UserComment, ICC's descriptions), looked through for text that
// acts.
#pragma once

#include "payload_text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace uploadgate::formats {

// What acts is ASCII, which in UTF-16 of either order is every other byte a NUL. Runs of such pairs are given
// to payload_text without their NULs.
class wide_text {
 public:
  // begin, feed and finish: as payload_text's.
  void begin(std::uint64_t offset);
  const std::optional<payload_text::hit>& feed(bytes_view piece);
  const std::optional<payload_text::hit>& finish();

 private:
  // Shorter runs are numbers, and hold nothing that acts.
  static constexpr std::size_t shortest = 6;

  void pair(std::uint64_t offset);
  void end_run();
  void give();
  void keep(const std::optional<payload_text::hit>& found);

  payload_text scanner_;
  std::array<std::byte, 32> held_{};  // of the run, and not given yet
  std::size_t count_ = 0;
  std::uint64_t run_ = 0;  // offset of its first character
  bool given_ = false;     // some of it has been
  std::byte previous_{0};
  std::uint64_t offset_ = 0;
  std::optional<payload_text::hit> hit_;
};

}  // namespace uploadgate::formats
