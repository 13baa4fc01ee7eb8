#include "wide_text.hpp"

#include <cstring>

namespace uploadgate::formats {

void wide_text::begin(std::uint64_t offset) {
  count_ = 0;
  given_ = false;
  previous_ = std::byte{0};
  offset_ = offset;
  hit_.reset();
}

// A character stands at `offset`, and a NUL behind it.
void wide_text::pair(std::uint64_t offset) {
  if (count_ == 0 && !given_) run_ = offset;
  held_[count_++] = previous_;
  if (count_ == held_.size()) give();
}

void wide_text::give() {
  if (!given_) scanner_.begin(0);
  given_ = true;
  keep(scanner_.feed(bytes_view{held_.data(), count_}));
  count_ = 0;
}

void wide_text::keep(const std::optional<payload_text::hit>& found) {
  if (found && !hit_) hit_ = {found->what, run_ + 2 * found->offset};
}

void wide_text::end_run() {
  if (given_ || count_ >= shortest) {
    give();
    keep(scanner_.finish());
  }
  given_ = false;
  count_ = 0;
}

const std::optional<payload_text::hit>& wide_text::feed(bytes_view piece) {
  std::size_t i = 0;
  while (i < piece.size() && !hit_) {
    const bool in_run = count_ > 0 || given_;
    if (!in_run && previous_ != std::byte{0}) {  // to the next NUL
      const void* const nul = std::memchr(piece.data() + i, 0, piece.size() - i);
      const std::size_t at =
          nul ? static_cast<std::size_t>(static_cast<const std::byte*>(nul) - piece.data()) : piece.size();
      if (at > i) previous_ = piece[at - 1];
      i = at;
      if (i == piece.size()) break;
    }
    const std::byte b = piece[i];
    const bool alternates = (b == std::byte{0}) != (previous_ == std::byte{0});
    if (!alternates) {
      end_run();
    } else if (b == std::byte{0}) {
      pair(offset_ + i - 1);
    }
    previous_ = b;
    ++i;
  }
  offset_ += piece.size();
  return hit_;
}

const std::optional<payload_text::hit>& wide_text::finish() {
  end_run();
  return hit_;
}

}  // namespace uploadgate::formats
