#include "pdf_filter.hpp"

#include "pdf_lexer.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace uploadgate::formats::pdf {
namespace {

bool is_flate(name n) { return n == name::FlateDecode || n == name::Fl; }
bool is_hexadecimal(name n) { return n == name::ASCIIHexDecode || n == name::AHx; }
bool is_base85(name n) { return n == name::ASCII85Decode || n == name::A85; }

std::uint8_t paeth(int left, int up, int up_left) {
  const int p = left + up - up_left;
  const int a = std::abs(p - left);
  const int b = std::abs(p - up);
  const int c = std::abs(p - up_left);
  return static_cast<std::uint8_t>(a <= b && a <= c ? left : b <= c ? up : up_left);
}

}  // namespace

bool decoder::begin(const head& d, std::uint64_t limit) {
  status_ = status::good;
  text_filter_ = name::other;
  flate_ = png_ = tiff_ = text_done_ = false;
  produced_ = 0;
  limit_ = limit;
  group_ = 0;
  group_size_ = 0;
  last_ = 0;
  text_size_ = row_at_ = 0;
  if (d.external || d.strange_filter || d.filters > 2) return false;
  for (std::size_t i = 0; i < d.filters; ++i) {
    const name n = d.filter[i];
    if (is_flate(n) && !flate_) {
      flate_ = true;
    } else if ((is_hexadecimal(n) || is_base85(n)) && i == 0) {
      text_filter_ = n;
    } else {
      return false;
    }
  }
  if (flate_) {
    if (d.strange_parameters) return false;
    if (inflater_) {
      inflater_->reset();
    } else {
      inflater_.emplace(inflater::wrapping::zlib);
    }
    png_ = d.predictor >= 10;
    tiff_ = d.predictor == 2;
    if (d.predictor > 15 || (d.predictor != 1 && !png_ && !tiff_)) return false;
    if (tiff_) {  // rows of any length: only the pixel to the left is needed
      if (d.bits != 8 || d.colors == 0 || d.colors > max_row || d.columns == 0 || d.columns > 1'000'000)
        return false;
      pixel_ = static_cast<std::size_t>(d.colors);
      row_size_ = static_cast<std::size_t>(d.columns * d.colors);
    }
    if (png_) {
      if (d.columns == 0 || d.columns > max_row || d.colors == 0 || d.colors > 4 || d.bits == 0 ||
          d.bits > 16) {
        return false;
      }
      row_size_ = static_cast<std::size_t>((d.columns * d.colors * d.bits + 7) / 8);
      pixel_ = static_cast<std::size_t>((d.colors * d.bits + 7) / 8);
      if (row_size_ > max_row) return false;
      above_.fill(0);
    }
  }
  return true;
}

decoder::status decoder::feed(bytes_view in, decoded& out) {
  if (status_ != status::good) return status_;
  if (text_filter_ != name::other) {
    text(in, out);
  } else if (flate_) {
    inflate(in, out);
  } else {
    deliver(in, out);
  }
  return status_;
}

decoder::status decoder::finish(decoded& out) {
  if (status_ == status::good && text_filter_ != name::other && !text_done_) {
    end_text();
    flush_text(out);
  }
  if (status_ == status::good && flate_ && inflater_->state() != inflater::status::done && !ends_in_flush()) {
    status_ = status::corrupt;
  }
  if (status_ == status::good && png_ && row_at_ > 1) {  // the last row may be short
    deliver(std::as_bytes(std::span{row_}).first(row_at_ - 1), out);
  }
  return status_;
}

void decoder::text(bytes_view in, decoded& out) {
  for (const std::byte b : in) {
    const char c = static_cast<char>(b);
    if (is_white(c)) continue;
    if (text_done_) {
      if (c != '>') status_ = status::trailing;
      text_done_ = c == '>';
    } else if (is_base85(text_filter_)) {
      base85(c);
    } else {
      hexadecimal(c);
    }
    const status wrong = std::exchange(status_, status::good);
    // What stands before the byte at fault is judged, wherever windows are cut.
    if (wrong != status::good || text_size_ + 8 > text_.size()) flush_text(out);
    if (status_ == status::good) status_ = wrong;
    if (status_ != status::good) return;
  }
  flush_text(out);
}

void decoder::hexadecimal(char c) {
  const int d = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
  if (c == '>') return end_text();
  if (d < 0) {
    status_ = status::corrupt;
    return;
  }
  group_ = group_ * 16 + static_cast<std::uint32_t>(d);
  if (++group_size_ == 2) {
    push_text(static_cast<std::uint8_t>(group_));
    group_ = 0;
    group_size_ = 0;
  }
}

