// The scans of a JPEG: what each must hold, and where it ends. The walk itself is in jpeg_walk.cpp.
#include "jpeg_entropy.hpp"

#include "endian.hpp"
#include "jpeg_marker.hpp"

#include <algorithm>
#include <string>

namespace uploadgate::formats {

namespace marker = jpeg_marker;

namespace {

constexpr bool is_restart(std::uint8_t m) { return m >= marker::rst0 && m <= marker::rst7; }
constexpr std::uint64_t divided_up(std::uint64_t n, std::uint64_t by) { return (n + by - 1) / by; }

}  // namespace

jpeg_entropy::jpeg_entropy() {
  for (auto& component : lowest_) component.fill(not_scanned);
}

result jpeg_entropy::table(std::uint8_t class_and_number, bytes_view counts, bytes_view symbols,
                           std::uint64_t offset) {
  const bool ac = class_and_number >> 4 == 1;
  auto& table = tables_[(ac ? 4U : 0U) + (class_and_number & 3U)];
  if (!table) table = std::make_unique<jpeg_huffman>();
  const auto use = ac ? jpeg_huffman::use::ac : jpeg_huffman::use::dc;
  if (!table->fill(use, counts, symbols)) return {errc::bad_value, "DHT: a code of ones only", offset};
  return {};
}

result jpeg_entropy::begin(const jpeg_frame& frame, bytes_view sos, std::uint16_t restart_interval,
                           std::uint64_t offset) {
  if (result r = band(frame, sos, offset + 1 + 2 * std::uint64_t{u8(sos, 0)}); !r.ok()) return r;
  interval_ = restart_interval;
  if (result r = components(frame, sos, offset); !r.ok()) return r;
  next_restart_ = 0;
  found_ = 0;
  block_ = 0;
  bits_.restart();
  begin_interval();
  return {};
}

// What part of the coefficients the scan holds (B.2.3, G.1.1.1).
result jpeg_entropy::band(const jpeg_frame& frame, bytes_view sos, std::uint64_t offset) {
  const std::size_t tail = sos.size() - 3;
  if (!frame.progressive()) {  // decoders do not look at the band of a sequential scan
    kind_ = kind::sequential;
    return {};
  }
  first_ = u8(sos, tail);
  last_ = u8(sos, tail + 1);
  high_ = static_cast<std::int8_t>(u8(sos, tail + 2) >> 4);
  low_ = static_cast<std::int8_t>(u8(sos, tail + 2) & 15);
  if (first_ > last_ || (first_ == 0 && last_ != 0) || (first_ != 0 && u8(sos, 0) != 1)) {
    return {errc::bad_value, "SOS: spectral selection", offset};
  }
  if (high_ != 0 && low_ != high_ - 1) return {errc::bad_value, "SOS: successive approximation", offset + 2};
  kind_ = first_ == 0 ? (high_ == 0 ? kind::first_dc : kind::refine_dc)
                      : (high_ == 0 ? kind::first_ac : kind::refine_ac);
  return {};
}

result jpeg_entropy::progress(std::size_t component, std::uint64_t offset) {
  auto& lowest = lowest_[component];
  if (first_ > 0 && lowest[0] == not_scanned) return {errc::bad_order, "SOS: AC before DC", offset};
  for (unsigned k = first_; k <= last_; ++k) {
    if (high_ == 0 && lowest[k] != not_scanned) {
      return {errc::duplicate_part, "SOS: coefficients in two scans", offset};
    }
    if (high_ != 0 && lowest[k] != high_) {
      return {errc::bad_order, "SOS: it refines what no scan before it left", offset};
    }
    lowest[k] = low_;
  }
  known_ = &history_[component];
  return {};
}

// The blocks of an MCU, and how many MCUs the scan must hold (A.2).
result jpeg_entropy::components(const jpeg_frame& frame, bytes_view sos, std::uint64_t offset) {
  const bool progressive = frame.progressive();
  if (progressive && frame.count > most_components) {
    return {errc::bad_value, "SOF: components of a progressive image", offset};
  }
  std::uint64_t most_across = 1;
  std::uint64_t most_down = 1;
  for (std::size_t c = 0; c < frame.count; ++c) {
    most_across = std::max<std::uint64_t>(most_across, frame.components[c].across);
    most_down = std::max<std::uint64_t>(most_down, frame.components[c].down);
  }
  std::uint64_t across = 1;
  std::uint64_t down = 1;
  unit_count_ = 0;
  const std::size_t n = u8(sos, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t at_name = offset + 1 + 2 * i;
    const std::size_t c = frame.find(u8(sos, 1 + 2 * i));
    const jpeg_frame::component& component = frame.components[c];
    if (progressive) {
      if (result r = progress(c, at_name); !r.ok()) return r;
    } else {
      if (scanned_[c]) return {errc::duplicate_part, "SOS: a component in two scans", at_name};
      scanned_.set(c);
    }
    const std::uint8_t tables = u8(sos, 2 + 2 * i);
    const unit u{tables_[tables >> 4].get(), tables_[4U + (tables & 15U)].get()};
    const bool needs_dc = kind_ == kind::sequential || kind_ == kind::first_dc;
    const bool needs_ac = kind_ == kind::sequential || first_ > 0;
    if ((needs_dc && !u.dc) || (needs_ac && !u.ac)) {
      return {errc::missing_part, "SOS: no such Huffman table", at_name + 1};
    }
    across = component.across;
    down = component.down;
    const auto count = static_cast<unsigned>(n == 1 ? 1 : across * down);
    if (unit_count_ + count > most_units) return {errc::bad_value, "SOS: blocks of an MCU", at_name};
    std::fill_n(units_.begin() + unit_count_, count, u);
    unit_count_ += count;
  }
  if (n > 1) across = down = 1;
  behind_ =
      divided_up(frame.width * across, 8 * most_across) * divided_up(frame.height * down, 8 * most_down);
  return {};
}

void jpeg_entropy::begin_interval() {
  left_ = interval_ == 0 ? behind_ : std::min(interval_, behind_);
  behind_ -= left_;
  full_ = left_ == interval_;
  coding_ = true;
  padded_ = false;
  unit_ = 0;
  k_ = kind_ == kind::first_ac || kind_ == kind::refine_ac ? first_ : 0;
  run_ = 0;
  nonzero_ = 0;
  skip_ = kind_ == kind::refine_dc ? left_ * unit_count_ : 0;
}

std::size_t jpeg_entropy::read(bytes_view window, std::uint64_t offset, result& wrong) {
  bits_.give(window, offset);
  for (bool waits = false; !waits && found_ == 0 && wrong.ok();) {
    if (!coding_) {
      wrong = boundary(waits);
      continue;
    }
    const step s = walk();
    coding_ = s != step::done;
    waits = s == step::starved && !bits_.at_marker();
    if (coding_ && !waits) wrong = stopped(s);
  }
  return static_cast<std::size_t>(bits_.offset() - offset);
}

// What stands behind the last bit of an interval: less than a byte of padding, and a marker. The padding is
// of ones (F.1.2.3); some encoders write zeros.
result jpeg_entropy::boundary(bool& waits) {
  if (!padded_) {
    if (bits_.held() >= 8) return {errc::hidden_data, {}, bits_.unread()};
    const unsigned left = bits_.held();
    const std::uint32_t padding = bits_.number(left);
    if (padding != 0 && padding != (1U << left) - 1) {
      return {errc::hidden_data, "bits behind the last code", bits_.unread() - 1};
    }
    padded_ = true;
  }
  if (!bits_.at_marker()) bits_.ready();
  if (bits_.held() > 0) return {errc::hidden_data, {}, bits_.unread()};
  waits = !bits_.at_marker();
  if (waits) return {};
  if (bits_.marker() == 0) return {errc::hidden_data, "fill bytes before no marker", bits_.marker_offset()};
  if (behind_ > 0) return restarted();
  if (is_restart(bits_.marker())) return restarted_at_end();
  found_ = bits_.marker();
  return {};
}

// A few encoders write a restart marker behind the last interval too.
result jpeg_entropy::restarted_at_end() {
  if (!full_ || bits_.marker() != marker::rst0 + next_restart_) {
    return {errc::bad_order, "a restart marker behind the last MCU", bits_.marker_offset()};
  }
  full_ = false;
  bits_.restart();
  return {};
}

result jpeg_entropy::restarted() {
  if (bits_.marker() != marker::rst0 + next_restart_) return stopped(step::starved);
  next_restart_ = (next_restart_ + 1) & 7;
  bits_.restart();
  begin_interval();
  return {};
}

result jpeg_entropy::stopped(step s) const {
  if (s == step::broken) return {errc::corrupt_data, "a code that the scan cannot hold", bits_.unread() - 1};
  const std::uint64_t at = bits_.marker_offset();
  if (bits_.marker() == 0) return {errc::hidden_data, "fill bytes before no marker", at};
  if (!is_restart(bits_.marker())) return {errc::missing_pixels, "the scan is too short", at};
  if (interval_ == 0) return {errc::bad_order, "a restart marker without DRI", at};
  const bool early = bits_.marker() == marker::rst0 + next_restart_;
  return {errc::bad_order, early ? "a restart marker too early" : "restart markers out of order", at};
}

result jpeg_entropy::end(const jpeg_frame& frame, std::uint64_t offset) const {
  if (!frame.progressive()) return {};
  for (std::size_t c = 0; c < frame.count; ++c) {
    if (std::ranges::any_of(lowest_[c], [](std::int8_t low) { return low > 0; })) {
      return {errc::missing_pixels, "the last scans are missing", offset};
    }
  }
  return {};
}

}  // namespace uploadgate::formats
