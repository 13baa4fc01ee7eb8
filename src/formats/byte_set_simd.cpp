// byte_set::mark for every instruction set that the compiler knows; the processor's best is chosen at run
// time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "formats/byte_set_simd.cpp"
// clang-format off: foreach_target.h stands before highway.h
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

#include "formats/byte_set.hpp"

#include <array>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace uploadgate::formats::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void mark(const byte_set& set, const std::uint8_t* text, std::size_t size, std::uint8_t* bits) {
  constexpr std::size_t group = 64;
  const hn::CappedTag<std::uint8_t, group> d;
  using V = hn::Vec<decltype(d)>;
  const std::size_t lanes = hn::Lanes(d);
  // Which bit of a row a byte's high half asks for.
  alignas(16) static constexpr std::array<std::uint8_t, 16> asked{1, 2, 4, 8, 16, 32, 64, 128};
  alignas(16) static constexpr std::array<std::uint8_t, 16> asked_high{0, 0, 0, 0, 0,  0,  0,  0,
                                                                       1, 2, 4, 8, 16, 32, 64, 128};
  const V low = hn::LoadDup128(d, set.low_rows());
  const V high = hn::LoadDup128(d, set.high_rows());
  const V low_bit = hn::LoadDup128(d, asked.data());
  const V high_bit = hn::LoadDup128(d, asked_high.data());
  const V half = hn::Set(d, 15);
  const auto mark_group = [&](const std::uint8_t* from, std::uint8_t* to) HWY_ATTR {
    for (std::size_t i = 0; i < group; i += lanes) {
      const V bytes = hn::LoadU(d, from + i);
      const V column = hn::And(bytes, half);
      const V row = hn::ShiftRight<4>(bytes);
      const V members =
          hn::Or(hn::And(hn::TableLookupBytes(low, column), hn::TableLookupBytes(low_bit, row)),
                 hn::And(hn::TableLookupBytes(high, column), hn::TableLookupBytes(high_bit, row)));
      hn::StoreMaskBits(d, hn::Ne(members, hn::Zero(d)), to + i / 8);
    }
  };
  std::size_t i = 0;
  for (; i + group <= size; i += group) mark_group(text + i, bits + i / 8);
  const std::size_t rest = size - i;
  if (rest == 0) return;
  std::array<std::uint8_t, group> padded{};
  std::memcpy(padded.data(), text + i, rest);
  std::uint8_t* const to = bits + i / 8;
  mark_group(padded.data(), to);
  // The padding may be a member.
  if (rest % 8 != 0) to[rest / 8] = static_cast<std::uint8_t>(to[rest / 8] & ((1U << rest % 8) - 1));
  for (std::size_t k = (rest + 7) / 8; k < group / 8; ++k) to[k] = 0;
}

void mark_all(std::span<const ascii_set, ascii_set::at_once> sets, const std::uint8_t* text, std::size_t size,
              std::uint8_t* bits, std::size_t stride) {
  constexpr std::size_t group = 64;
  const hn::CappedTag<std::uint8_t, group> d;
  using V = hn::Vec<decltype(d)>;
  const std::size_t lanes = hn::Lanes(d);
  alignas(16) static constexpr std::array<std::uint8_t, 16> asked{1, 2, 4, 8, 16, 32, 64, 128,
                                                                  2, 2, 2, 2, 2,  2,  2,  2};
  const V asked_bit = hn::LoadDup128(d, asked.data());
  const V half = hn::Set(d, 15);
  const auto mark_group = [&](const std::uint8_t* from, std::uint8_t* to) HWY_ATTR {
    for (std::size_t i = 0; i < group; i += lanes) {
      const V bytes = hn::LoadU(d, from + i);
      const V column = hn::And(bytes, half);
      const V row_bit = hn::TableLookupBytes(asked_bit, hn::ShiftRight<4>(bytes));
      for (std::size_t s = 0; s < ascii_set::at_once; ++s) {
        const V members = hn::TableLookupBytes(hn::LoadDup128(d, sets[s].rows()), column);
        hn::StoreMaskBits(d, hn::TestBit(members, row_bit), to + s * stride + i / 8);
      }
    }
  };
  std::size_t i = 0;
  for (; i + group <= size; i += group) mark_group(text + i, bits + i / 8);
  if (i == size) return;
  std::array<std::uint8_t, group> padded{};
  std::memcpy(padded.data(), text + i, size - i);
  mark_group(padded.data(), bits + i / 8);
}

}  // namespace uploadgate::formats::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace uploadgate::formats {

HWY_EXPORT(mark);
HWY_EXPORT(mark_all);

void byte_set::mark(std::string_view text, std::byte* bits) const {
  HWY_DYNAMIC_DISPATCH(mark)
  (*this, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
   reinterpret_cast<std::uint8_t*>(bits));
}

void ascii_set::mark(std::span<const ascii_set, at_once> sets, std::string_view text, std::byte* bits,
                     std::size_t stride) {
  HWY_DYNAMIC_DISPATCH(mark_all)
  (sets, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
   reinterpret_cast<std::uint8_t*>(bits), stride);
}

}  // namespace uploadgate::formats
#endif
