// The headers of Windows bitmaps, as BMP and ICO hold them ([MS-WMF] 2.2.2, OS/2's bitmap headers).
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/verdict.hpp>

#include <cstddef>
#include <cstdint>

namespace uploadgate::formats {

struct dib_header {
  std::uint32_t size = 0;  // of the header itself
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  bool top_down = false;
  std::uint16_t bits = 0;
  std::uint32_t compression = 0;
  std::uint32_t image_bytes = 0;  // 0 where it is not said
  std::uint32_t colours = 0;      // entries of the palette
  std::uint32_t masks = 0;        // bytes of masks behind the header
  std::uint32_t profile_at = 0;   // from the header's first byte; 0 where there is none
  std::uint32_t profile_bytes = 0;

  static constexpr std::size_t longest = 124;

  [[nodiscard]] bool packed() const { return compression != 0 && compression != 3 && compression != 6; }
  [[nodiscard]] std::uint64_t palette_bytes() const { return std::uint64_t{colours} * (size == 12 ? 3 : 4); }
  // The bytes of unpacked rows, each filled up to four bytes.
  [[nodiscard]] std::uint64_t row_bytes() const { return (std::uint64_t{width} * bits + 31) / 32 * 4; }
  [[nodiscard]] std::uint64_t pixel_bytes() const { return row_bytes() * height; }
};

// dib_size_known: whether software writes headers of this size.
bool dib_size_known(std::uint32_t size);
// read_dib judges a header (all its bytes, its size first). `icon` says that its height counts the mask too.
result read_dib(bytes_view bytes, std::uint64_t offset, bool icon, dib_header& header);

}  // namespace uploadgate::formats
