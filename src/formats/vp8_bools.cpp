#include "vp8_bools.hpp"

#include "endian.hpp"

namespace uploadgate::formats {

void vp8_bools::add(bytes_view piece, bool last) {
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(at_));
  dropped_ += at_;
  at_ = 0;
  bytes_.insert(bytes_.end(), at(piece, 0), at(piece, 0) + piece.size());
  last_ = last;
}

void vp8_bools::load() {
  constexpr int word = 7;
  for (int i = 0; i < word; ++i) {
    const bool there = at_ < bytes_.size();
    value_ = value_ << 8 | (there ? bytes_[at_] : 0U);
    ++(there ? at_ : beyond_);
    bits_ += 8;
  }
}

}  // namespace uploadgate::formats
