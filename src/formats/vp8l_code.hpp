// Prefix codes of VP8L (RFC 9649, section 3.7), for finding where codes end.
#pragma once

#include <boost/endian/conversion.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace uploadgate::formats {

// The bits of one chunk, the lowest of a byte first. It is copied into a function's locals for a run over one
// window.
class vp8l_bits {
 public:
  // give hands over the next bytes; `last` says that none follow.
  void give(const unsigned char* begin, std::size_t n, bool last) {
    p_ = begin;
    end_ = begin + n;
    last_ = last;
  }
  // ready: whether n bits (at most 56) are here, or all that there are; else the window is used up.
  bool ready(unsigned n) {
    if (held_ >= n) return true;
    if (end_ - p_ >= 8) {
      bits_ |= boost::endian::load_little_u64(p_) << held_;
      const unsigned whole = (63 - held_) / 8;
      p_ += whole;
      held_ += 8 * whole;
      return true;
    }
    while (held_ <= 56 && p_ != end_) {
      bits_ |= static_cast<std::uint64_t>(*p_++) << held_;
      held_ += 8;
    }
    return held_ >= n || last_;
  }
  // short_of: whether fewer than n bits are left in the chunk, where ready() was true.
  [[nodiscard]] bool short_of(unsigned n) const { return held_ < n; }
  [[nodiscard]] std::uint64_t next() const { return bits_; }
  [[nodiscard]] unsigned held() const { return held_; }
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - p_); }
  void drop(unsigned n) {
    bits_ >>= n;
    held_ -= n;
  }
  std::uint32_t number(unsigned n) {
    const auto value = static_cast<std::uint32_t>(bits_ & ((std::uint64_t{1} << n) - 1));
    drop(n);
    return value;
  }

 private:
  const unsigned char* p_ = nullptr;
  const unsigned char* end_ = nullptr;
  bool last_ = false;
  std::uint64_t bits_ = 0;
  unsigned held_ = 0;
};

// All prefix codes of one image, in one pool.
class vp8l_codes {
 public:
  static constexpr unsigned longest = 15;
  struct code {
    std::uint32_t at = 0;  // in the pool: counts by length, the quick table, the symbols
    std::uint8_t quick_bits = 0;
    bool single = false;       // one symbol, which takes no bit
    std::uint16_t symbol = 0;  // that one
  };
  struct found {
    std::uint16_t symbol = 0;
    std::uint8_t length = 0;  // may be more bits than are there
  };

  void clear() { pool_.clear(); }
  [[nodiscard]] std::size_t size() const { return pool_.size(); }
  // add makes a code of the lengths of its symbols; false where they make none, or leave codes undefined.
  bool add(std::span<const std::uint8_t> lengths, code& made);
  static code of_one(std::uint16_t symbol) { return {.single = true, .symbol = symbol}; }

  [[nodiscard]] found find(const code& c, std::uint64_t next) const {
    if (c.single) return {c.symbol, 0};
    const std::uint16_t e = pool_[c.at + longest + 1 + (next & ((1U << c.quick_bits) - 1))];
    if (e != 0) return {static_cast<std::uint16_t>(e >> 4), static_cast<std::uint8_t>(e & 15)};
    return find_longer(c, next);
  }

 private:
  static constexpr unsigned most_quick_bits = 8;
  [[nodiscard]] found find_longer(const code& c, std::uint64_t next) const;

  std::vector<std::uint16_t> pool_;
};

}  // namespace uploadgate::formats
