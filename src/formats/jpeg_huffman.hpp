// One Huffman table of a JPEG (ITU-T T.81, annex C), for finding where codes end.
#pragma once

#include <uploadgate/bytes.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace uploadgate::formats {

class jpeg_huffman {
 public:
  enum class use : std::uint8_t { dc, ac };
  // A code, and what it means in a sequential scan: how many bits it and its value take, and how far it leads
  // within the block.
  struct code {
    std::uint8_t length = 0;  // 0: no such code
    std::uint8_t symbol = 0;
    std::uint8_t bits = 0;
    std::uint8_t advance = undefined;
  };
  static constexpr std::uint8_t end_of_block = 128, undefined = 255;

  // fill takes the sixteen counts and the symbols of one DHT table, which have been judged to fit. False
  // where a code would be all ones, which no table may have.
  bool fill(use how, bytes_view counts, bytes_view symbols);

  // find gives the code at the beginning of the next bits, which stand in the highest ones of `next`.
  [[nodiscard]] code find(std::uint64_t next) const {
    const code c = quick_[next >> (64 - quick_bits)];
    return c.length != 0 ? c : find_longer(next);
  }

 private:
  static constexpr unsigned quick_bits = 9, longest = 16;
  [[nodiscard]] code make(std::uint8_t symbol, unsigned length) const;
  [[nodiscard]] code find_longer(std::uint64_t next) const;

  use use_ = use::dc;
  std::array<code, 1U << quick_bits> quick_{};
  std::array<std::uint8_t, 256> symbols_{};
  std::array<std::uint32_t, longest + 1> end_{};   // of the codes of a length and shorter ones, as 16 bits
  std::array<std::int32_t, longest + 1> first_{};  // a code of this length plus this is its symbol's index
};

}  // namespace uploadgate::formats
