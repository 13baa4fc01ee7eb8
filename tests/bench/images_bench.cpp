// The grammars of images over payload that is large enough to hide everything else. Each stands beside the
// baseline that its target names, over the same bytes and in pieces of the same size.
#include "formats/crc32.hpp"
#include "formats/grammars.hpp"
#include "grammar_reading.hpp"

#include <benchmark/benchmark.h>

#include <cstring>
#include <stdexcept>
#include <string>

namespace {

using namespace uploadgate;
using bench::piece;
using bench::read;

constexpr std::size_t payload = 8 * MiB;

std::string number(std::uint64_t value, int bytes, bool little) {
  std::string s;
  for (int i = 0; i < bytes; ++i) s += static_cast<char>(value >> (8 * (little ? i : bytes - 1 - i)));
  return s;
}
std::string noise(std::size_t n) {
  std::string s(n, '\0');
  std::uint64_t x = 88172645463325252;
  for (char& c : s) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    c = static_cast<char>(x >> 24);
  }
  return s;
}

std::string png_chunk(std::string_view name, std::string_view content) {
  const std::string covered = std::string{name} + std::string{content};
  return number(content.size(), 4, false) + covered + number(formats::crc32(0, as_bytes(covered)), 4, false);
}
std::string png_of(std::size_t chunk) {
  using namespace std::string_literals;
  const std::string data = "\x78\x9c" + noise(payload);
  std::string s = "\x89PNG\r\n\x1a\n" +
                  png_chunk("IHDR", number(4000, 4, false) + number(4000, 4, false) + "\10\2\0\0\0"s);
  for (std::size_t i = 0; i < data.size(); i += chunk)
    s += png_chunk("IDAT", std::string_view{data}.substr(i, chunk));
  return s + png_chunk("IEND", "");
}
const std::string& png_file(std::size_t chunk) {
  static const std::string of_8k = png_of(8 * KiB);
  static const std::string of_64k = png_of(64 * KiB);
  return chunk == 8 * KiB ? of_8k : of_64k;
}
// Coded data of a photograph: noise, with its 0xFF stuffed.
const std::string& jpeg_file() {
  static const std::string file = [] {
    using namespace std::string_literals;
    std::string s = "\xFF\xD8\xFF\xC0\0\13\10\17\240\17\240\1\1\21\0\xFF\xDA\0\10\1\1\0\0\77\0"s;
    for (const char c : noise(payload)) {
      s += c;
      if (c == '\xFF') s += '\0';
    }
    return s + "\xFF\xD9";
  }();
  return file;
}
const std::string& gif_file() {
  static const std::string file = [] {
    using namespace std::string_literals;
    std::string s = "GIF89a\xA0\17\xA0\17\0\0\0,\0\0\0\0\xA0\17\xA0\17\0\10"s;
    for (std::size_t i = 0; i < payload; i += 255) s += "\xFF" + std::string(255, 'x');
    return s + "\0;"s;
  }();
  return file;
}
const std::string& webp_file() {
  static const std::string file = [] {
    using namespace std::string_literals;
    return "RIFF" + number(payload + 22, 4, true) + "WEBPVP8 " + number(payload + 10, 4, true) +
           "\x10\0\0\x9D\1\x2A\xA0\17\xA0\17"s + std::string(payload, 'x');
  }();
  return file;
}

void baseline_isal_crc32(benchmark::State& state) {
  const std::string& file = png_file(64 * KiB);
  for (auto _ : state) {
    std::uint32_t crc = 0;
    for (std::size_t i = 0; i < file.size(); i += piece) {
      crc = formats::crc32(crc, as_bytes(std::string_view{file}.substr(i, piece)));
    }
    benchmark::DoNotOptimize(crc);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}
void baseline_memchr_ff(benchmark::State& state) {
  const std::string& file = jpeg_file();
  for (auto _ : state) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < file.size(); i += piece) {
      const std::string_view part = std::string_view{file}.substr(i, piece);
      const char* p = part.data();
      const char* const end = p + part.size();
      while (p != end) {
        p = static_cast<const char*>(std::memchr(p, 0xFF, static_cast<std::size_t>(end - p)));
        if (p == nullptr) break;
        ++found;
        ++p;
      }
    }
    benchmark::DoNotOptimize(found);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}
void png_chunks_of_64k(benchmark::State& state) { read(state, formats::png, png_file(64 * KiB)); }
void png_chunks_of_8k(benchmark::State& state) { read(state, formats::png, png_file(8 * KiB)); }
void jpeg(benchmark::State& state) { read(state, formats::jpeg, jpeg_file()); }
void gif(benchmark::State& state) { read(state, formats::gif, gif_file()); }
void webp(benchmark::State& state) { read(state, formats::webp, webp_file()); }

BENCHMARK(baseline_isal_crc32);
BENCHMARK(png_chunks_of_64k);
BENCHMARK(png_chunks_of_8k);
BENCHMARK(baseline_memchr_ff);
BENCHMARK(jpeg);
BENCHMARK(gif);
BENCHMARK(webp);

}  // namespace
