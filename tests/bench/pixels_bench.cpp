// Deep reading of pictures, beside the decoder that a service would else call to prove the same, and beside
// the standard depth, over the same files.
#include "formats/grammars.hpp"
#include "grammar_reading.hpp"

#include <benchmark/benchmark.h>
#include <jpeglib.h>
#include <webp/decode.h>
#include <webp/encode.h>
#include <zlib.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace uploadgate;
using bench::piece;
using bench::read;

constexpr unsigned across = 4000, down = 3000;

// A picture with edges, gradients and grain.
std::vector<unsigned char> make_pixels() {
  std::vector<unsigned char> rgb;
  rgb.reserve(std::size_t{across} * down * 3);
  std::uint32_t x = 1;
  for (unsigned row = 0; row < down; ++row) {
    for (unsigned column = 0; column < across; ++column) {
      x = x * 1664525 + 1013904223;
      const unsigned grain = x >> 28;
      const bool edge = (column / 97 + row / 61) % 5 == 0;
      rgb.push_back(static_cast<unsigned char>((column * 200 / across + grain + (edge ? 40 : 0)) & 255));
      rgb.push_back(static_cast<unsigned char>((row * 200 / down + grain) & 255));
      rgb.push_back(static_cast<unsigned char>(((row + column) / 40 + 2 * grain) & 255));
    }
  }
  return rgb;
}

const std::vector<unsigned char>& pixels() {
  static const std::vector<unsigned char> rgb = make_pixels();
  return rgb;
}

std::string jpeg_file(bool progressive, int restart_rows) {
  jpeg_compress_struct out{};
  jpeg_error_mgr errors{};
  out.err = jpeg_std_error(&errors);
  jpeg_create_compress(&out);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&out, &bytes, &size);
  out.image_width = across;
  out.image_height = down;
  out.input_components = 3;
  out.in_color_space = JCS_RGB;
  jpeg_set_defaults(&out);
  jpeg_set_quality(&out, 90, TRUE);
  if (progressive) jpeg_simple_progression(&out);
  out.restart_in_rows = restart_rows;
  jpeg_start_compress(&out, TRUE);
  std::vector<unsigned char> line(std::size_t{across} * 3);
  while (out.next_scanline < down) {
    const auto begin = pixels().begin() + static_cast<std::ptrdiff_t>(out.next_scanline * line.size());
    std::copy(begin, begin + static_cast<std::ptrdiff_t>(line.size()), line.begin());
    JSAMPROW row = line.data();
    jpeg_write_scanlines(&out, &row, 1);
  }
  jpeg_finish_compress(&out);
  jpeg_destroy_compress(&out);
  std::string file(reinterpret_cast<const char*>(bytes), size);
  std::free(bytes);
  return file;
}
const std::string& sequential_jpeg() {
  static const std::string file = jpeg_file(false, 0);
  return file;
}
const std::string& restarting_jpeg() {
  static const std::string file = jpeg_file(false, 1);
  return file;
}
const std::string& progressive_jpeg() {
  static const std::string file = jpeg_file(true, 0);
  return file;
}

constexpr int stride = 3 * across;
std::string taken(std::uint8_t* bytes, std::size_t size) {
  std::string file(reinterpret_cast<const char*>(bytes), size);
  WebPFree(bytes);
  return file;
}
const std::string& lossy_webp() {
  static const std::string file = [] {
    std::uint8_t* bytes = nullptr;
    const std::size_t size = WebPEncodeRGB(pixels().data(), across, down, stride, 85, &bytes);
    return taken(bytes, size);
  }();
  return file;
}
const std::string& lossless_webp() {
  static const std::string file = [] {
    std::uint8_t* bytes = nullptr;
    const std::size_t size = WebPEncodeLosslessRGB(pixels().data(), across, down, stride, &bytes);
    return taken(bytes, size);
  }();
  return file;
}

