#include "webp_pixels.hpp"

#include "endian.hpp"

namespace uploadgate::formats {

webp_pixels webp_pixels::lossy(bytes_view head, std::uint64_t width, std::uint64_t height,
                               std::uint64_t length) {
  return webp_pixels{vp8{width, height, le24(head, 0) >> 5, length - head.size()}};
}

webp_pixels webp_pixels::lossless(std::uint64_t width, std::uint64_t height) {
  return webp_pixels{vp8l{width, height}};
}

webp_pixels webp_pixels::alpha(std::uint8_t flags, std::uint64_t width, std::uint64_t height) {
  const bool packed = (flags & 3) == 1;
  return packed ? lossless(width, height) : webp_pixels{plain{width * height}};
}

result webp_pixels::feed(bytes_view piece, std::uint64_t offset, bool last) {
  if (auto* const lossy = std::get_if<vp8>(&coded_)) return lossy->feed(piece, offset);
  if (auto* const lossless = std::get_if<vp8l>(&coded_)) return lossless->feed(piece, offset, last);
  return std::get<plain>(coded_).feed(piece, offset, last);
}

std::string_view webp_pixels::unproved() const {
  const auto* const lossy = std::get_if<vp8>(&coded_);
  return !lossy || lossy->proved() ? "" : "the coefficients of VP8 in several partitions are not decoded";
}

result webp_pixels::plain::feed(bytes_view piece, std::uint64_t offset, bool last) {
  if (piece.size() > left) return {errc::hidden_data, "bytes behind the last pixel of ALPH", offset + left};
  left -= piece.size();
  if (last && left > 0) return {errc::missing_pixels, "ALPH", offset + piece.size()};
  return {};
}

}  // namespace uploadgate::formats
