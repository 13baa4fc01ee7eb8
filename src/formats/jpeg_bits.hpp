// The bits of a JPEG's coded data, with stuffed bytes undone, up to the next marker (ITU-T T.81, B.1.1.5).
#pragma once

#include "endian.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>

namespace uploadgate::formats {

// It is copied into a function's locals for a run over one window, and copied back.
class jpeg_bits {
 public:
  static constexpr unsigned longest_symbol = 32;

  void give(bytes_view window, std::uint64_t offset) {
    p_ = at(window, 0);
    end_ = p_ + window.size();
    end_offset_ = offset + window.size();
  }
  // restart forgets the marker, for the data behind it.
  void restart() {
    bits_ = 0;
    held_ = 0;
    ones_ = 0;
    marker_ = none;
  }

  // ready: whether a whole symbol is here, or all bits before the marker; else the window is used up.
  bool ready() { return held_ >= longest_symbol || refill(); }
  [[nodiscard]] std::uint64_t next() const { return bits_; }
  [[nodiscard]] unsigned held() const { return held_; }
  // drop takes n bits, fewer than 64, that are held.
  void drop(unsigned n) {
    bits_ <<= n;
    held_ -= n;
  }
  // number takes the next n bits, which are held.
  std::uint32_t number(unsigned n) {
    const std::uint64_t value = bits_ >> 1 >> (63 - n);
    drop(n);
    return static_cast<std::uint32_t>(value);
  }

  // at_marker: whether the marker has been read; no bits follow those that are held.
  [[nodiscard]] bool at_marker() const { return marker_ != none; }
  // marker: 0 where it is a stuffed byte behind a fill byte.
  [[nodiscard]] std::uint8_t marker() const { return static_cast<std::uint8_t>(marker_); }
  [[nodiscard]] std::uint64_t marker_offset() const { return offset() - (at_marker() ? 1 : 0) - ones_; }
  // unread: the offset of the first byte of which no bit has been taken.
  [[nodiscard]] std::uint64_t unread() const {
    std::uint64_t back = 0;
    const unsigned whole = held_ / 8;
    for (unsigned i = 0; i < whole; ++i) {
      back += (bits_ >> (56 - held_ % 8 - 8 * i) & 0xFF) == 0xFF ? 2 : 1;
    }
    return marker_offset() - back;
  }
  // offset of the next byte of the window.
  [[nodiscard]] std::uint64_t offset() const { return end_offset_ - static_cast<std::uint64_t>(end_ - p_); }
  [[nodiscard]] bool window_empty() const { return p_ == end_; }

 private:
  static constexpr int none = -1;
  static constexpr std::ptrdiff_t word = 8;

  static bool has_ff(std::uint64_t w) { return ((~w - 0x0101010101010101) & w & 0x8080808080808080) != 0; }
  bool refill() {
    if (end_ - p_ >= word && ones_ == 0) {
      const std::uint64_t w = boost::endian::load_big_u64(p_);
      if (!has_ff(w)) {
        bits_ |= w >> held_;
        const unsigned n = (63 - held_) / 8;
        p_ += n;
        held_ += 8 * n;
        return true;
      }
    }
    return refill_by_bytes();
  }
  bool refill_by_bytes() {
    while (held_ <= 48 && marker_ == none && p_ != end_) {
      const std::uint8_t b = *p_++;
      if (ones_ == 0 && b != 0xFF) {
        push(b);
      } else if (b == 0xFF) {
        ++ones_;
      } else if (b == 0 && ones_ == 1) {
        ones_ = 0;
        push(0xFF);
      } else {
        marker_ = b;
      }
    }
    return held_ >= longest_symbol || marker_ != none;
  }
  void push(std::uint64_t b) {
    bits_ |= b << (56 - held_);
    held_ += 8;
  }

  const unsigned char* p_ = nullptr;
  const unsigned char* end_ = nullptr;
  std::uint64_t end_offset_ = 0;
  std::uint64_t bits_ = 0;  // the next one is the highest
  unsigned held_ = 0;
  std::uint64_t ones_ = 0;  // bytes 0xFF, the last ones read
  int marker_ = none;
};

}  // namespace uploadgate::formats
