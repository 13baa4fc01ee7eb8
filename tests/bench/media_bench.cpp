// Containers that skip payload, against a pass over the same bytes (memchr) and the reader's own skip.
#include "formats/grammars.hpp"
#include "grammar_reading.hpp"

#include <benchmark/benchmark.h>

#include <cstring>
#include <string>

namespace {

using namespace uploadgate;
using bench::read;

constexpr std::size_t payload = 64 * MiB;

std::string be32(std::uint64_t n) {
  std::string s;
  for (int shift = 24; shift >= 0; shift -= 8) s += static_cast<char>(n >> shift & 0xFF);
  return s;
}
std::string le32(std::uint64_t n) {
  const std::string s = be32(n);
  return {s.rbegin(), s.rend()};
}
std::string zeros(std::size_t n) { return std::string(n, '\0'); }

std::string movie() {
  const std::string moov = be32(116) + "moov" + be32(108) + "mvhd" + zeros(12) + be32(1000) + zeros(84);
  return be32(16) + "ftypisom" + zeros(4) + moov + be32(payload + 8) + "mdat" + zeros(payload);
}
std::string sound() {
  return "RIFF" + le32(payload + 36) + "WAVEfmt " + le32(16) + std::string{"\1\0\1\0", 4} + le32(8000) +
         le32(8000) + std::string{"\1\0\10\0", 4} + "data" + le32(payload) + zeros(payload);
}
std::string music() {
  std::string frame{"\xFF\xFB\x90\x00", 4};
  frame += zeros(413);
  std::string s;
  while (s.size() < payload) s += frame;
  return s;
}

formats::grammar skip_all(formats::reader& in, formats::context&) {
  co_await in.skip(payload);
  co_return result{};
}

void baseline_memchr(benchmark::State& state) {
  const std::string file = zeros(payload);
  for (auto _ : state) benchmark::DoNotOptimize(std::memchr(file.data(), 0xFF, file.size()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}
void baseline_skip(benchmark::State& state) { read(state, skip_all, zeros(payload)); }
void isobmff(benchmark::State& state) { read(state, formats::isobmff_file, movie()); }
void wav(benchmark::State& state) { read(state, formats::riff, sound()); }
void mp3(benchmark::State& state) { read(state, formats::mp3, music()); }

BENCHMARK(baseline_memchr);
BENCHMARK(baseline_skip);
BENCHMARK(isobmff);
BENCHMARK(wav);
BENCHMARK(mp3);

}  // namespace
