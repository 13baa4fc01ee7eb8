#include "gif_lzw.hpp"

#include "endian.hpp"

#include <algorithm>

namespace uploadgate::formats {

gif_lzw::gif_lzw(unsigned minimum_size, std::uint64_t pixels) : minimum_{minimum_size}, pixels_left_{pixels} {
  std::fill_n(lengths_.begin(), 1U << minimum_, std::uint16_t{1});
  clear();
}

void gif_lzw::clear() {
  next_ = (1U << minimum_) + 2;
  width_ = minimum_ + 1;
  previous_ = most_codes;
}

// False where the code is not defined, or stands for more pixels than are left.
bool gif_lzw::code(unsigned c) {
  if (c > next_ || (c == next_ && (previous_ == most_codes || next_ == most_codes))) return false;
  if (previous_ != most_codes && next_ < most_codes) {
    lengths_[next_] = static_cast<std::uint16_t>(lengths_[previous_] + 1);
    ++next_;
    if (next_ == 1U << width_ && width_ < 12) ++width_;
  } else if (c >= next_) {
    return false;
  }
  previous_ = c;
  if (lengths_[c] > pixels_left_) return false;
  pixels_left_ -= lengths_[c];
  return true;
}

result gif_lzw::feed(bytes_view data, std::uint64_t offset) {
  const unsigned clear_code = 1U << minimum_;
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (over_ && !slack_) {
      slack_ = true;
      continue;
    }
    if (over_) return {errc::hidden_data, "bytes behind the end of the pixels", offset + i};
    bits_ |= static_cast<std::uint32_t>(u8(data, i)) << held_;
    held_ += 8;
    while (held_ >= width_ && !over_) {
      const unsigned c = bits_ & ((1U << width_) - 1);
      bits_ >>= width_;
      held_ -= width_;
      if (c == clear_code) {
        clear();
      } else if (c == clear_code + 1) {
        over_ = true;
      } else if (!code(c)) {
        return {errc::corrupt_data, "LZW code", offset + i};
      }
    }
  }
  return {};
}

result gif_lzw::finish(std::uint64_t offset) const {
  if (pixels_left_ > 0) return {errc::missing_pixels, "the LZW data ends before the last pixel", offset};
  return {};
}

}  // namespace uploadgate::formats
