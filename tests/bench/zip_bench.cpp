// ZIP: inflating against bare zlib, the directory by the entry, and a bomb by its cap.
#include "formats/grammars.hpp"
#include "support/zip_builder.hpp"

#include <benchmark/benchmark.h>
#include <zlib.h>

#include <array>
#include <random>
#include <string>

namespace uploadgate {
namespace {

constexpr std::size_t chunk = 64 * 1024;

// Words of a small vocabulary: packs about three to one, as text does.
std::string words(std::size_t size) {
  std::minstd_rand random{7};
  std::array<std::string, 2000> vocabulary;
  for (std::string& w : vocabulary) {
    for (auto n = 2 + random() % 8; n > 0; --n) w += static_cast<char>('a' + random() % 26);
  }
  std::string out;
  while (out.size() < size)
    out += vocabulary[random() % vocabulary.size()] + (random() % 12 == 0 ? "\n" : " ");
  return out;
}

result judge(std::string_view bytes, const structure_limits& limits) {
  formats::parse parse{formats::zip, limits};
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    if (result r = parse.feed(as_bytes(bytes.substr(at, chunk))); !r.ok()) return r;
  }
  return parse.finish();
}

const std::string& text() {
  static const std::string made = words(32 * MiB);
  return made;
}
const std::string& packed() {
  static const std::string made = test::deflated(text());
  return made;
}

void bare_zlib_inflate(benchmark::State& state) {
  std::array<Bytef, 32 * 1024> out;
  packed();
  for (auto _ : state) {
    z_stream z{};
    inflateInit2(&z, -MAX_WBITS);
    std::string_view left = packed();
    int answer = Z_OK;
    while (answer == Z_OK && !left.empty()) {
      const std::string_view piece = left.substr(0, chunk);
      left.remove_prefix(piece.size());
      z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
      z.avail_in = static_cast<uInt>(piece.size());
      do {
        z.next_out = out.data();
        z.avail_out = static_cast<uInt>(out.size());
        answer = inflate(&z, Z_NO_FLUSH);
      } while (answer == Z_OK && z.avail_out == 0);
    }
    inflateEnd(&z);
    if (answer != Z_STREAM_END) state.SkipWithError("zlib");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text().size()));
}
BENCHMARK(bare_zlib_inflate)->Unit(benchmark::kMillisecond);

void zip_deflated(benchmark::State& state) {
  const std::string bytes = test::zip_file{.entries = {{.content = text()}}}.bytes();
  for (auto _ : state) {
    if (!judge(bytes, {}).ok()) state.SkipWithError("refused");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text().size()));
}
BENCHMARK(zip_deflated)->Unit(benchmark::kMillisecond);

void zip_stored(benchmark::State& state) {
  const std::string bytes = test::zip_file{.entries = {{.content = text(), .deflate = false}}}.bytes();
  for (auto _ : state) {
    if (!judge(bytes, {}).ok()) state.SkipWithError("refused");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text().size()));
}
BENCHMARK(zip_stored)->Unit(benchmark::kMillisecond);

// The difference between an archive with its directory and one that ends before it is what the directory
// costs.
void zip_entries(benchmark::State& state, bool with_directory) {
  constexpr std::size_t entries = 10'000;
  test::zip_file file;
  for (std::size_t i = 0; i < entries; ++i) {
    file.entries.push_back(
        {.name = "folder/with/files/number-" + std::to_string(i) + ".txt", .content = "", .deflate = false});
  }
  std::string bytes = file.bytes();
  if (!with_directory) bytes.resize(bytes.find("PK\x01\x02"));
  for (auto _ : state) {
    if (judge(bytes, {}).ok() != with_directory) state.SkipWithError("refused");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(entries));
  state.counters["ns_an_entry"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(entries) * 1e-9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK_CAPTURE(zip_entries, locals_only, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(zip_entries, locals_and_directory, true)->Unit(benchmark::kMicrosecond);

// A bomb costs what its cap costs, however large it is.
void zip_bomb(benchmark::State& state) {
  structure_limits limits;
  limits.archive.max_unpacked = 16 * MiB;
  const std::string bytes = test::zip_file{
      .entries = {
          {.content = std::string(static_cast<std::size_t>(state.range(0)) * MiB, '\0'),
           .descriptor = true}}}.bytes();
  for (auto _ : state) {
    if (judge(bytes, limits).ok()) state.SkipWithError("accepted");
  }
}
BENCHMARK(zip_bomb)->Arg(32)->Arg(256)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace uploadgate
