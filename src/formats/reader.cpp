#include "reader.hpp"

namespace uploadgate::formats {

void reader::drop(std::size_t n) {
  if (n > here()) throw std::length_error("reader: more consumed than is here");
  offset_ += n;
  if (joined_) {
    buffer_at_ += n;
    joined_ = buffer_at_ < buffer_.size();
  } else {
    chunk_ = chunk_.subspan(n);
  }
}

bool reader::gather(std::size_t n) {
  if (here() >= n) return true;
  if (!joined_) {
    buffer_.assign(chunk_.begin(), chunk_.end());
    chunk_ = {};
  } else {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(buffer_at_));
    const bytes_view more = chunk_.first(std::min(chunk_.size(), n - buffer_.size()));
    buffer_.insert(buffer_.end(), more.begin(), more.end());
    chunk_ = chunk_.subspan(more.size());
  }
  buffer_at_ = 0;
  joined_ = !buffer_.empty();
  return here() >= n;
}

bool reader::skipped() {
  while (count_ > 0 && here() > 0) {
    const std::uint64_t n = std::min<std::uint64_t>(count_, here());
    drop(static_cast<std::size_t>(n));
    count_ -= n;
  }
  return count_ == 0;
}

bool reader::satisfied() {
  switch (want_) {
    case want::take:
      return gather(static_cast<std::size_t>(count_));
    case want::peek:
      return gather(static_cast<std::size_t>(count_)) || ended_;
    case want::some:
      return here() > 0 || count_ == 0;
    case want::skip:
      return skipped();
    case want::window:
    case want::more:
      break;
  }
  return here() > 0 || ended_;
}

}  // namespace uploadgate::formats
