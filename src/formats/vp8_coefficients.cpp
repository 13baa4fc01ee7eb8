// The coefficients of a VP8 key frame (RFC 6386, section 13).
#include "vp8.hpp"

namespace uploadgate::formats {
namespace {

enum kind : std::uint8_t { luma_without_dc, luma_dc, chroma, luma };
constexpr unsigned last = 16;
constexpr std::array<std::uint8_t, last + 1> bands{0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};

}  // namespace

void vp8::coefficients() {
  const macroblock& here = macroblocks_[static_cast<std::size_t>(at_)];
  neighbours& above = above_[static_cast<std::size_t>(at_ % across_)];
  neighbours& left = left_blocks_;
  constexpr std::size_t whole = 8;
  if (here.skipped) {
    const std::uint8_t kept_above = here.whole ? 0 : above[whole];
    const std::uint8_t kept_left = here.whole ? 0 : left[whole];
    above = left = {};
    above[whole] = kept_above;
    left[whole] = kept_left;
    return;
  }
  kind blocks = luma;
  if (here.whole) {
    above[whole] = left[whole] = block(luma_dc, 0U + above[whole] + left[whole]);
    blocks = luma_without_dc;
  }
  const auto square = [&](kind k, std::size_t first, std::size_t n) {
    for (std::size_t y = first; y < first + n; ++y) {
      for (std::size_t x = first; x < first + n; ++x) above[x] = left[y] = block(k, 0U + above[x] + left[y]);
    }
  };
  square(blocks, 0, 4);
  square(chroma, 4, 2);
  square(chroma, 6, 2);
}

// One block of 4x4; 1 where it has a coefficient, which is what its neighbours must know.
std::uint8_t vp8::block(std::size_t kind, unsigned context) {
  const std::uint8_t* const all = probabilities_.data() + kind * vp8_bands * vp8_contexts * vp8_tokens;
  const auto tree = [&](unsigned n, unsigned c) { return all + (bands[n] * vp8_contexts + c) * vp8_tokens; };
  const unsigned first = kind == luma_without_dc ? 1 : 0;
  unsigned n = first;
  const std::uint8_t* p = tree(n, context);
  while (n < last && bools_.get(p[0])) {
    while (!bools_.get(p[1])) {
      if (++n == last) return 1;
      p = tree(n, 0);
    }
    const bool large = bools_.get(p[2]);
    if (large) large_value(p);
    bools_.flag();  // the sign
    p = tree(++n, large ? 2 : 1);
  }
  return n > first ? 1 : 0;
}

void vp8::extra_bits(std::initializer_list<std::uint8_t> probabilities) {
  for (const std::uint8_t p : probabilities) bools_.get(p);
}

void vp8::large_value(const std::uint8_t* p) {  // section 13.2
  if (!bools_.get(p[3])) {
    if (bools_.get(p[4])) bools_.get(p[5]);
    return;
  }
  if (!bools_.get(p[6])) {
    if (bools_.get(p[7])) {
      extra_bits({165, 145});
    } else {
      extra_bits({159});
    }
    return;
  }
  if (!bools_.get(p[8])) {
    if (bools_.get(p[9])) {
      extra_bits({176, 155, 140, 135});
    } else {
      extra_bits({173, 148, 140});
    }
  } else if (bools_.get(p[10])) {
    extra_bits({254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129});
  } else {
    extra_bits({180, 157, 141, 134, 130});
  }
}

}  // namespace uploadgate::formats
