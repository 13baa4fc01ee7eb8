// plain_prefix for every instruction set that the compiler knows; the processor's best is chosen at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "http/plain_simd.cpp"
// clang-format off: foreach_target.h stands before highway.h
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

#include "http/characters.hpp"

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace uploadgate::http::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// The rows of the ASCII table, of 16 characters each, have a bit each. A character is plain if its column has
// the bit of its row.
struct plain_tables {
  alignas(16) std::uint8_t row[16] = {};
  alignas(16) std::uint8_t column[16] = {};
};
constexpr plain_tables tables = [] {
  plain_tables t;
  for (unsigned row = 0; row < 8; ++row) {
    t.row[row] = static_cast<std::uint8_t>(1U << row);
    for (unsigned column = 0; column < 16; ++column)
      if (is_plain(static_cast<char>(row * 16 + column)))
        t.column[column] = static_cast<std::uint8_t>(t.column[column] | t.row[row]);
  }
  return t;
}();

std::size_t plain_prefix(const char* text, std::size_t size) {
  std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR  // which has vectors of one byte
  const hn::FixedTag<std::uint8_t, 16> d;
  const auto rows = hn::Load(d, tables.row);
  const auto columns = hn::Load(d, tables.column);
  for (; i + 16 <= size; i += 16) {
    const auto bytes = hn::LoadU(d, reinterpret_cast<const std::uint8_t*>(text + i));
    const auto row = hn::TableLookupBytes(rows, hn::ShiftRight<4>(bytes));
    const auto column = hn::TableLookupBytes(columns, hn::And(bytes, hn::Set(d, 15)));
    const auto other = hn::Eq(hn::And(row, column), hn::Zero(d));
    if (!hn::AllFalse(d, other)) return i + hn::FindKnownFirstTrue(d, other);
  }
#endif
  while (i < size && is_plain(text[i])) ++i;
  return i;
}

}  // namespace uploadgate::http::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace uploadgate::http {

HWY_EXPORT(plain_prefix);

std::size_t plain_prefix(std::string_view text) noexcept {
  return HWY_DYNAMIC_DISPATCH(plain_prefix)(text.data(), text.size());
}

}  // namespace uploadgate::http
#endif
