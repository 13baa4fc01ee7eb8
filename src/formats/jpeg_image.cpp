#include "jpeg_image.hpp"

#include "endian.hpp"
#include "jpeg_marker.hpp"

#include <cstring>
#include <string>

namespace uploadgate::formats {

namespace marker = jpeg_marker;

result jpeg_image::segment(context& ctx, std::uint8_t m, bytes_view content, std::uint64_t offset) {
  switch (m) {
    case marker::dqt:
      return quantisation(content, offset);
    case marker::dht:
      return huffman(content, offset);
    case marker::dac:
      return content.size() % 2 == 0 && !content.empty() ? result{} : result{errc::bad_length, "DAC", offset};
    case marker::dri:
      if (content.size() != 2) return {errc::bad_length, "DRI", offset};
      restart_interval_ = be16(content, 0);
      return {};
    case marker::dnl:
      if (content.size() != 2) return {errc::bad_length, "DNL", offset};
      if (scans_ != 1) return {errc::bad_order, "DNL not behind the first scan", offset};
      if (be16(content, 0) != frame_.height)
        return {errc::bad_value, "DNL contradicts the frame's height", offset};
      return {};
    case marker::sos:
      return scan(content, offset);
    default:
      return frame(ctx, m, content, offset);
  }
}

result jpeg_image::quantisation(bytes_view content, std::uint64_t offset) {  // B.2.4.1
  std::size_t i = 0;
  while (i < content.size()) {
    const unsigned precision = u8(content, i) >> 4;
    if (precision > 1 || (u8(content, i) & 15) > 3) return {errc::bad_value, "DQT", offset + i};
    const std::size_t n = 1 + 64 * (precision + 1);
    if (n > content.size() - i) return {errc::bad_length, "DQT", offset + i};
    i += n;
  }
  return {};
}

result jpeg_image::huffman(bytes_view content, std::uint64_t offset) {  // B.2.4.2
  std::size_t i = 0;
  while (i < content.size()) {
    if (u8(content, i) >> 4 > 1 || (u8(content, i) & 15) > 3) return {errc::bad_value, "DHT", offset + i};
    if (content.size() - i < 17) return {errc::bad_length, "DHT", offset + i};
    std::size_t codes = 0;
    std::uint32_t space = 0;  // of 2^16 codes of 16 bits
    for (std::size_t length = 1; length <= 16; ++length) {
      codes += u8(content, i + length);
      space += static_cast<std::uint32_t>(u8(content, i + length)) << (16 - length);
    }
    if (codes > 256 || space > 1U << 16) return {errc::bad_value, "DHT: too many codes", offset + i};
    if (17 + codes > content.size() - i) return {errc::bad_length, "DHT", offset + i};
    if (coding_) {
      const bytes_view table = content.subspan(i, 17 + codes);
      if (result r = coding_->table(u8(table, 0), table.subspan(1, 16), table.subspan(17), offset + i);
          !r.ok()) {
        return r;
      }
    }
    i += 17 + codes;
  }
  return {};
}

result jpeg_image::frame(context& ctx, std::uint8_t m, bytes_view content, std::uint64_t offset) {  // B.2.2
  if (frame_.marker != 0) return {errc::duplicate_part, "a second frame header", offset};
  if (content.size() < 6) return {errc::bad_length, "SOF", offset};
  frame_.marker = m;
  const unsigned precision = u8(content, 0);
  if (frame_.lossless() ? precision < 2 || precision > 16 : precision != 8 && precision != 12) {
    return {errc::bad_value, "SOF: sample precision", offset};
  }
  frame_.count = u8(content, 5);
  if (frame_.count == 0) return {errc::bad_value, "SOF: no components", offset + 5};
  if (content.size() != 6 + 3 * std::size_t{frame_.count}) return {errc::bad_length, "SOF", offset};
  frame_.height = be16(content, 1);
  frame_.width = be16(content, 3);
  if (frame_.height == 0) {
    return {errc::unsupported_feature, "the height is given only behind the first scan (DNL)", offset + 1};
  }
  for (std::size_t c = 0; c < frame_.count; ++c) {
    const std::size_t at = 6 + 3 * c;
    const std::uint8_t factors = u8(content, at + 1);
    jpeg_frame::component& component = frame_.components[c];
    component = {u8(content, at), static_cast<std::uint8_t>(factors >> 4),
                 static_cast<std::uint8_t>(factors & 15)};
    if (component.across < 1 || component.across > 4 || component.down < 1 || component.down > 4) {
      return {errc::bad_value, "SOF: sampling factor", offset + at + 1};
    }
    if (u8(content, at + 2) > 3) return {errc::bad_value, "SOF: quantisation table", offset + at + 2};
  }
  judge_coding(ctx);
  return count_frame(ctx, frame_.width, frame_.height, offset + 1);
}

// No other coding than Huffman's of blocks is walked.
void jpeg_image::judge_coding(context& ctx) {
  if (!coding_ || (!frame_.lossless() && !frame_.arithmetic())) return;
  coding_.reset();
  const std::string_view which = frame_.arithmetic() ? "arithmetic" : "lossless";
  ctx.examined_only(examined::prefix, "the coded data of " + std::string{which} + " JPEG is not decoded");
}

result jpeg_image::scan(bytes_view content, std::uint64_t offset) {  // B.2.3
  if (frame_.marker == 0) return {errc::bad_order, "a scan before the frame header", offset};
  if (++scans_ > max_scans) return {errc::too_many_scans, "over " + std::to_string(max_scans), offset};
  const std::size_t n = content.empty() ? 0 : u8(content, 0);
  if (n < 1 || n > 4 || content.size() != 4 + 2 * n) return {errc::bad_length, "SOS", offset};
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint8_t name = u8(content, 1 + 2 * i);
    const std::size_t first = frame_.find(name);
    if (first == frame_.count) return {errc::bad_value, "SOS: no such component", offset + 1 + 2 * i};
    const std::uint8_t tables = u8(content, 2 + 2 * i);
    if (tables >> 4 > 3 || (tables & 15) > 3) return {errc::bad_value, "SOS: table", offset + 2 + 2 * i};
    for (std::size_t c = first; c < frame_.count; ++c) {
      if (frame_.components[c].name == name) scanned_.set(c);
    }
  }
  const std::size_t tail = 1 + 2 * n;
  if (u8(content, tail) > 63 || u8(content, tail + 1) > 63) {
    return {errc::bad_value, "SOS: spectral selection", offset + tail};
  }
  if (u8(content, tail + 2) >> 4 > 13 || (u8(content, tail + 2) & 15) > 15) {
    return {errc::bad_value, "SOS: successive approximation", offset + tail + 2};
  }
  after_ff_ = false;
  next_restart_ = 0;
  found_ = 0;
  return coding_ ? coding_->begin(frame_, content, restart_interval_, offset) : result{};
}

