// The codes within one restart interval of a scan (ITU-T T.81, F.2.2, G.2).
#include "jpeg_entropy.hpp"

#include <algorithm>
#include <bit>

namespace uploadgate::formats {
namespace {

constexpr unsigned coefficients = 64;
constexpr unsigned longest_run = 15;

constexpr std::uint64_t bit(unsigned k) { return std::uint64_t{1} << k; }
// The coefficients from `first` to `last`.
constexpr std::uint64_t between(unsigned first, unsigned last) {
  return ~std::uint64_t{0} << first & ~std::uint64_t{0} >> (coefficients - 1 - last);
}

}  // namespace

jpeg_entropy::step jpeg_entropy::walk() {
  switch (kind_) {
    case kind::sequential:
      return blocks<true>();
    case kind::first_dc:
      return blocks<false>();
    case kind::first_ac:
      return first_ac();
    case kind::refine_dc:
      return refine_dc();
    case kind::refine_ac:
      break;
  }
  return refine_ac();
}

// Before a marker the bits of a code that is cut off are not those of another.
jpeg_entropy::step jpeg_entropy::undefined_code(const jpeg_bits& bits) const {
  return bits.held() < 16 ? step::starved : step::broken;
}

template <bool WithAc>
jpeg_entropy::step jpeg_entropy::blocks() {
  jpeg_bits bits = bits_;
  unsigned k = k_;
  step outcome = step::done;
  while (left_ > 0) {
    const unit& u = units_[unit_];
    if (k == 0) {
      if (!bits.ready()) {
        outcome = step::starved;
        break;
      }
      const jpeg_huffman::code c = u.dc->find(bits.next());
      if (c.length == 0 || c.bits > bits.held()) {
        outcome = c.length == 0 ? undefined_code(bits) : step::starved;
        break;
      }
      bits.drop(c.bits);
      k = 1;
    }
    if constexpr (WithAc) {
      const jpeg_huffman& ac = *u.ac;
      while (k < coefficients && bits.ready()) {
        const jpeg_huffman::code c = ac.find(bits.next());
        if (c.bits > bits.held()) break;
        bits.drop(c.bits);
        k += c.advance;
      }
      if (k < coefficients) {
        outcome = step::starved;
        break;
      }
      if (k > coefficients && (k < jpeg_huffman::end_of_block || k > jpeg_huffman::undefined)) {
        outcome = k > jpeg_huffman::undefined ? undefined_code(bits) : step::broken;
        break;
      }
    }
    k = 0;
    if (++unit_ == unit_count_) {
      unit_ = 0;
      --left_;
    }
  }
  bits_ = bits;
  k_ = k;
  return outcome;
}

// EOBn: this block ends, and so do as many as its bits say. False where they are not here.
bool jpeg_entropy::ended_run(const jpeg_huffman::code& c) {
  const unsigned n = c.symbol >> 4;
  if (c.length + n > bits_.held()) return false;
  bits_.drop(c.length);
  run_ = (std::uint64_t{1} << n) + bits_.number(n);
  return true;
}

void jpeg_entropy::end_block() {
  if (low_ > 0) known_->add(block_, nonzero_);
  nonzero_ = 0;
  ++block_;
  --left_;
  k_ = first_;
}

// The next code of a scan of AC coefficients, for the caller to drop; one that ends the band is taken here.
jpeg_entropy::step jpeg_entropy::next_ac(jpeg_huffman::code& c, bool& ends_band) {
  if (!bits_.ready()) return step::starved;
  c = units_[0].ac->find(bits_.next());
  if (c.length == 0) return undefined_code(bits_);
  ends_band = (c.symbol & 15) == 0 && (c.symbol >> 4) < longest_run;
  if (ends_band) return ended_run(c) ? step::done : step::starved;
  return c.bits > bits_.held() ? step::starved : step::done;
}

jpeg_entropy::step jpeg_entropy::first_ac() {
  while (left_ > 0) {
    if (run_ > 0) {  // the block at hand first, and it may have begun
      end_block();
      --run_;
      const std::uint64_t n = std::min(run_, left_);
      block_ += n;
      left_ -= n;
      run_ -= n;
      continue;
    }
    if (k_ > last_) {
      end_block();
      continue;
    }
    jpeg_huffman::code c;
    bool ends_band = false;
    if (const step s = next_ac(c, ends_band); s != step::done) return s;
    if (ends_band) continue;
    const unsigned run = c.symbol >> 4;
    const unsigned size = c.symbol & 15;
    if (k_ + run > last_) return step::broken;
    bits_.drop(c.bits);
    k_ += run;
    if (size > 0) nonzero_ |= bit(k_);
    ++k_;
  }
  return run_ == 0 ? step::done : step::broken;
}

jpeg_entropy::step jpeg_entropy::skip() {
  while (skip_ > 0) {
    if (!bits_.ready() || bits_.held() == 0) return step::starved;
    const auto n = static_cast<unsigned>(std::min<std::uint64_t>(skip_, std::min(bits_.held(), 32U)));
    bits_.drop(n);
    skip_ -= n;
  }
  return step::done;
}

jpeg_entropy::step jpeg_entropy::refine_dc() {
  const step s = skip();
  if (s == step::done) left_ = 0;
  return s;
}

// Each coefficient that is known takes one bit as the walk passes it; what is new takes its code.
jpeg_entropy::step jpeg_entropy::refine_ac() {
  while (left_ > 0) {
    if (skip_ > 0 && skip() != step::done) return step::starved;
    if (k_ > last_) {
      end_block();
      continue;
    }
    if (run_ > 0 && k_ == first_) {
      const std::uint64_t n = known_->next_known(block_, block_ + std::min(run_, left_)) - block_;
      block_ += n;
      left_ -= n;
      run_ -= n;
      if (n > 0) continue;
    }
    const std::uint64_t known = known_->of(block_);
    if (run_ > 0) {
      --run_;
      skip_ = static_cast<unsigned>(std::popcount(known & between(k_, last_)));
      k_ = last_ + 1;
      continue;
    }
    jpeg_huffman::code c;
    bool ends_band = false;
    if (const step s = next_ac(c, ends_band); s != step::done) return s;
    if (ends_band) continue;
    const unsigned run = c.symbol >> 4;
    const unsigned size = c.symbol & 15;
    std::uint64_t unknown = ~known & between(k_, last_);
    for (unsigned i = 0; i < run; ++i) unknown &= unknown - 1;
    if (size > 1 || unknown == 0) return step::broken;
    bits_.drop(c.bits);
    const auto place = static_cast<unsigned>(std::countr_zero(unknown));
    skip_ = static_cast<unsigned>(std::popcount(known & between(k_, place)));
    if (size == 1) nonzero_ |= bit(place);
    k_ = place + 1;
  }
  return run_ == 0 ? step::done : step::broken;
}

}  // namespace uploadgate::formats
