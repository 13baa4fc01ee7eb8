// Judging gzip data against bare zlib inflating it.
#include "formats/grammars.hpp"
#include "formats/inflate.hpp"
#include "support/pack.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace uploadgate {
namespace {

std::string text() {
  std::string out;
  for (unsigned i = 0, x = 1; out.size() < 16 * MiB; ++i) {
    x = x * 1664525 + 1013904223;
    out += "line " + std::to_string(x >> 12) + " of the log\n";
  }
  return out;
}
const std::string plain = text();
const std::string packed_text = test::gzipped(plain);

void zlib_alone(benchmark::State& state) {
  for (auto _ : state) {
    formats::inflater z{formats::inflater::wrapping::gzip};
    bytes_view in = as_bytes(packed_text);
    std::size_t total = 0;
    for (bytes_view out = z.unpack(in); !out.empty(); out = z.unpack(in)) total += out.size();
    benchmark::DoNotOptimize(total);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(plain.size()));
}
BENCHMARK(zlib_alone);

void gzip_judged(benchmark::State& state) {
  const structure_limits limits;
  for (auto _ : state) {
    formats::parse p{formats::gzip, limits};
    if (!p.feed(as_bytes(packed_text)).ok() || !p.finish().ok()) state.SkipWithError("refused");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(plain.size()));
}
BENCHMARK(gzip_judged);

void tar_judged(benchmark::State& state) {
  const structure_limits limits;
  const std::string tar = test::tar_file("a.log", plain) + test::tar_end();
  for (auto _ : state) {
    formats::parse p{formats::tar, limits};
    if (!p.feed(as_bytes(tar)).ok() || !p.finish().ok()) state.SkipWithError("refused");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(tar.size()));
}
BENCHMARK(tar_judged);

}  // namespace
}  // namespace uploadgate
