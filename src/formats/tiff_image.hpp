// One image of a TIFF: its directory's fields, and its strips or tiles as their offsets and lengths come.
#pragma once

#include "grammar.hpp"
#include "tiff_directory.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace uploadgate::formats {

class tiff_image {
 public:
  // One strip or tile, once its offset and its length are both known.
  struct piece {
    std::uint64_t at;
    std::uint64_t bytes;
  };

  std::uint64_t directory_at = 0;
  std::uint64_t width = 0;
  std::uint64_t height = 0;
  std::uint64_t compression = 1;
  std::uint64_t samples = 1;
  std::uint64_t bits = 1;  // of all samples of a pixel, once bits_known
  std::uint64_t bits_count = 0;
  bool bits_known = true;
  std::uint64_t rows_per_strip = 0;
  bool separate_planes = false;
  std::uint64_t tile_width = 0;
  std::uint64_t tile_height = 0;
  std::uint64_t offsets_count = 0;
  std::uint64_t bytes_count = 0;
  std::uint64_t jpeg_at = 0;
  std::uint64_t jpeg_bytes = 0;
  std::size_t awaited = 0;  // arrays that have not come yet

  // add takes the next value of the one array or the other. `stored` counts the values that wait for their
  // partner, over all images. True where `ready` is set.
  bool add(bool offset, std::uint64_t value, std::size_t& stored, piece& ready);
  // in_old_jpeg: whether a strip is a part of the old-style JPEG that the directory names.
  [[nodiscard]] bool in_old_jpeg(const piece& p) const {
    return compression == 6 && p.at >= jpeg_at && p.at - jpeg_at <= jpeg_bytes &&
           p.bytes <= jpeg_bytes - (p.at - jpeg_at);
  }
  // judge_counts: whether there are as many strips or tiles as the image needs.
  [[nodiscard]] result judge_counts() const;
  // judge_bytes: whether pixels that are not compressed fill their strips.
  [[nodiscard]] result judge_bytes() const;

 private:
  std::vector<std::uint64_t> waiting_;  // values of the array that came first
  bool offsets_first_ = false;
  std::size_t paired_ = 0;
  std::uint64_t pixel_bytes_ = 0;
};

}  // namespace uploadgate::formats
