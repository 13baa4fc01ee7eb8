#include "jpeg_huffman.hpp"

#include "endian.hpp"

#include <algorithm>

namespace uploadgate::formats {

jpeg_huffman::code jpeg_huffman::make(std::uint8_t symbol, unsigned length) const {
  code c{.length = static_cast<std::uint8_t>(length), .symbol = symbol};
  const unsigned run = symbol >> 4;
  const unsigned size = symbol & 15;
  if (use_ == use::dc) {  // F.1.2.1
    if (run > 0) return {};
    c.advance = 1;
  } else if (size > 0 || symbol == 0xF0) {  // F.1.2.2
    c.advance = static_cast<std::uint8_t>(run + 1);
  } else if (symbol == 0) {
    c.advance = end_of_block;
  }
  c.bits = static_cast<std::uint8_t>(length + size);
  return c;
}

bool jpeg_huffman::fill(use how, bytes_view counts, bytes_view symbols) {
  *this = {};
  use_ = how;
  std::uint32_t next = 0;  // code of `length` bits
  std::size_t index = 0;
  for (unsigned length = 1; length <= longest; ++length) {
    const std::uint32_t n = u8(counts, length - 1);
    first_[length] = static_cast<std::int32_t>(index) - static_cast<std::int32_t>(next);
    for (std::uint32_t i = 0; i < n; ++i, ++index, ++next) {
      const std::uint8_t symbol = u8(symbols, index);
      symbols_[index] = symbol;
      if (length > quick_bits) continue;
      const std::size_t span = std::size_t{1} << (quick_bits - length);
      std::fill_n(quick_.begin() + static_cast<std::ptrdiff_t>(next * span), span, make(symbol, length));
    }
    if (n > 0 && next >= 1U << length) return false;
    end_[length] = next << (longest - length);
    next <<= 1;
  }
  return true;
}

jpeg_huffman::code jpeg_huffman::find_longer(std::uint64_t next) const {
  const auto bits = static_cast<std::uint32_t>(next >> (64 - longest));
  if (bits < end_[quick_bits]) return {};
  for (unsigned length = quick_bits + 1; length <= longest; ++length) {
    if (bits >= end_[length]) continue;
    const auto code = static_cast<std::int32_t>(bits >> (longest - length));
    return make(symbols_[static_cast<std::size_t>(code + first_[length])], length);
  }
  return {};
}

}  // namespace uploadgate::formats
