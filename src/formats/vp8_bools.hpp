// The boolean decoder of VP8 (RFC 6386, section 7) over one partition that comes in pieces.
#pragma once

#include <uploadgate/bytes.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace uploadgate::formats {

class vp8_bools {
 public:
  // More bytes than one macroblock, or the header of a frame, can take: 25 blocks of 16 coefficients of 18
  // booleans, of which each takes 7 bits at most.
  static constexpr std::size_t enough = 8192;

  // add appends bytes that have come; `last` says that the partition ends with them.
  void add(bytes_view piece, bool last);
  // ready: whether a macroblock can be read.
  [[nodiscard]] bool ready() const { return last_ || bytes_.size() - at_ >= enough; }

  // Behind the end of the partition all bits are zeros, and are counted.
  bool get(std::uint32_t probability) {
    if (bits_ < 0) load();
    const std::uint32_t split = 1 + (((range_ - 1) * probability) >> 8);
    const std::uint64_t big_split = static_cast<std::uint64_t>(split) << bits_;
    const bool bit = value_ >= big_split;
    if (bit) {
      range_ -= split;
      value_ -= big_split;
    } else {
      range_ = split;
    }
    const int shift = std::countl_zero(range_) - 24;
    range_ <<= shift;
    bits_ -= shift;
    return bit;
  }
  std::uint32_t number(unsigned bits) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < bits; ++i) value = value << 1 | (flag() ? 1 : 0);
    return value;
  }
  bool flag() { return get(128); }
  // optional skips a flag and, where it is set, a number of so many bits (with its sign).
  void optional(unsigned bits) {
    if (flag()) number(bits);
  }

  // needed: bytes of the partition on which what has been read depends.
  [[nodiscard]] std::uint64_t needed() const {
    return dropped_ + at_ + beyond_ - static_cast<std::uint64_t>(std::max(bits_, 0)) / 8;
  }

 private:
  void load();

  std::vector<unsigned char> bytes_;
  std::size_t at_ = 0;
  std::uint64_t dropped_ = 0;  // bytes that have left the buffer
  std::uint64_t beyond_ = 0;   // zeros read behind the end
  bool last_ = false;
  std::uint64_t value_ = 0;  // of 8 + bits_ bits
  std::uint32_t range_ = 255;
  int bits_ = -8;
};

}  // namespace uploadgate::formats
