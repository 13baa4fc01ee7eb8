// The LZW data of one GIF frame, decoded as far as its number of pixels (GIF89a, appendix F).
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/verdict.hpp>

#include <array>
#include <cstdint>

namespace uploadgate::formats {

class gif_lzw {
 public:
  gif_lzw(unsigned minimum_size, std::uint64_t pixels);

  // feed reads the next data bytes (no lengths of sub-blocks), which stand at `offset`: corrupt_data, or
  // hidden_data for what follows the end code.
  result feed(bytes_view data, std::uint64_t offset);
  // finish is called where the sub-blocks end.
  [[nodiscard]] result finish(std::uint64_t offset) const;

 private:
  static constexpr unsigned most_codes = 4096;

  bool code(unsigned c);
  void clear();

  unsigned minimum_;
  std::uint64_t pixels_left_;
  std::array<std::uint16_t, most_codes> lengths_{};  // pixels that a code stands for
  unsigned next_ = 0;                                // the next code to be defined
  unsigned width_ = 0;
  unsigned previous_ = most_codes;
  std::uint32_t bits_ = 0;
  unsigned held_ = 0;
  bool over_ = false;
  bool slack_ = false;  // one byte behind the end code, which some encoders flush
};

}  // namespace uploadgate::formats
