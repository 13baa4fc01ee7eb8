#include "bmp_runs.hpp"

#include "endian.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

enum : std::uint8_t { end_of_row, end_of_bitmap, delta };  // behind a count of 0; more is a literal run

}  // namespace

result bmp_runs::pixels(std::uint64_t n, std::uint64_t offset) {
  x_ += n;
  if (deep_ && (x_ > most_ || y_ >= height_)) return {errc::hidden_data, "a run beyond its row", offset};
  return {};
}

result bmp_runs::end_row(std::uint64_t offset) {
  x_ = 0;
  ++y_;
  if (deep_ && y_ > height_) return {errc::hidden_data, "a row beyond the last", offset};
  return {};
}

result bmp_runs::escape(std::uint8_t code, std::uint64_t offset) {
  switch (code) {
    case end_of_row:
      state_ = state::count;
      return end_row(offset);
    case end_of_bitmap:
      state_ = state::done;
      if (deep_ && y_ + 1 < height_)
        return {errc::missing_pixels, "the runs end before the last row", offset};
      return {};
    case delta:
      state_ = state::across;
      return {};
    default:
      break;
  }
  const std::uint64_t bytes = halves_ ? (code + 1U) / 2 : code;
  literal_ = bytes + bytes % 2;
  state_ = state::literal;
  return pixels(code, offset);
}

result bmp_runs::moved(std::uint64_t offset) const {
  if (deep_ && (x_ > most_ || y_ > height_)) return {errc::bad_value, "a step out of the picture", offset};
  return {};
}

result bmp_runs::byte(std::uint8_t b, std::uint64_t offset) {
  switch (state_) {
    case state::count:
      count_ = b;
      state_ = state::value;
      return {};
    case state::value:
      state_ = state::count;
      return count_ == 0 ? escape(b, offset) : pixels(count_, offset);
    case state::across:
      x_ += b;
      state_ = state::down;
      return {};
    case state::down:
      y_ += b;
      state_ = state::count;
      return moved(offset);
    case state::literal:
    case state::done:
      break;
  }
  return {};
}

std::size_t bmp_runs::read(bytes_view window, std::uint64_t offset, result& wrong) {
  std::size_t i = 0;
  while (i < window.size() && !done() && wrong.ok()) {
    if (state_ != state::literal) {
      wrong = byte(u8(window, i), offset + i);
      ++i;
      continue;
    }
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(literal_, window.size() - i));
    literal_ -= n;
    i += n;
    if (literal_ == 0) state_ = state::count;
  }
  return i;
}

}  // namespace uploadgate::formats
