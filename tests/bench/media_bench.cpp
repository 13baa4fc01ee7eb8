// Containers that skip payload, against a pass over the same bytes (memchr) and the reader's own skip.
#include "formats/grammars.hpp"

#include <benchmark/benchmark.h>

#include <cstring>
#include <string>

namespace {

using namespace uploadgate;

constexpr std::size_t piece = 64 * 1024;
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

void judge(benchmark::State& state, formats::grammar_function grammar, const std::string& file) {
  const structure_limits limits;
  for (auto _ : state) {
    formats::parse parse{grammar, limits};
    result r;
    for (std::size_t at = 0; at < file.size() && r.ok(); at += piece) {
      r = parse.feed(as_bytes(std::string_view{file}.substr(at, piece)));
    }
    if (r.ok()) r = parse.finish();
    if (!r.ok()) state.SkipWithError("refused");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * file.size()));
}

formats::grammar skip_all(formats::reader& in, formats::context&) {
  co_await in.skip(payload);
  co_return result{};
}

void baseline_memchr(benchmark::State& state) {
  const std::string file = zeros(payload);
  for (auto _ : state) benchmark::DoNotOptimize(std::memchr(file.data(), 0xFF, file.size()));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * file.size()));
}
void baseline_skip(benchmark::State& state) { judge(state, skip_all, zeros(payload)); }
void isobmff(benchmark::State& state) { judge(state, formats::isobmff_file, movie()); }
void wav(benchmark::State& state) { judge(state, formats::riff, sound()); }
void mp3(benchmark::State& state) { judge(state, formats::mp3, music()); }

BENCHMARK(baseline_memchr);
BENCHMARK(baseline_skip);
BENCHMARK(isobmff);
BENCHMARK(wav);
BENCHMARK(mp3);

}  // namespace
