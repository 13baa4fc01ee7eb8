// A grammar reading a file in pieces, as a stream gives it.
#pragma once

#include "formats/grammar.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace uploadgate::bench {

inline constexpr std::size_t piece = 64 * KiB;

inline void read(benchmark::State& state, formats::grammar_function grammar, const std::string& file,
                 const structure_limits& limits = {}) {
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
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(file.size()));
}

}  // namespace uploadgate::bench
