// The partitions of a VP8 key frame (RFC 6386), walked to where they end. No coefficient is kept, nor is
// anything predicted or transformed.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/verdict.hpp>

#include "vp8_bools.hpp"
#include "vp8_tables.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace uploadgate::formats {

class vp8 {
 public:
  // first: the bytes of the first partition, as the frame's tag says; length: all bytes behind the frame's
  // header.
  vp8(std::uint64_t width, std::uint64_t height, std::uint64_t first, std::uint64_t length);

  // feed reads the next bytes behind the frame's header, which stand at `offset`.
  result feed(bytes_view piece, std::uint64_t offset);
  // proved: whether the frame has one partition of coefficients. Those of several depend on one another row
  // by row, so that a stream would have to hold them all; only their sizes are judged.
  [[nodiscard]] bool proved() const { return partitions_ == 1; }

 private:
  enum class stage : std::uint8_t { header, modes, sizes, coefficients, unread, done };
  struct macroblock {
    bool whole = false;    // predicted as one, so that it has a block of its DC coefficients (Y2)
    bool skipped = false;  // it has no coefficients
  };
  // Which blocks next to a macroblock have coefficients: four of luma, two of each chroma, Y2.
  using neighbours = std::array<std::uint8_t, 9>;
  using block_modes = std::array<std::uint8_t, 4>;  // of the blocks next to a macroblock

  result slice(bytes_view piece, std::uint64_t offset);
  void sizes(bytes_view piece);
  result next_partition(std::uint64_t end);
  bool walk();
  void header();
  void segmentation();
  void loop_filter();
  void mode();
  std::uint8_t luma_mode();
  std::uint8_t block_mode(std::uint8_t above, std::uint8_t left);
  void coefficients();
  std::uint8_t block(std::size_t kind, unsigned context);
  void large_value(const std::uint8_t* p);
  void extra_bits(std::initializer_list<std::uint8_t> probabilities);

  std::uint64_t across_;  // macroblocks
  std::uint64_t count_;
  std::uint64_t left_;  // bytes of the chunk behind the partition at hand
  std::uint64_t size_;  // of that
  std::uint64_t had_ = 0;
  std::uint64_t partitions_ = 1;
  std::uint64_t unread_ = 0;  // bytes of partitions whose size is known
  std::uint32_t number_ = 0;  // one of the sizes, as far as it has come
  unsigned digits_ = 0;
  stage stage_ = stage::header;
  vp8_bools bools_;

  bool maps_segments_ = false;
  std::array<std::uint8_t, 3> segment_probabilities_{255, 255, 255};
  bool skips_ = false;
  std::uint8_t skip_probability_ = 0;
  std::array<std::uint8_t, vp8_coefficient_probabilities> probabilities_;

  std::uint64_t at_ = 0;  // macroblock
  std::vector<macroblock> macroblocks_;
  std::vector<block_modes> modes_above_;
  block_modes modes_left_{};
  std::vector<neighbours> above_;
  neighbours left_blocks_{};
};

}  // namespace uploadgate::formats