result jpeg_image::end(std::uint64_t offset) const {
  if (frame_.marker == 0) return {errc::missing_part, "no frame header", offset};
  if (scanned_.count() != frame_.count) return {errc::missing_part, "a component without a scan", offset};
  return coding_ ? coding_->end(frame_, offset) : result{};
}

// Judges the byte behind 0xFF; true where it ends the coded data.
bool jpeg_image::in_scan(std::uint8_t b, std::uint64_t offset, result& wrong) {
  if (b == 0xFF) return false;  // a fill byte: the next one is the marker
  after_ff_ = false;
  if (b == 0) return false;
  if (b < marker::rst0 || b > marker::rst7) {
    found_ = b;
    return true;
  }
  if (restart_interval_ == 0) {
    wrong = {errc::bad_order, "a restart marker without DRI", offset - 1};
  } else if (b != marker::rst0 + next_restart_) {
    wrong = {errc::bad_order, "restart markers out of order", offset - 1};
  }
  next_restart_ = (next_restart_ + 1) & 7;
  return !wrong.ok();
}

std::size_t jpeg_image::entropy(bytes_view window, std::uint64_t offset, result& wrong) {
  if (coding_) {
    const std::size_t n = coding_->read(window, offset, wrong);
    found_ = coding_->found();
    return n;
  }
  const auto* const begin = at(window, 0);
  const auto* const end = begin + window.size();
  const auto* p = begin;
  while (p != end) {
    if (!after_ff_) {
      p = static_cast<const unsigned char*>(std::memchr(p, 0xFF, static_cast<std::size_t>(end - p)));
      if (p == nullptr) return window.size();
      ++p;
      if (p != end && *p == 0) {  // by far the most frequent
        ++p;
        continue;
      }
      after_ff_ = true;
      continue;
    }
    const bool over = in_scan(*p, offset + static_cast<std::uint64_t>(p - begin), wrong);
    ++p;
    if (over) break;
  }
  return static_cast<std::size_t>(p - begin);
}

}  // namespace uploadgate::formats
