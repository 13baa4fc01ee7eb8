// The parser against glibc's memmem over the same bytes, in chunks, on random, honest and hostile bodies; and
// beside it the parsers of multipart_peers_bench.cpp.
#include <uploadgate/http/multipart.hpp>

#include "multipart_bodies.hpp"

#include <cstdlib>
#include <cstring>

namespace uploadgate {
namespace {

std::uint64_t read(const std::string& body, std::size_t chunk, const std::string& type) {
  multipart_parser parser{type};
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < body.size(); i += chunk) {
    parser.push(as_bytes(std::string_view{body}.substr(i, chunk)));
    for (;;) {
      const multipart_event e = parser.next();
      if (e.kind == multipart_event::kind::need_input) break;
      if (e.kind == multipart_event::kind::rejected) std::abort();
      bytes += e.data.size();
    }
  }
  if (!parser.finish().ok()) std::abort();
  return bytes;
}

void parser(benchmark::State& state) {
  const std::string body = bodies::form(static_cast<int>(state.range(0)));
  const std::string type = bodies::content_type();
  for (auto _ : state) benchmark::DoNotOptimize(read(body, static_cast<std::size_t>(state.range(1)), type));
  bodies::tell_bytes(state, body);
}

void glibc_memmem(benchmark::State& state) {
  const std::string body = bodies::form(static_cast<int>(state.range(0)));
  const std::string needle = "\r\n--" + std::string{bodies::boundary};
  const auto chunk = static_cast<std::size_t>(state.range(1));
  for (auto _ : state)
    for (std::size_t i = 0; i < body.size(); i += chunk)
      benchmark::DoNotOptimize(
          memmem(body.data() + i, std::min(chunk, body.size() - i), needle.data(), needle.size()));
  bodies::tell_bytes(state, body);
}

void tiny_parts(benchmark::State& state) {
  const std::string body = bodies::tiny_form(state.range(0));
  const std::string type = bodies::content_type();
  for (auto _ : state) benchmark::DoNotOptimize(read(body, 64 * KiB, type));
  bodies::tell_parts(state);
}

BENCHMARK(parser)->Apply(bodies::arguments);
BENCHMARK(glibc_memmem)->Apply(bodies::arguments);
BENCHMARK(tiny_parts)->Arg(0)->Arg(1);

}  // namespace
}  // namespace uploadgate
