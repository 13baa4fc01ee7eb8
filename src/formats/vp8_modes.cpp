// The first partition of a VP8 key frame: its header and the modes of its macroblocks (RFC 6386,
// section 19.2).
#include "vp8.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

// Section 11.2, in the order of vp8_block_mode_probabilities.
enum mode : std::uint8_t {
  dc,
  true_motion,
  vertical,
  horizontal,
  right_down,
  vertical_right,
  left_down,
  vertical_left,
  horizontal_down,
  horizontal_up
};

}  // namespace

void vp8::header() {
  bools_.number(2);  // colour space, clamping
  if (bools_.flag()) segmentation();
  loop_filter();
  partitions_ = std::uint64_t{1} << bools_.number(2);
  bools_.number(7);  // quantiser
  for (unsigned i = 0; i < 5; ++i) bools_.optional(4 + 1);
  bools_.flag();  // whether the probabilities are kept for another frame
  for (std::size_t i = 0; i < probabilities_.size(); ++i) {
    if (bools_.get(vp8_coefficient_updates[i]))
      probabilities_[i] = static_cast<std::uint8_t>(bools_.number(8));
  }
  skips_ = bools_.flag();
  if (skips_) skip_probability_ = static_cast<std::uint8_t>(bools_.number(8));
}

void vp8::segmentation() {  // section 9.3
  maps_segments_ = bools_.flag();
  if (bools_.flag()) {
    bools_.flag();  // deltas or values
    for (unsigned i = 0; i < 4; ++i) bools_.optional(7 + 1);
    for (unsigned i = 0; i < 4; ++i) bools_.optional(6 + 1);
  }
  if (!maps_segments_) return;
  for (std::uint8_t& p : segment_probabilities_)
    p = bools_.flag() ? static_cast<std::uint8_t>(bools_.number(8)) : 255;
}

void vp8::loop_filter() {  // section 9.6
  bools_.number(1 + 6 + 3);
  if (!bools_.flag() || !bools_.flag()) return;
  for (unsigned i = 0; i < 8; ++i) bools_.optional(6 + 1);
}

void vp8::mode() {
  macroblock here;
  if (maps_segments_) bools_.get(segment_probabilities_[bools_.get(segment_probabilities_[0]) ? 2 : 1]);
  here.skipped = skips_ && bools_.get(skip_probability_);
  here.whole = bools_.get(145);
  block_modes& above = modes_above_[static_cast<std::size_t>(at_ % across_)];
  if (here.whole) {
    above.fill(luma_mode());
    modes_left_ = above;
  } else {
    for (std::uint8_t& left : modes_left_) {
      for (std::uint8_t& a : above) a = left = block_mode(a, left);
    }
  }
  if (bools_.get(142) && bools_.get(114)) bools_.get(183);  // chroma
  macroblocks_.push_back(here);
}

std::uint8_t vp8::luma_mode() {
  if (bools_.get(156)) return bools_.get(128) ? true_motion : horizontal;
  return bools_.get(163) ? vertical : dc;
}

std::uint8_t vp8::block_mode(std::uint8_t above, std::uint8_t left) {
  constexpr std::size_t places = 9;
  const std::uint8_t* const p =
      vp8_block_mode_probabilities.data() + (above * vp8_block_modes + left) * places;
  if (!bools_.get(p[0])) return dc;
  if (!bools_.get(p[1])) return true_motion;
  if (!bools_.get(p[2])) return vertical;
  if (!bools_.get(p[3])) {
    if (!bools_.get(p[4])) return horizontal;
    return bools_.get(p[5]) ? vertical_right : right_down;
  }
  if (!bools_.get(p[6])) return left_down;
  if (!bools_.get(p[7])) return vertical_left;
  return bools_.get(p[8]) ? horizontal_up : horizontal_down;
}

}  // namespace uploadgate::formats
