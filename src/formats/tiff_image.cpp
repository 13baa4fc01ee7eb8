#include "tiff_image.hpp"

#include <algorithm>
#include <limits>

namespace uploadgate::formats {
namespace {

// Writers round a strip up.
constexpr std::uint64_t padding = 16;
constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

std::uint64_t times(std::uint64_t a, std::uint64_t b) { return b != 0 && a > most / b ? most : a * b; }
std::uint64_t parts(std::uint64_t whole, std::uint64_t part) {
  return part == 0 ? 0 : whole / part + (whole % part != 0);
}

}  // namespace

bool tiff_image::add(bool offset, std::uint64_t value, std::size_t& stored, piece& ready) {
  if (waiting_.empty()) offsets_first_ = offset;
  if (offset == offsets_first_ && paired_ == 0) {
    waiting_.push_back(value);
    ++stored;
    return false;
  }
  if (paired_ == waiting_.size()) return false;
  const std::uint64_t other = waiting_[paired_++];
  ready = offset ? piece{value, other} : piece{other, value};
  pixel_bytes_ += std::min(ready.bytes, most - pixel_bytes_);
  if (paired_ == waiting_.size()) stored -= waiting_.size();
  return true;
}

result tiff_image::judge_counts() const {
  if (bytes_count != 0 && offsets_count != bytes_count) {
    return {errc::bad_structure, "strips have other numbers of offsets and lengths", directory_at};
  }
  const std::uint64_t planes = separate_planes ? samples : 1;
  const std::uint64_t needed =
      tile_width != 0 ? times(times(parts(width, tile_width), parts(height, tile_height)), planes)
                      : times(rows_per_strip == 0 ? 1 : parts(height, rows_per_strip), planes);
  if (offsets_count > needed) {
    return {errc::unclaimed_data, "more strips or tiles than the image has", directory_at};
  }
  return {};
}

result tiff_image::judge_bytes() const {
  if (compression != 1 || !bits_known || offsets_count == 0) return {};
  const std::uint64_t across = tile_width != 0 ? tile_width : width;
  const std::uint64_t down = tile_width != 0                                  ? tile_height
                             : rows_per_strip == 0 || rows_per_strip > height ? height
                                                                              : rows_per_strip;
  const std::uint64_t row_bits = times(across, separate_planes ? parts(bits, samples) : bits);
  const std::uint64_t piece_bytes = times(parts(row_bits, 8), down);
  const std::uint64_t fitting =
      times(piece_bytes > most - padding ? most : piece_bytes + padding, offsets_count);
  if (pixel_bytes_ <= fitting) return {};
  return {errc::unclaimed_data, "the pixels do not need so many bytes", directory_at};
}

}  // namespace uploadgate::formats
