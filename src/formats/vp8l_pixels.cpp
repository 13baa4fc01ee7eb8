// The pixels of a VP8L image: literals, copies and cached colours (RFC 9649, section 3.6).
#include "vp8l.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

constexpr unsigned literals = 256, length_symbols = 24;
constexpr unsigned longest_length = vp8l_codes::longest + 10, longest_distance = vp8l_codes::longest + 18;
enum part : std::uint8_t { green, red, blue, alpha, distance_part };

// A length or a distance: its symbol gives the number of its further bits, and the least value.
struct prefix {
  unsigned bits;
  std::uint64_t least;
};
constexpr prefix prefix_of(unsigned symbol) {  // section 3.6.2.1
  if (symbol < 4) return {0, symbol + 1U};
  const unsigned bits = (symbol - 2) / 2;
  return {bits, ((2U + symbol % 2) << bits) + 1U};
}

// Distances that name a neighbour: so many columns left of, and rows above, the pixel (section 3.6.2.1).
struct neighbour {
  std::int8_t x, y;
};
constexpr std::array<neighbour, 120> neighbours{
    {{0, 1},  {1, 0},  {1, 1},  {-1, 1}, {0, 2},  {2, 0},  {1, 2},  {-1, 2}, {2, 1},  {-2, 1}, {2, 2},
     {-2, 2}, {0, 3},  {3, 0},  {1, 3},  {-1, 3}, {3, 1},  {-3, 1}, {2, 3},  {-2, 3}, {3, 2},  {-3, 2},
     {0, 4},  {4, 0},  {1, 4},  {-1, 4}, {4, 1},  {-4, 1}, {3, 3},  {-3, 3}, {2, 4},  {-2, 4}, {4, 2},
     {-4, 2}, {0, 5},  {3, 4},  {-3, 4}, {4, 3},  {-4, 3}, {5, 0},  {1, 5},  {-1, 5}, {5, 1},  {-5, 1},
     {2, 5},  {-2, 5}, {5, 2},  {-5, 2}, {4, 4},  {-4, 4}, {3, 5},  {-3, 5}, {5, 3},  {-5, 3}, {0, 6},
     {6, 0},  {1, 6},  {-1, 6}, {6, 1},  {-6, 1}, {2, 6},  {-2, 6}, {6, 2},  {-6, 2}, {4, 5},  {-4, 5},
     {5, 4},  {-5, 4}, {3, 6},  {-3, 6}, {6, 3},  {-6, 3}, {0, 7},  {7, 0},  {1, 7},  {-1, 7}, {5, 5},
     {-5, 5}, {7, 1},  {-7, 1}, {4, 6},  {-4, 6}, {6, 4},  {-6, 4}, {2, 7},  {-2, 7}, {7, 2},  {-7, 2},
     {3, 7},  {-3, 7}, {7, 3},  {-7, 3}, {5, 6},  {-5, 6}, {6, 5},  {-6, 5}, {8, 0},  {4, 7},  {-4, 7},
     {7, 4},  {-7, 4}, {8, 1},  {8, 2},  {6, 6},  {-6, 6}, {8, 3},  {5, 7},  {-5, 7}, {7, 5},  {-7, 5},
     {8, 4},  {6, 7},  {-6, 7}, {7, 6},  {-7, 6}, {8, 5},  {7, 7},  {-7, 7}, {8, 6},  {8, 7}}};

constexpr std::uint32_t hash_factor = 0x1e35a7bd;  // section 3.6.2.2

constexpr std::array<unsigned, 4> places{8, 16, 0, 24};  // of the parts in a pixel

// takes_no_bits: whether all pixels of these codes are equal.
bool takes_no_bits(const std::array<vp8l_codes::code, 5>& codes) {
  if (!codes[green].single || codes[green].symbol >= literals) return false;
  return codes[red].single && codes[blue].single && codes[alpha].single;
}

}  // namespace

const vp8l::group& vp8l::group_here() const {
  if (inner_ || meta_.empty()) return groups_[0];
  const std::uint64_t across = (image_width_ + (1U << meta_bits_) - 1) >> meta_bits_;
  return groups_[meta_[static_cast<std::size_t>((y_ >> meta_bits_) * across + (x_ >> meta_bits_))]];
}

void vp8l::advance(std::uint64_t n) {
  pixel_ += n;
  x_ += n;
  if (x_ >= image_width_) {
    y_ += x_ / image_width_;
    x_ %= image_width_;
  }
}

