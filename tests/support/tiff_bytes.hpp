// Small TIFFs, made by hand.
#pragma once

#include "image_bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate::test {

struct tiff_bytes {
  bool big_endian = false;
  bool wide = false;

  [[nodiscard]] std::string number(std::uint64_t value, int width) const {
    return big_endian ? big(value, width) : little(value, width);
  }
  [[nodiscard]] std::string offset(std::uint64_t value) const { return number(value, wide ? 8 : 4); }
  [[nodiscard]] std::string header(std::uint64_t first) const {
    return (big_endian ? "MM" : "II") + number(wide ? 43 : 42, 2) +
           (wide ? number(8, 2) + number(0, 2) : std::string{}) + offset(first);
  }
  // A number in the entry itself, or values at an offset.
  [[nodiscard]] std::string entry(std::uint64_t tag, std::uint64_t type, std::uint64_t count,
                                  std::uint64_t value) const {
    std::string held = type == 3 && count == 1 ? number(value, 2) : offset(value);
    held.resize(wide ? 8 : 4, '\0');
    return number(tag, 2) + number(type, 2) + offset(count) + held;
  }
  [[nodiscard]] std::string directory(const std::vector<std::string>& entries, std::uint64_t next = 0) const {
    std::string s = number(entries.size(), wide ? 8 : 2);
    for (const std::string& e : entries) s += e;
    return s + offset(next);
  }
  [[nodiscard]] std::uint64_t header_size() const { return wide ? 16 : 8; }
  [[nodiscard]] std::uint64_t directory_size(std::size_t entries) const {
    return wide ? 16 + 20 * entries : 6 + 12 * entries;
  }
  // The fields of a grey image of 4x2 pixels whose strip stands at `at`; `more` must have higher tags.
  [[nodiscard]] std::vector<std::string> grey(std::uint64_t at, std::vector<std::string> more = {},
                                              std::uint64_t bytes = 8) const {
    std::vector<std::string> all{entry(256, 3, 1, 4), entry(257, 3, 1, 2),    entry(258, 3, 1, 8),
                                 entry(259, 3, 1, 1), entry(273, 4, 1, at),   entry(277, 3, 1, 1),
                                 entry(278, 3, 1, 2), entry(279, 4, 1, bytes)};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  static constexpr std::size_t grey_entries = 8;
};

inline const std::string tiff_pixels = "8 pixels";

// The directory first, what it leads to behind it.
inline std::string directory_first(const tiff_bytes& t) {
  const std::uint64_t strip = t.header_size() + t.directory_size(tiff_bytes::grey_entries);
  return t.header(t.header_size()) + t.directory(t.grey(strip)) + tiff_pixels;
}
// The pixels first, as libtiff writes.
inline std::string pixels_first(const tiff_bytes& t) {
  return t.header(t.header_size() + 8) + tiff_pixels + t.directory(t.grey(t.header_size()));
}
// One tag's values between the directory and the pixels.
inline std::string tiff_with_text(std::string_view text, std::uint64_t tag = 700,
                                  std::string_view pixels = tiff_pixels) {
  const tiff_bytes t;
  const std::uint64_t at = 8 + t.directory_size(9);
  return t.header(8) + t.directory(t.grey(at + text.size(), {t.entry(tag, 1, text.size(), at)})) +
         std::string{text} + std::string{pixels};
}
// The same text before the directory, where only what went past can be known of it.
inline std::string tiff_with_text_before(std::string_view text, std::size_t gap = 0) {
  const tiff_bytes t;
  const std::uint64_t at = 8 + text.size() + gap;
  std::vector<std::string> entries = t.grey(8 + text.size(), {t.entry(700, 1, text.size(), 8)}, gap);
  entries[0] = t.entry(256, 3, 1, gap);
  entries[1] = t.entry(257, 3, 1, 1);
  return t.header(at) + std::string{text} + std::string(gap, 'p') + t.directory(entries);
}

}  // namespace uploadgate::test
