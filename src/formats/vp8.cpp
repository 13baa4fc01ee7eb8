// How the partitions of a VP8 key frame lie in their chunk, and where each must end.
#include "vp8.hpp"

#include "endian.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

// Encoders flush up to four bytes that no boolean needs (section 7.3 writes 32 bits).
constexpr std::uint64_t most_slack = 4;
constexpr std::uint64_t bytes_of_size = 3;

}  // namespace

vp8::vp8(std::uint64_t width, std::uint64_t height, std::uint64_t first, std::uint64_t length)
    : across_{(width + 15) / 16},
      count_{across_ * ((height + 15) / 16)},
      left_{length - first},
      size_{first},
      probabilities_{vp8_default_coefficients} {}

result vp8::feed(bytes_view piece, std::uint64_t offset) {
  result r;
  do {
    std::uint64_t n = std::min<std::uint64_t>(piece.size(), vp8_bools::enough);
    n = std::min(n, size_ - had_);
    r = slice(piece.first(static_cast<std::size_t>(n)), offset);
    offset += n;
    piece = piece.subspan(static_cast<std::size_t>(n));
  } while (r.ok() && !piece.empty());
  return r;
}

result vp8::slice(bytes_view piece, std::uint64_t offset) {
  had_ += piece.size();
  const bool last = had_ == size_;
  const std::uint64_t end = offset + piece.size();
  if (stage_ == stage::sizes) {
    sizes(piece);
  } else if (stage_ != stage::unread) {
    bools_.add(piece, last);
    const bool over = walk();
    const std::uint64_t needed = bools_.needed();
    if (needed > size_) return {errc::missing_pixels, "a partition of VP8 is too short", end};
    if (over && needed + most_slack < size_) {
      return {errc::hidden_data, "bytes behind the last code of VP8", end - had_ + needed};
    }
  }
  return last ? next_partition(end) : result{};
}

void vp8::sizes(bytes_view piece) {
  for (std::size_t i = 0; i < piece.size(); ++i) {
    number_ |= std::uint32_t{u8(piece, i)} << 8 * digits_;
    if (++digits_ < bytes_of_size) continue;
    unread_ += number_;
    number_ = digits_ = 0;
  }
}

result vp8::next_partition(std::uint64_t end) {
  switch (stage_) {
    case stage::header:
    case stage::modes:
      stage_ = partitions_ == 1 ? stage::coefficients : stage::sizes;
      size_ = partitions_ == 1 ? left_ : bytes_of_size * (partitions_ - 1);
      if (size_ > left_) return {errc::bad_length, "VP8: partitions", end};
      bools_ = {};
      at_ = 0;
      above_.assign(static_cast<std::size_t>(across_), {});
      break;
    case stage::sizes:
      if (unread_ > left_) return {errc::bad_length, "VP8: partitions", end};
      stage_ = stage::unread;
      size_ = left_;
      break;
    default:
      stage_ = stage::done;
      return {};
  }
  left_ -= size_;
  had_ = 0;
  return size_ == 0 ? slice({}, end) : result{};
}

// Walks as many macroblocks as are here; true where it was the last one.
bool vp8::walk() {
  if (stage_ == stage::header) {
    if (!bools_.ready()) return false;
    header();
    stage_ = stage::modes;
    modes_above_.assign(static_cast<std::size_t>(across_), {});
  }
  for (; at_ < count_; ++at_) {
    if (!bools_.ready() || bools_.needed() > size_) return false;
    if (at_ % across_ == 0) {
      modes_left_ = {};
      left_blocks_ = {};
    }
    stage_ == stage::modes ? mode() : coefficients();
  }
  return true;
}

}  // namespace uploadgate::formats
