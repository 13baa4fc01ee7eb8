// Deep reading of pictures, beside the decoder that a service would else call to prove the same, and beside the
// standard depth, over the same files.
#include "formats/grammars.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <jpeglib.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace uploadgate;

constexpr std::size_t piece = 64 * KiB;
constexpr unsigned across = 4000, down = 3000;

// A picture with edges, gradients and grain.
std::vector<unsigned char> pixels() {
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
  std::vector<unsigned char> rgb = pixels();
  while (out.next_scanline < down) {
    JSAMPROW row = rgb.data() + std::size_t{out.next_scanline} * across * 3;
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

void read(benchmark::State& state, formats::grammar_function grammar, const std::string& file, depth how) {
  structure_limits limits;
  limits.depth = how;
  for (auto _ : state) {
    formats::parse parse{grammar, limits};
    result r;
    for (std::size_t i = 0; i < file.size() && r.ok(); i += piece) {
      r = parse.feed(as_bytes(std::string_view{file}.substr(i, piece)));
    }
    if (r.ok()) r = parse.finish();
    if (!r.ok()) throw std::runtime_error("refused: " + r.why().detail);
    benchmark::DoNotOptimize(r);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * file.size()));
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
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * file.size()));
}

using file_function = const std::string& (*)();
void jpeg(benchmark::State& state, file_function file, depth how) { read(state, formats::jpeg, file(), how); }
void baseline_libjpeg_turbo(benchmark::State& state, file_function file) { decode_jpeg(state, file()); }

BENCHMARK_CAPTURE(baseline_libjpeg_turbo, sequential, sequential_jpeg);
BENCHMARK_CAPTURE(jpeg, sequential_deep, sequential_jpeg, depth::deep);
BENCHMARK_CAPTURE(jpeg, sequential_standard, sequential_jpeg, depth::standard);
BENCHMARK_CAPTURE(baseline_libjpeg_turbo, restarts, restarting_jpeg);
BENCHMARK_CAPTURE(jpeg, restarts_deep, restarting_jpeg, depth::deep);
BENCHMARK_CAPTURE(baseline_libjpeg_turbo, progressive, progressive_jpeg);
BENCHMARK_CAPTURE(jpeg, progressive_deep, progressive_jpeg, depth::deep);
BENCHMARK_CAPTURE(jpeg, progressive_standard, progressive_jpeg, depth::standard);

}  // namespace
