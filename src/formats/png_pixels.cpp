#include "png_pixels.hpp"

#include "endian.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

struct lattice {
  unsigned x, y, across, down;
};
constexpr std::array<lattice, 7> adam7{
    {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}};
constexpr std::uint8_t last_filter_type = 4;  // section 9.2

}  // namespace

png_rows::png_rows(const png_rules::image_header& header, std::uint64_t width, std::uint64_t height) {
  const auto bytes_of = [&](std::uint64_t columns) {
    return 1 + (columns * header.bits_per_pixel() + 7) / 8;
  };
  if (!header.interlaced) {
    passes[0] = {height, bytes_of(width)};
    return;
  }
  for (std::size_t i = 0; i < passes.size(); ++i) {
    const lattice& l = adam7[i];
    if (width <= l.x || height <= l.y) continue;
    passes[i] = {(height - l.y + l.down - 1) / l.down, bytes_of((width - l.x + l.across - 1) / l.across)};
  }
}

// Width and height are under 2^31 and a pixel under 65 bits, so a pass is under 2^65 only beyond any pixel
// limit; count_frame has judged them before.
std::uint64_t png_rows::bytes() const {
  std::uint64_t sum = 0;
  for (const pass& p : passes) sum += p.rows * p.row_bytes;
  return sum;
}

std::uint64_t png_rows::rows() const {
  std::uint64_t sum = 0;
  for (const pass& p : passes) sum += p.rows;
  return sum;
}

// Fixed Huffman codes need at most nine bits a byte, and a flush after each row at most a few bytes more;
// this is nearly twice that.
std::uint64_t png_rows::most_packed() const { return 2 * bytes() + 16 * rows() + 4096; }

png_pixels::png_pixels(const png_rows& rows, bool deep) : rows_{rows}, most_packed_{rows.most_packed()} {
  if (deep) inflater_.emplace(inflater::wrapping::zlib);
}

result png_pixels::feed(bytes_view piece, std::uint64_t offset) {
  if (packed_ < 2) {
    if (packed_ == 0) start_ = offset;
    if (result r = header(piece, offset); !r.ok()) return r;
  }
  const bytes_view fitting = piece.first(std::min<std::uint64_t>(piece.size(), most_packed_ - packed_));
  packed_ += fitting.size();
  if (result r = unpack(fitting, offset); !r.ok()) return r;
  if (fitting.size() < piece.size()) {
    return {errc::unclaimed_data, "more image data than the pixels can need", offset + fitting.size()};
  }
  return {};
}

result png_pixels::unpack(bytes_view piece, std::uint64_t offset) {
  if (!inflater_) return {};
  const std::size_t given = piece.size();
  for (;;) {
    const bytes_view out = inflater_->unpack(piece);
    if (out.empty()) break;
    if (result r = rows_in(out); !r.ok()) return r;
  }
  if (inflater_->state() == inflater::status::corrupt)
    return {errc::corrupt_data, "zlib stream of the image", start_};
  if (inflater_->state() == inflater::status::done && !piece.empty()) {
    return {errc::hidden_data, "bytes behind the zlib stream", offset + (given - piece.size())};
  }
  return {};
}

result png_pixels::header(bytes_view piece, std::uint64_t offset) {
  const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(2 - packed_, piece.size()));
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint8_t b = u8(piece, i);
    if (packed_ + i == 0) {
      // RFC 1950: deflate, and a window of at most 32 KiB.
      if ((b & 0x0F) != 8 || b >> 4 > 7) return {errc::corrupt_data, "no zlib stream", offset + i};
      first_ = b;
    } else if ((first_ * 256U + b) % 31 != 0 || (b & 0x20) != 0) {
      return {errc::corrupt_data, "zlib header", offset + i};
    }
  }
  return {};
}

result png_pixels::rows_in(bytes_view out) {
  while (!out.empty()) {
    if (left_in_row_ == 0) {
      while (pass_ < rows_.passes.size() && row_ >= rows_.passes[pass_].rows) {
        ++pass_;
        row_ = 0;
      }
      if (pass_ == rows_.passes.size()) {
        return {errc::hidden_data, "the zlib stream holds more than the pixels", start_};
      }
      if (u8(out, 0) > last_filter_type) return {errc::bad_value, "filter type of a row", start_};
      left_in_row_ = rows_.passes[pass_].row_bytes;
      ++row_;
    }
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_in_row_, out.size()));
    left_in_row_ -= n;
    out = out.subspan(n);
  }
  return {};
}

result png_pixels::finish(std::uint64_t offset) {
  if (packed_ < 2) return {errc::missing_part, "no image data", offset};
  if (!inflater_) return {};
  while (pass_ < rows_.passes.size() && row_ >= rows_.passes[pass_].rows) {
    ++pass_;
    row_ = 0;
  }
  if (left_in_row_ > 0 || pass_ < rows_.passes.size()) {
    return {errc::missing_pixels, "the zlib stream ends before the last row", offset};
  }
  if (inflater_->state() != inflater::status::done) {
    return {errc::corrupt_data, "the zlib stream does not end", offset};
  }
  return {};
}

}  // namespace uploadgate::formats