void vp8l::keep(std::uint32_t pixel) {
  kept_.push_back(pixel);
  if (cache_bits_ > 0) cached_[hash_factor * pixel >> (32 - cache_bits_)] = pixel;
}

// Steps over all equal pixels at once: to the end of the block's row, or of the image.
void vp8l::advance_without_bits() {
  const group& g = group_here();
  std::uint64_t n = image_pixels_ - pixel_;
  if (!inner_ && !meta_.empty()) {
    const std::uint64_t block = std::uint64_t{1} << meta_bits_;
    n = std::min(block - x_ % block, image_width_ - x_);
  }
  if (keeps_) {
    std::uint32_t pixel = 0;
    for (const part p : {green, red, blue, alpha}) pixel |= std::uint32_t{g[p].symbol} << places[p];
    for (std::uint64_t i = 0; i < n; ++i) keep(pixel);
  }
  advance(n);
}

// Copies length_ pixels, where all of them and what they are copied from lie in the image.
bool vp8l::copy(std::uint64_t distance_code) {
  std::uint64_t back = distance_code - neighbours.size();
  if (distance_code <= neighbours.size()) {
    const neighbour n = neighbours[distance_code - 1];
    const std::int64_t d = n.x + n.y * static_cast<std::int64_t>(image_width_);
    back = d < 1 ? 1 : static_cast<std::uint64_t>(d);
  }
  if (back > pixel_ || length_ > image_pixels_ - pixel_) return false;
  if (keeps_) {
    for (std::uint64_t i = 0; i < length_; ++i) keep(kept_[kept_.size() - static_cast<std::size_t>(back)]);
  }
  advance(length_);
  return true;
}

vp8l::step vp8l::length_or_cached(vp8l_bits& bits, unsigned symbol, unsigned length) {
  if (symbol >= literals + length_symbols) {
    if (bits.short_of(length)) return step::ended;
    bits.drop(length);
    if (keeps_) keep(cached_[symbol - literals - length_symbols]);
    advance(1);
    return step::done;
  }
  const prefix p = prefix_of(symbol - literals);
  if (bits.short_of(length + p.bits)) return step::ended;
  bits.drop(length);
  length_ = p.least + bits.number(p.bits);
  part_ = distance_part;
  return step::done;
}

vp8l::step vp8l::distance(vp8l_bits& bits, const group& g) {
  if (!bits.ready(longest_distance)) return step::starved;
  const vp8l_codes::found f = codes_.find(g[4], bits.next());
  const prefix p = prefix_of(f.symbol);
  if (bits.short_of(f.length + p.bits)) return step::ended;
  bits.drop(f.length);
  part_ = green;
  return copy(p.least + bits.number(p.bits)) ? step::done : step::corrupt;
}

vp8l::step vp8l::pixels(vp8l_bits& outer) {
  vp8l_bits bits = outer;
  step s = step::done;
  const std::uint64_t block = std::uint64_t{1} << meta_bits_;
  const group* g = &group_here();
  while (pixel_ < image_pixels_ && s == step::done) {
    if (part_ == distance_part) {
      s = distance(bits, *g);
      if (s == step::done && pixel_ < image_pixels_) g = &group_here();
      continue;
    }
    if (part_ == green && takes_no_bits(*g)) {
      advance_without_bits();
      if (pixel_ < image_pixels_) g = &group_here();
      continue;
    }
    if (!bits.ready(longest_length)) {
      s = step::starved;
      break;
    }
    const vp8l_codes::found f = codes_.find((*g)[part_], bits.next());
    if (part_ == green && f.symbol >= literals) {
      s = length_or_cached(bits, f.symbol, f.length);
      if (part_ == green && pixel_ < image_pixels_ && x_ % block == 0) g = &group_here();
      continue;
    }
    if (bits.short_of(f.length)) {
      s = step::ended;
      break;
    }
    bits.drop(f.length);
    colour_ |= std::uint32_t{f.symbol} << places[part_];
    if (++part_ <= alpha) continue;
    part_ = green;
    if (keeps_) keep(colour_);
    colour_ = 0;
    advance(1);
    if (x_ % block == 0 && pixel_ < image_pixels_) g = &group_here();
  }
  outer = bits;
  return s;
}

}  // namespace uploadgate::formats
