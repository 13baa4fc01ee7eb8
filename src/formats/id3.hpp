// ID3v2 tags (id3.org: ID3v2.2, 2.3, 2.4), as they stand before MP3, AAC and FLAC.
#pragma once

#include "endian.hpp"
#include "grammar.hpp"

#include <cstdint>

namespace uploadgate::formats {

inline constexpr std::size_t id3_header = 10;

// The header of a tag, or of one of its frames.
struct id3_tag {
  std::uint8_t version = 0;
  std::uint64_t size = 0;  // of what follows the header, with the footer
  bool walkable = false;   // its frames can be told apart without undoing the unsynchronisation
  bool extended = false;
};
// Reads the ten bytes of a header at `at`.
result read_id3(bytes_view header, std::uint64_t at, context& ctx, id3_tag& tag);

struct id3_frame {
  bool padding = false;  // no frame: the rest is padding
  std::uint64_t size = 0;
};
[[nodiscard]] std::size_t id3_frame_header(const id3_tag& tag);
result read_id3_frame(const id3_tag& tag, bytes_view header, std::uint64_t room, std::uint64_t at,
                      id3_frame& frame);

}  // namespace uploadgate::formats