std::string big_endian(std::uint64_t value) {
  std::string s;
  for (int i = 3; i >= 0; --i) s += static_cast<char>(value >> (8 * i));
  return s;
}
std::string png_chunk(std::string_view name, std::string_view content) {
  const std::string covered = std::string{name} + std::string{content};
  const auto* const bytes = reinterpret_cast<const Bytef*>(covered.data());
  return big_endian(content.size()) + covered +
         big_endian(::crc32(0, bytes, static_cast<uInt>(covered.size())));
}
// Its compressed rows, whose filter is the difference to the left.
const std::string& png_rows() {
  static const std::string packed = [] {
    std::string rows;
    rows.reserve(pixels().size() + down);
    for (std::size_t y = 0; y < down; ++y) {
      rows += '\1';
      for (std::size_t x = 0; x < stride; ++x) {
        const std::size_t at = y * stride + x;
        rows += static_cast<char>(pixels()[at] - (x < 3 ? 0 : pixels()[at - 3]));
      }
    }
    std::string out(compressBound(rows.size()), '\0');
    uLongf n = out.size();
    compress2(reinterpret_cast<Bytef*>(out.data()), &n, reinterpret_cast<const Bytef*>(rows.data()),
              rows.size(), 6);
    out.resize(n);
    return out;
  }();
  return packed;
}
const std::string& png_file() {
  static const std::string file = [] {
    using namespace std::string_literals;
    std::string s =
        "\x89PNG\r\n\x1a\n" + png_chunk("IHDR", big_endian(across) + big_endian(down) + "\10\2\0\0\0"s);
    for (std::size_t i = 0; i < png_rows().size(); i += piece) {
      s += png_chunk("IDAT", std::string_view{png_rows()}.substr(i, piece));
    }
    return s + png_chunk("IEND", "");
  }();
  return file;
}

void decode_jpeg(benchmark::State& state, const std::string& file) {
  std::vector<unsigned char> row(std::size_t{across} * 3);
  for (auto _ : state) {
    jpeg_decompress_struct in{};
    jpeg_error_mgr errors{};
    in.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&in);
    jpeg_mem_src(&in, reinterpret_cast<const unsigned char*>(file.data()), file.size());
    jpeg_read_header(&in, TRUE);
    jpeg_start_decompress(&in);
    while (in.output_scanline < in.output_height) {
      JSAMPROW rows = row.data();
      jpeg_read_scanlines(&in, &rows, 1);
    }
    jpeg_finish_decompress(&in);
    jpeg_destroy_decompress(&in);
    benchmark::DoNotOptimize(row.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}

void decode_webp(benchmark::State& state, const std::string& file) {
  std::vector<std::uint8_t> rgb(pixels().size());
  for (auto _ : state) {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(file.data());
    if (!WebPDecodeRGBInto(bytes, file.size(), rgb.data(), rgb.size(), stride))
      throw std::runtime_error("libwebp");
    benchmark::DoNotOptimize(rgb.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}

using file_function = const std::string& (*)();
void jpeg(benchmark::State& state, file_function file, depth how) {
  read(state, formats::jpeg, file(), {.depth = how});
}
void webp(benchmark::State& state, file_function file, depth how) {
  read(state, formats::webp, file(), {.depth = how});
}
void png(benchmark::State& state, depth how) { read(state, formats::png, png_file(), {.depth = how}); }
void baseline_libjpeg_turbo(benchmark::State& state, file_function file) { decode_jpeg(state, file()); }
void baseline_libwebp(benchmark::State& state, file_function file) { decode_webp(state, file()); }
void baseline_zlib(benchmark::State& state) {
  std::vector<Bytef> out(pixels().size() + down);
  for (auto _ : state) {
    uLongf n = out.size();
    const auto* const bytes = reinterpret_cast<const Bytef*>(png_rows().data());
    if (uncompress(out.data(), &n, bytes, png_rows().size()) != Z_OK) throw std::runtime_error("zlib");
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(png_rows().size()));
}

BENCHMARK_CAPTURE(baseline_libjpeg_turbo, sequential, sequential_jpeg);
BENCHMARK_CAPTURE(jpeg, sequential_deep, sequential_jpeg, depth::deep);
BENCHMARK_CAPTURE(jpeg, sequential_standard, sequential_jpeg, depth::standard);
BENCHMARK_CAPTURE(baseline_libjpeg_turbo, restarts, restarting_jpeg);
BENCHMARK_CAPTURE(jpeg, restarts_deep, restarting_jpeg, depth::deep);
BENCHMARK_CAPTURE(baseline_libjpeg_turbo, progressive, progressive_jpeg);
BENCHMARK_CAPTURE(jpeg, progressive_deep, progressive_jpeg, depth::deep);
BENCHMARK_CAPTURE(jpeg, progressive_standard, progressive_jpeg, depth::standard);
BENCHMARK_CAPTURE(baseline_libwebp, lossy, lossy_webp);
BENCHMARK_CAPTURE(webp, lossy_deep, lossy_webp, depth::deep);
BENCHMARK_CAPTURE(webp, lossy_standard, lossy_webp, depth::standard);
BENCHMARK_CAPTURE(baseline_libwebp, lossless, lossless_webp);
BENCHMARK_CAPTURE(webp, lossless_deep, lossless_webp, depth::deep);
BENCHMARK(baseline_zlib);
BENCHMARK_CAPTURE(png, deep, depth::deep);
BENCHMARK_CAPTURE(png, standard, depth::standard);

}  // namespace
