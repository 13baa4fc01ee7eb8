// Which coefficients of a progressive JPEG's component are not zero so far: what a refining scan must know
// (ITU-T T.81, G.1.2.3). One bit a coefficient, kept only for runs of blocks that have any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace uploadgate::formats {

class jpeg_history {
 public:
  static constexpr std::uint64_t page_blocks = 128;

  // of gives the coefficients of a block, as a set of their numbers in zigzag order.
  [[nodiscard]] std::uint64_t of(std::uint64_t block) const {
    const std::uint64_t n = block / page_blocks;
    return n < pages_.size() && pages_[n] ? (*pages_[n])[block % page_blocks] : 0;
  }
  void add(std::uint64_t block, std::uint64_t coefficients) {
    if (coefficients == 0) return;
    const std::uint64_t n = block / page_blocks;
    if (n >= pages_.size()) pages_.resize(n + 1);
    if (!pages_[n]) pages_[n] = std::make_unique<page>();
    (*pages_[n])[block % page_blocks] |= coefficients;
  }
  // next_known gives the first block from here on that may have some, or `end`.
  [[nodiscard]] std::uint64_t next_known(std::uint64_t block, std::uint64_t end) const {
    std::uint64_t n = block / page_blocks;
    if (n < pages_.size() && pages_[n]) return block;
    while (n < pages_.size() && !pages_[n]) ++n;
    return n < pages_.size() && n * page_blocks < end ? n * page_blocks : end;
  }

 private:
  using page = std::array<std::uint64_t, page_blocks>;
  std::vector<std::unique_ptr<page>> pages_;
};

}  // namespace uploadgate::formats
