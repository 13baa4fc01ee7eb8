// The search for a form's delimiter: `--` and the boundary, anywhere in a run of bytes.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uploadgate::http {

// needle is a delimiter made ready for searching. find() filters on two bytes with SIMD, and verifies what is
// left; a hostile body cannot make it slower than one pass over the needle for each vector of the body.
class needle {
 public:
  static constexpr std::size_t max_size = 72;

  // The text has 1 to max_size bytes, no line break among them; longer ones are cut, so check before.
  explicit needle(std::string_view text) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), size_}; }

  // find gives where the needle first begins in data, or data.size(). It adds the bytes it looked at again to
  // `work`.
  [[nodiscard]] std::size_t find(std::string_view data, std::uint64_t& work) const noexcept;
  // find_scalar does the same one byte at a time.
  [[nodiscard]] std::size_t find_scalar(std::string_view data) const noexcept;

  // step gives how many of the needle's bytes the text ends with, when it ended with `matched` of them (not
  // all) before c came.
  [[nodiscard]] std::size_t step(std::size_t matched, char c) const noexcept {
    while (matched > 0 && text_[matched] != c) matched = fallback_[matched];
    return text_[matched] == c ? matched + 1 : 0;
  }
  // begun gives how many of the needle's first bytes (not all) the data ends with.
  [[nodiscard]] std::size_t begun(std::string_view data) const noexcept;

  // For the search: the positions of the needle from the most to the least telling one.
  [[nodiscard]] std::size_t telling(std::size_t i) const noexcept { return order_[i]; }

 private:
  std::array<char, max_size> text_{};
  std::array<std::uint8_t, max_size + 1> fallback_{};
  std::array<std::uint8_t, max_size> order_{};
  std::bitset<256> has_;
  std::size_t size_ = 0;
};

}  // namespace uploadgate::http
