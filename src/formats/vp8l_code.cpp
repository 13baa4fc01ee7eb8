#include "vp8l_code.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

std::size_t reversed(std::uint32_t code, unsigned length) {
  std::size_t r = 0;
  for (unsigned i = 0; i < length; ++i) r |= static_cast<std::size_t>(code >> i & 1) << (length - 1 - i);
  return r;
}

}  // namespace

bool vp8l_codes::add(std::span<const std::uint8_t> lengths, code& made) {
  std::array<std::uint16_t, longest + 1> counts{};
  std::uint32_t space = 0;  // of 2^15 codes of 15 bits
  unsigned used = 0;
  unsigned most = 0;
  std::size_t last = 0;
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
    const unsigned length = lengths[symbol];
    if (length == 0) continue;
    ++counts[length];
    space += 1U << (longest - length);
    most = std::max(most, length);
    last = symbol;
    ++used;
  }
  if (used == 1) {
    made = of_one(static_cast<std::uint16_t>(last));
    return true;
  }
  if (space != 1U << longest) return false;

  made = {.at = static_cast<std::uint32_t>(pool_.size()),
          .quick_bits = static_cast<std::uint8_t>(std::min(most, most_quick_bits))};
  const std::size_t quick = made.at + longest + 1;
  const std::size_t quick_size = std::size_t{1} << made.quick_bits;
  pool_.resize(quick + quick_size + used);
  std::ranges::copy(counts, pool_.begin() + made.at);
  std::array<std::uint32_t, longest + 1> next{};  // code of each length
  std::array<std::size_t, longest + 1> index{};   // among the symbols
  for (unsigned length = 1; length <= longest; ++length) {
    next[length] = (next[length - 1] + counts[length - 1]) << 1;
    index[length] = index[length - 1] + counts[length - 1];
  }
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
    const unsigned length = lengths[symbol];
    if (length == 0) continue;
    pool_[quick + quick_size + index[length]++] = static_cast<std::uint16_t>(symbol);
    const std::uint32_t code = next[length]++;
    if (length > made.quick_bits) continue;
    for (std::size_t i = reversed(code, length); i < quick_size; i += std::size_t{1} << length) {
      pool_[quick + i] = static_cast<std::uint16_t>(symbol << 4 | length);
    }
  }
  return true;
}

// The code is complete, so that some length fits.
vp8l_codes::found vp8l_codes::find_longer(const code& c, std::uint64_t next) const {
  const std::size_t symbols = c.at + longest + 1 + (std::size_t{1} << c.quick_bits);
  std::uint32_t code = 0;
  std::uint32_t first = 0;
  std::uint32_t index = 0;
  for (unsigned length = 1; length <= longest; ++length) {
    code = code << 1 | static_cast<std::uint32_t>(next >> (length - 1) & 1);
    const std::uint32_t count = pool_[c.at + length];
    if (code - first < count) {
      return {pool_[symbols + index + (code - first)], static_cast<std::uint8_t>(length)};
    }
    index += count;
    first = (first + count) << 1;
  }
  return {};
}

}  // namespace uploadgate::formats
