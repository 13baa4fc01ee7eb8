#include "webp_pixels.hpp"

namespace uploadgate::formats {

webp_pixels webp_pixels::lossless(std::uint64_t width, std::uint64_t height) {
  return webp_pixels{vp8l{width, height}};
}

webp_pixels webp_pixels::alpha(std::uint8_t flags, std::uint64_t width, std::uint64_t height) {
  const bool packed = (flags & 3) == 1;
  return packed ? lossless(width, height) : webp_pixels{plain{width * height}};
}

result webp_pixels::feed(bytes_view piece, std::uint64_t offset, bool last) {
  return std::visit([&](auto& coded) { return coded.feed(piece, offset, last); }, coded_);
}

result webp_pixels::plain::feed(bytes_view piece, std::uint64_t offset, bool last) {
  if (piece.size() > left) return {errc::hidden_data, "bytes behind the last pixel of ALPH", offset + left};
  left -= piece.size();
  if (last && left > 0) return {errc::missing_pixels, "ALPH", offset + piece.size()};
  return {};
}

}  // namespace uploadgate::formats
