// UTF-16, unit by unit, as archives keep names in it.
#pragma once

#include <utf8proc.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace uploadgate::formats {

class utf16_text {
 public:
  // add appends a unit; false where the units so far are no UTF-16.
  bool add(std::uint32_t unit) {
    const bool low = (unit & 0xFC00) == 0xDC00;
    if (low != (high_ != 0)) return false;
    if ((unit & 0xFC00) == 0xD800) {
      high_ = unit;
      return true;
    }
    const std::uint32_t c = low ? 0x10000 + ((high_ & 0x3FF) << 10) + (unit & 0x3FF) : unit;
    high_ = 0;
    std::array<utf8proc_uint8_t, 4> bytes{};
    const utf8proc_ssize_t n = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes.data());
    text_.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(n));
    return true;
  }
  // whole: whether no half of a pair is missing.
  [[nodiscard]] bool whole() const { return high_ == 0; }
  // The text so far, as UTF-8.
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::uint32_t high_ = 0;
};

}  // namespace uploadgate::formats
