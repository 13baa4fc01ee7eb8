// The trailer that vivo's phones write behind a JPEG: at times a second picture, then JSON, then a fixed end.
#pragma once

#include "image_metadata.hpp"
#include "media_text.hpp"

#include <array>
#include <cstdint>

namespace uploadgate::formats {

class vivo_trailer {
 public:
  // begins_with: whether the first 13 bytes behind an image are those of a trailer.
  static bool begins_with(bytes_view first);

  // The trailer begins at `offset`; feed reads all bytes to the end of the file as metadata, and finish asks
  // for its end.
  vivo_trailer(std::uint64_t offset, image_metadata& meta);
  result feed(context& ctx, image_metadata& meta, bytes_view piece);
  result finish(context& ctx, image_metadata& meta);

 private:
  // Marks of the end, which no other length or offset stands beside (as ExifTool's Trailer.pm reads it).
  static constexpr std::string_view end_mark{"\xFF\xFF\xFF\xFF\x1B*9HWfu\x84\x93\xA2\xB1", 15};

  std::uint64_t offset_;
  std::array<std::byte, end_mark.size()> last_{};
  foreign_file foreign_;
};

}  // namespace uploadgate::formats
