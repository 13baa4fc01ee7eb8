// find_marks for every instruction set that the compiler knows; the processor's best is chosen at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "formats/other_reading_simd.cpp"
// clang-format off: foreach_target.h stands before highway.h
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

#include "formats/other_reading.hpp"

#include <array>
#include <bit>
#include <cstdint>

#ifndef UPLOADGATE_OTHER_READING_TABLES
#define UPLOADGATE_OTHER_READING_TABLES
namespace uploadgate::formats {

// Pairs of bytes with which the things begin, in groups of one bit each. A byte belongs to a group where the
// tables of its two halves agree, so that a few more bytes than named belong to it.
struct mark_tables {
  alignas(16) std::array<std::uint8_t, 16> low{};
  alignas(16) std::array<std::uint8_t, 16> high{};
  constexpr void add(unsigned group, std::string_view bytes) {
    for (const char c : bytes) {
      const auto b = static_cast<std::uint8_t>(c);
      low[b & 15U] = static_cast<std::uint8_t>(low[b & 15U] | 1U << group);
      high[b >> 4U] = static_cast<std::uint8_t>(high[b >> 4U] | 1U << group);
    }
  }
};
struct mark_group {
  std::string_view first;
  std::string_view second;
};
inline constexpr std::array<mark_group, 8> mark_groups{{
    {"<", "?!%"},
    {"<", "shbioevdja"},
    {"<", "SHBIOEVDJA"},
    {"PC", "KDE"},
    {"RT_", "ah_"},
    {"\xCF\xCE\xCA"
     "d",
     "\xFA\xFE"
     "e"},
    {"7\x7F", "zE"},
    {"%*", "P/"},
}};
template <bool Second>
constexpr mark_tables make_mark_tables() {
  mark_tables t;
  for (unsigned g = 0; g < mark_groups.size(); ++g)
    t.add(g, Second ? mark_groups[g].second : mark_groups[g].first);
  return t;
}
inline constexpr mark_tables first_bytes = make_mark_tables<false>();
inline constexpr mark_tables second_bytes = make_mark_tables<true>();

inline bool mark_pair(std::uint8_t a, std::uint8_t b) {
  return (first_bytes.low[a & 15U] & first_bytes.high[a >> 4U] & second_bytes.low[b & 15U] &
          second_bytes.high[b >> 4U]) != 0;
}

}  // namespace uploadgate::formats
#endif

HWY_BEFORE_NAMESPACE();
namespace uploadgate::formats::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

mark_list find_marks(const std::uint8_t* data, std::size_t size, std::size_t from) {
  const hn::ScalableTag<std::uint8_t> d;
  using V = hn::Vec<decltype(d)>;
  const std::size_t lanes = hn::Lanes(d);
  const V low1 = hn::LoadDup128(d, first_bytes.low.data());
  const V high1 = hn::LoadDup128(d, first_bytes.high.data());
  const V low2 = hn::LoadDup128(d, second_bytes.low.data());
  const V high2 = hn::LoadDup128(d, second_bytes.high.data());
  const V half = hn::Set(d, 15);
  const auto groups = [&](V bytes, V low, V high) HWY_ATTR {
    return hn::And(hn::TableLookupBytes(low, hn::And(bytes, half)),
                   hn::TableLookupBytes(high, hn::ShiftRight<4>(bytes)));
  };
  mark_list found;
  std::size_t i = from;
  for (; i + lanes + 1 <= size && found.count + lanes <= found.at.size(); i += lanes) {
    const V hits =
        hn::And(groups(hn::LoadU(d, data + i), low1, high1), groups(hn::LoadU(d, data + i + 1), low2, high2));
    const auto none = hn::Eq(hits, hn::Zero(d));
    if (HWY_LIKELY(hn::AllTrue(d, none))) continue;
    std::uint8_t bits[HWY_MAX_BYTES / 8 < 8 ? 8 : HWY_MAX_BYTES / 8] = {};
    const std::size_t bytes = hn::StoreMaskBits(d, hn::Not(none), bits);
    for (std::size_t b = 0; b < bytes; ++b)
      for (unsigned rest = bits[b]; rest != 0; rest &= rest - 1)
        found.at[found.count++] = i + b * 8 + static_cast<std::size_t>(std::countr_zero(rest));
  }
  if (i + lanes + 1 <= size) {  // the list is full
    found.next = i;
    return found;
  }
  for (; i + 1 < size && found.count < found.at.size(); ++i) {
    if (mark_pair(data[i], data[i + 1])) found.at[found.count++] = i;
  }
  found.next = i + 1 < size ? i : size;
  return found;
}

}  // namespace uploadgate::formats::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace uploadgate::formats {

HWY_EXPORT(find_marks);

mark_list find_marks(std::string_view text, std::size_t from) {
  return HWY_DYNAMIC_DISPATCH(find_marks)(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                          from);
}

}  // namespace uploadgate::formats
#endif
