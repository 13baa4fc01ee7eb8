// needle::find for every instruction set that the compiler knows; the processor's best is chosen at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "http/needle_simd.cpp"
// clang-format off: foreach_target.h stands before highway.h
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

#include "http/needle.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace uploadgate::http::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Few candidates in a vector are compared one by one; more are first thinned out all at once.
constexpr std::size_t few = 2;

std::size_t find(const needle& wanted, const char* text, std::size_t size, std::uint64_t& work) {
  const hn::ScalableTag<std::uint8_t> d;
  using V = hn::Vec<decltype(d)>;
  using M = hn::Mask<decltype(d)>;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t length = wanted.size();
  if (size < length - 1 + lanes) return wanted.find_scalar({text, size});

  const auto* data = reinterpret_cast<const std::uint8_t*>(text);
  const char* const pattern = wanted.text().data();
  const auto byte_at = [&](std::size_t i) {
    return hn::Set(d, static_cast<std::uint8_t>(pattern[wanted.telling(i)]));
  };
  const std::size_t at0 = wanted.telling(0);
  const std::size_t at1 = wanted.telling(length > 1 ? 1 : 0);
  const V byte0 = byte_at(0);
  const V byte1 = byte_at(length > 1 ? 1 : 0);
  const auto candidates = [&](std::size_t i) HWY_ATTR {
    return hn::And(hn::Eq(hn::LoadU(d, data + i + at0), byte0), hn::Eq(hn::LoadU(d, data + i + at1), byte1));
  };
  // The first whole match among the candidates at i, or `size`.
  const auto verify = [&](M mask, std::size_t i) HWY_ATTR -> std::size_t {
    for (std::size_t k = 2; k < length && (k < 4 || hn::CountTrue(d, mask) > few); ++k) {
      work += lanes;
      mask = hn::And(mask, hn::Eq(hn::LoadU(d, data + i + wanted.telling(k)), byte_at(k)));
    }
    if (hn::AllFalse(d, mask)) return size;
    std::uint8_t bits[HWY_MAX_BYTES / 8 < 8 ? 8 : HWY_MAX_BYTES / 8] = {};
    const std::size_t bytes = hn::StoreMaskBits(d, mask, bits);
    for (std::size_t b = 0; b < bytes; ++b)
      for (unsigned rest = bits[b]; rest != 0; rest &= rest - 1) {
        const std::size_t at = i + b * 8 + static_cast<std::size_t>(std::countr_zero(rest));
        work += length;
        if (std::memcmp(text + at, pattern, length) == 0) return at;
      }
    return size;
  };

  const std::size_t positions = size - length + 1;  // at which the needle may begin
  std::size_t i = 0;
  if (const M m = candidates(0); !hn::AllFalse(d, m)) {  // by itself, for the sake of small parts
    const std::size_t at = hn::FindKnownFirstTrue(d, m);
    work += length;
    if (std::memcmp(text + at, pattern, length) == 0) return at;
    if (const std::size_t found = verify(m, 0); found != size) return found;
  }
  for (i = std::min(lanes, positions); i + 4 * lanes <= positions; i += 4 * lanes) {
    const M m0 = candidates(i);
    const M m1 = candidates(i + lanes);
    const M m2 = candidates(i + 2 * lanes);
    const M m3 = candidates(i + 3 * lanes);
    if (HWY_LIKELY(hn::AllFalse(d, hn::Or(hn::Or(m0, m1), hn::Or(m2, m3))))) continue;
    std::size_t v = i;
    for (const M m : {m0, m1, m2, m3}) {
      if (!hn::AllFalse(d, m))
        if (const std::size_t found = verify(m, v); found != size) return found;
      v += lanes;
    }
  }
  for (; i < positions; i += lanes) {
    if (i + lanes > positions) i = positions - lanes;  // the last vector overlaps the one before
    const M m = candidates(i);
    if (!hn::AllFalse(d, m))
      if (const std::size_t found = verify(m, i); found != size) return found;
  }
  return size;
}

}  // namespace uploadgate::http::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace uploadgate::http {

HWY_EXPORT(find);

std::size_t needle::find(std::string_view data, std::uint64_t& work) const noexcept {
  return HWY_DYNAMIC_DISPATCH(find)(*this, data.data(), data.size(), work);
}

}  // namespace uploadgate::http
#endif
