// The directory of a TIFF (an IFD): its entries as they are stored.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/verdict.hpp>

#include "endian.hpp"

#include <cstddef>
#include <cstdint>

namespace uploadgate::formats {

// How a file writes its numbers: TIFF 6.0, section 2, or BigTIFF, whose offsets have eight bytes.
struct tiff_layout {
  bool big_endian = false;
  bool wide = false;

  [[nodiscard]] std::size_t offset_bytes() const { return wide ? 8 : 4; }
  [[nodiscard]] std::size_t count_bytes() const { return wide ? 8 : 2; }
  [[nodiscard]] std::size_t entry_bytes() const { return wide ? 20 : 12; }
  // number: an unsigned number of 1, 2, 4 or 8 bytes.
  [[nodiscard]] std::uint64_t number(bytes_view b, std::size_t i, std::size_t width) const {
    switch (width) {
      case 1:
        return u8(b, i);
      case 2:
        return big_endian ? be16(b, i) : le16(b, i);
      case 4:
        return big_endian ? be32(b, i) : le32(b, i);
      default:
        return big_endian ? be64(b, i) : le64(b, i);
    }
  }
  [[nodiscard]] std::uint64_t offset(bytes_view b, std::size_t i) const {
    return number(b, i, offset_bytes());
  }
};

// The tags that say where bytes stand or how many pixels there are. All others are metadata.
enum class tiff_tag : std::uint16_t {
  width = 256,
  height = 257,
  bits_per_sample = 258,
  compression = 259,
  strip_offsets = 273,
  samples_per_pixel = 277,
  rows_per_strip = 278,
  strip_bytes = 279,
  planes = 284,
  tile_width = 322,
  tile_height = 323,
  tile_offsets = 324,
  tile_bytes = 325,
  sub_directories = 330,
  jpeg_at = 513,
  jpeg_bytes = 514,
  exif = 34665,
  gps = 34853,
  interoperability = 40965,
};

struct tiff_entry {
  tiff_tag tag{};
  std::uint8_t width = 0;   // bytes of one value
  std::uint64_t count = 0;  // of values
  std::uint64_t bytes = 0;  // of all values
  bool within = false;      // the values stand in the entry itself
  std::uint64_t value =
      0;  // the first value where it is a number that stands within, else the values' offset
};

// read_entry reads the entry that stands at `at` in the file. `bytes` holds it and nothing else.
result read_entry(tiff_layout layout, bytes_view bytes, std::uint64_t at, tiff_entry& entry);

}  // namespace uploadgate::formats
