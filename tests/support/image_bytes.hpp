// Small images, made by hand.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

namespace uploadgate::test {

inline std::string big(std::uint64_t value, int bytes) {
  std::string s;
  for (int i = bytes - 1; i >= 0; --i) s += static_cast<char>(value >> (8 * i));
  return s;
}
inline std::string little(std::uint64_t value, int bytes) {
  std::string s;
  for (int i = 0; i < bytes; ++i) s += static_cast<char>(value >> (8 * i));
  return s;
}
inline std::string bytes(std::initializer_list<int> values) {
  std::string s;
  for (const int v : values) s += static_cast<char>(v);
  return s;
}

inline std::string zlib_packed(std::string_view text) {
  std::string out(compressBound(text.size()), '\0');
  uLongf n = out.size();
  if (compress2(reinterpret_cast<Bytef*>(out.data()), &n, reinterpret_cast<const Bytef*>(text.data()),
                text.size(), 9) != Z_OK) {
    throw std::runtime_error("compress2");
  }
  out.resize(n);
  return out;
}

// --- PNG ---
inline const std::string png_signature = "\x89PNG\r\n\x1a\n";
inline std::string png_chunk(std::string_view name, std::string_view content = {}) {
  const std::string covered = std::string{name} + std::string{content};
  const auto crc =
      ::crc32(0, reinterpret_cast<const Bytef*>(covered.data()), static_cast<uInt>(covered.size()));
  return big(content.size(), 4) + covered + big(crc, 4);
}
inline std::string png_header(std::uint64_t width, std::uint64_t height, int depth = 8, int colour = 0,
                              int interlace = 0) {
  return png_chunk("IHDR", big(width, 4) + big(height, 4) + bytes({depth, colour, 0, 0, interlace}));
}
// Grey pixels of 8 bits, none of them interlaced.
inline std::string grey_rows(std::size_t width, std::size_t height) {
  std::string rows;
  for (std::size_t y = 0; y < height; ++y)
    rows += std::string(1, '\0') + std::string(width, static_cast<char>(y));
  return zlib_packed(rows);
}
// A whole image of 4x3 pixels with chunks before its data and behind it.
inline std::string small_png(std::string_view before = {}, std::string_view behind = {}) {
  return png_signature + png_header(4, 3) + std::string{before} + png_chunk("IDAT", grey_rows(4, 3)) +
         std::string{behind} + png_chunk("IEND");
}

}  // namespace uploadgate::test
