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

// The same, stored, and left behind a flush: no last block, no checksum.
inline std::string flushed(std::string_view text) {
  const auto stored = [](std::string_view t) {
    return std::string(1, '\0') + little(t.size(), 2) + little(~t.size() & 0xFFFF, 2) + std::string{t};
  };
  return "\x78\x01" + stored(text) + stored({});
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

// --- JPEG ---
inline std::string jpeg_segment(int marker, std::string_view content) {
  return bytes({0xFF, marker}) + big(content.size() + 2, 2) + std::string{content};
}
inline std::string jpeg_frame(std::uint64_t width, std::uint64_t height, int marker = 0xC0) {
  return jpeg_segment(marker, bytes({8}) + big(height, 2) + big(width, 2) + bytes({1, 1, 0x11, 0}));
}
inline std::string jpeg_scan(std::string_view coded) {
  return jpeg_segment(0xDA, bytes({1, 1, 0, 0, 63, 0})) + std::string{coded};
}
inline const std::string jpeg_soi = "\xFF\xD8";
inline const std::string jpeg_eoi = "\xFF\xD9";
// A whole image of 8x8 grey pixels with segments before its frame and bytes behind its end.
inline std::string small_jpeg(std::string_view before = {}, std::string_view behind = {}) {
  return jpeg_soi + jpeg_segment(0xE0, std::string("JFIF\0\1\2\0\0\1\0\1\0\0", 14)) + std::string{before} +
         jpeg_segment(0xDB, std::string(1, '\0') + std::string(64, '\1')) + jpeg_frame(8, 8) +
         jpeg_segment(0xC4, std::string(1, '\0') + std::string(1, '\1') + std::string(15, '\0') + "\5") +
         jpeg_scan("coded\xFF" + std::string(1, '\0') + "data") + jpeg_eoi + std::string{behind};
}
// MPF that announces n images: a TIFF directory of one entry.
inline std::string jpeg_mpf(std::uint64_t n) {
  return jpeg_segment(0xE2, std::string("MPF\0MM\0*\0\0\0\10\0\1", 14) + big(0xB001, 2) + big(4, 2) +
                                big(1, 4) + big(n, 4) + big(0, 4));
}
inline std::string jpeg_xmp(std::string_view text) {
  return jpeg_segment(0xE1, std::string("http://ns.adobe.com/xap/1.0/\0", 29) + std::string{text});
}

// --- GIF ---
inline std::string gif_header(std::uint64_t width, std::uint64_t height) {
  return "GIF89a" + little(width, 2) + little(height, 2) + bytes({0x80, 0, 0}) + "aaabbb";
}
inline std::string gif_frame(std::uint64_t width, std::uint64_t height, std::string_view lzw = "\x44\x01",
                             std::uint64_t x = 0) {
  return "," + little(x, 2) + little(0, 2) + little(width, 2) + little(height, 2) + bytes({0, 2}) +
         bytes({static_cast<int>(lzw.size())}) + std::string{lzw} + std::string(1, '\0');
}
inline std::string gif_extension(int label, std::string_view first, std::string_view second = {}) {
  std::string s = bytes({0x21, label, static_cast<int>(first.size())}) + std::string{first};
  if (!second.empty()) s += bytes({static_cast<int>(second.size())}) + std::string{second};
  return s + std::string(1, '\0');
}

// --- RIFF ---
inline std::string riff_chunk(std::string_view name, std::string_view content) {
  return std::string{name} + little(content.size(), 4) + std::string{content} +
         std::string(content.size() % 2, '\0');
}
inline std::string riff_file(std::string_view kind, std::string_view chunks) {
  return "RIFF" + little(4 + chunks.size(), 4) + std::string{kind} + std::string{chunks};
}
inline std::string vp8(std::uint64_t width, std::uint64_t height) {
  return riff_chunk("VP8 ",
                    bytes({0x10, 0, 0, 0x9D, 0x01, 0x2A}) + little(width, 2) + little(height, 2) + "pixels");
}
inline std::string vp8l(std::uint64_t width, std::uint64_t height) {
  return riff_chunk("VP8L", "\x2F" + little((height - 1) << 14 | (width - 1), 4) + "pixels!");
}
inline std::string vp8x(int flags, std::uint64_t width, std::uint64_t height) {
  return riff_chunk("VP8X", bytes({flags, 0, 0, 0}) + little(width - 1, 3) + little(height - 1, 3));
}

// --- BMP and ICO ---
inline std::string dib(std::uint64_t width, std::uint64_t height, int bits = 24, int compression = 0,
                       std::uint64_t image_bytes = 0, std::uint64_t colours = 0) {
  return little(40, 4) + little(width, 4) + little(height, 4) + little(1, 2) + bytes({bits, 0}) +
         little(static_cast<std::uint64_t>(compression), 4) + little(image_bytes, 4) + little(0, 8) +
         little(colours, 4) + little(0, 4);
}
inline std::string bmp_file(std::string_view header, std::string_view behind, std::uint64_t gap = 0) {
  const std::uint64_t pixels = 14 + header.size() + gap;
  return "BM" + little(pixels + behind.size(), 4) + little(0, 4) + little(pixels, 4) + std::string{header} +
         std::string(gap, '\0') + std::string{behind};
}

}  // namespace uploadgate::test
