// The trailer that Samsung's phones write behind a JPEG: blocks, then a directory between SEFH and SEFT.
#pragma once

#include "image_metadata.hpp"

#include <array>
#include <cstdint>

namespace uploadgate::formats {

class samsung_trailer {
 public:
  // begins_with: whether the first 12 bytes behind an image are those of a first block.
  static bool begins_with(bytes_view first);

  // begin starts the trailer at `offset`; feed reads all bytes to the end of the file, and finish holds the
  // directory against them: its blocks must cover all that stands before it, without a gap.
  void begin(std::uint64_t offset, image_metadata& meta);
  result feed(context& ctx, image_metadata& meta, bytes_view piece);
  result finish(context& ctx, image_metadata& meta);

 private:
  static constexpr std::size_t kept = 1024;  // enough for a directory of 80 blocks

  std::uint64_t offset_ = 0;
  std::uint64_t size_ = 0;
  std::array<std::byte, kept> last_{};  // the last bytes; a ring
};

}  // namespace uploadgate::formats
