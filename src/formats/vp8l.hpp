// A VP8L stream (RFC 9649, section 3), walked code by code to where it ends. No pixel is kept but those that
// say which prefix codes a part of the image has.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/verdict.hpp>

#include "vp8l_code.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <vector>

namespace uploadgate::formats {

class vp8l {
 public:
  // What the prefix codes of one image may take; libwebp's encoder stays far below.
  static constexpr std::size_t most_code_memory = 64 << 20;
  // The blocks with prefix codes of their own; libwebp's encoder makes 2,600 at most.
  static constexpr std::uint64_t most_blocks = 1 << 20;

  vp8l(std::uint64_t width, std::uint64_t height) : width_{width}, height_{height} {}

  // feed reads the next bytes behind the header, which stand at `offset`; `last` says that the chunk ends
  // with them.
  result feed(bytes_view piece, std::uint64_t offset, bool last);

 private:
  enum class stage : std::uint8_t {
    transform,
    cache,
    meta,
    code,
    code_length_codes,
    code_length_limit,
    code_lengths,
    pixels,
    done
  };
  enum class step : std::uint8_t { done, starved, ended, corrupt, too_much };
  enum class transforms : std::uint8_t { predictor, cross_colour, subtract_green, colour_indexing };
  using group = std::array<vp8l_codes::code, 5>;  // green and lengths, red, blue, alpha, distance

  result slack(std::uint64_t end);
  step run(vp8l_bits& bits);
  step transform(vp8l_bits& bits);
  step cache(vp8l_bits& bits);
  step meta(vp8l_bits& bits);
  step code(vp8l_bits& bits);
  step simple_code(vp8l_bits& bits);
  step code_length_codes(vp8l_bits& bits);
  step code_length_limit(vp8l_bits& bits);
  step code_lengths(vp8l_bits& bits);
  step next_code(const vp8l_codes::code& made);
  step pixels(vp8l_bits& bits);
  step length_or_cached(vp8l_bits& bits, unsigned symbol, unsigned length);
  step distance(vp8l_bits& bits, const group& g);
  bool copy(std::uint64_t distance_code);
  void keep(std::uint32_t pixel);
  void advance(std::uint64_t n);
  void advance_without_bits();
  void begin_image(std::uint64_t width, std::uint64_t height, bool inner);
  void begin_codes(std::uint64_t groups);
  void end_image();
  [[nodiscard]] std::size_t alphabet() const;
  [[nodiscard]] const group& group_here() const;

  // The image itself.
  std::uint64_t width_;
  std::uint64_t height_;
  std::bitset<4> transforms_seen_;
  unsigned meta_bits_ = 0;
  std::vector<std::uint16_t> meta_;  // which group of codes each block has
  // The image at hand: it, or one that a transform or the meta codes need.
  bool inner_ = false;
  bool keeps_ = false;
  std::uint64_t image_width_ = 0;
  std::uint64_t image_pixels_ = 0;
  std::uint64_t pixel_ = 0;
  std::uint64_t x_ = 0;
  std::uint64_t y_ = 0;
  std::vector<std::uint32_t> kept_;
  unsigned cache_bits_ = 0;
  unsigned own_cache_bits_ = 0;  // of the image itself
  std::vector<std::uint32_t> cached_;

  // Prefix codes.
  vp8l_codes codes_;
  std::vector<group> groups_;
  std::uint64_t groups_left_ = 0;
  std::size_t which_ = 0;
  std::vector<std::uint8_t> lengths_;
  std::array<std::uint8_t, 19> length_lengths_{};
  std::size_t length_count_ = 0;
  std::size_t lengths_read_ = 0;
  std::uint32_t limit_ = 0;  // symbols that are coded
  std::uint8_t previous_ = 0;
  vp8l_codes::code length_code_;
  vp8l_codes length_codes_;

  // Within a pixel.
  unsigned part_ = 0;
  std::uint32_t colour_ = 0;
  std::uint64_t length_ = 0;

  unsigned slack_ = 0;
  stage stage_ = stage::transform;
  vp8l_bits bits_;
};

}  // namespace uploadgate::formats