void decoder::base85(char c) {
  if (c == '~') return end_text();
  if (c == 'z' && group_size_ == 0) {
    for (int i = 0; i < 4; ++i) push_text(0);
    return;
  }
  if (c < '!' || c > 'u') {
    status_ = status::corrupt;
    return;
  }
  group_ = group_ * 85 + static_cast<std::uint32_t>(c - '!');
  if (++group_size_ == 5) {
    for (int shift = 24; shift >= 0; shift -= 8) push_text(static_cast<std::uint8_t>(group_ >> shift));
    group_ = 0;
    group_size_ = 0;
  }
}

void decoder::end_text() {
  text_done_ = true;
  if (group_size_ == 0) return;
  if (is_base85(text_filter_)) {
    const unsigned bytes = group_size_ - 1;
    for (; group_size_ < 5; ++group_size_) group_ = group_ * 85 + 84;
    for (unsigned i = 0; i < bytes; ++i) push_text(static_cast<std::uint8_t>(group_ >> (24 - 8 * i)));
  } else {
    push_text(static_cast<std::uint8_t>(group_ * 16));
  }
  group_size_ = 0;
  group_ = 0;
}

void decoder::flush_text(decoded& out) {
  if (text_size_ == 0 || status_ != status::good) return;
  const bytes_view bytes = bytes_view{text_}.first(text_size_);
  text_size_ = 0;
  if (flate_) {
    inflate(bytes, out);
  } else {
    deliver(bytes, out);
  }
}

// Acrobat leaves some streams behind a flush, without a last block and a checksum: all that was packed has
// come out then. A flush is an empty stored block (RFC 1951, 3.2.4).
bool decoder::ends_in_flush() const {
  return inflater_->state() == inflater::status::more && last_ == 0x0000'FFFF;
}

void decoder::inflate(bytes_view in, decoded& out) {
  for (const std::byte b : in.last(std::min(in.size(), sizeof last_))) {
    last_ = last_ << 8 | std::to_integer<std::uint8_t>(b);
  }
  while (status_ == status::good && inflater_->state() == inflater::status::more) {
    const bytes_view piece = inflater_->unpack(in);
    if (!piece.empty()) {
      if (png_) {
        unpredict(piece, out);
      } else if (tiff_) {
        add_left(piece, out);
      } else {
        deliver(piece, out);
      }
    }
    if (inflater_->state() == inflater::status::corrupt && status_ == status::good) status_ = status::corrupt;
    if (piece.empty()) break;
  }
  if (status_ != status::good || inflater_->state() != inflater::status::done) return;
  // Writers put an end-of-line behind the data and count it.
  const bool blank = std::ranges::all_of(as_text(in), [](char c) { return is_white(c); });
  if (!blank) status_ = status::trailing;
}

// PNG's filters, row by row (PNG, section 9).
void decoder::unpredict(bytes_view in, decoded& out) {
  for (const std::byte b : in) {
    unpredict_byte(std::to_integer<std::uint8_t>(b));
    if (status_ != status::good) return;
    if (row_at_ <= row_size_) continue;
    row_at_ = 0;
    deliver(std::as_bytes(std::span{row_}).first(row_size_), out);
    above_ = row_;
    if (status_ != status::good) return;
  }
}

// TIFF 6.0, section 14, for bytes. Pixels are delivered one by one.
void decoder::add_left(bytes_view in, decoded& out) {
  for (const std::byte b : in) {
    const std::size_t i = row_at_ % pixel_;
    const std::uint8_t left = row_at_ < pixel_ ? 0 : row_[i];
    row_[i] = static_cast<std::uint8_t>(left + std::to_integer<std::uint8_t>(b));
    row_at_ = row_at_ + 1 == row_size_ ? 0 : row_at_ + 1;
    if (i + 1 == pixel_) deliver(std::as_bytes(std::span{row_}).first(pixel_), out);
    if (status_ != status::good) return;
  }
}

void decoder::unpredict_byte(std::uint8_t b) {
  if (row_at_++ == 0) {
    row_tag_ = b;
    if (b > 4) status_ = status::corrupt;
    return;
  }
  const std::size_t i = row_at_ - 2;
  const int left = i >= pixel_ ? row_[i - pixel_] : 0;
  const int up = above_[i];
  const int up_left = i >= pixel_ ? above_[i - pixel_] : 0;
  int add = 0;
  switch (row_tag_) {
    case 1:
      add = left;
      break;
    case 2:
      add = up;
      break;
    case 3:
      add = (left + up) / 2;
      break;
    case 4:
      add = paeth(left, up, up_left);
      break;
    default:
      break;
  }
  row_[i] = static_cast<std::uint8_t>(b + add);
}

void decoder::deliver(bytes_view bytes, decoded& out) {
  const std::uint64_t left = limit_ - produced_;
  const bool over = bytes.size() > left;
  if (over) bytes = bytes.first(static_cast<std::size_t>(left));
  produced_ += bytes.size();
  if (!bytes.empty() && !out.take(bytes)) {
    status_ = status::stopped;
  } else if (over) {
    status_ = status::too_large;
  }
}

}  // namespace uploadgate::formats::pdf
