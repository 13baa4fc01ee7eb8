// What one inspection costs, beside the bytes: starting and finishing it, telling the type, hashing.
#include <uploadgate/uploadgate.hpp>

#include "formats/registry.hpp"

#include <benchmark/benchmark.h>
#include <magic.h>
#include <openssl/evp.h>

#include <string>
#include <vector>

namespace {

using namespace uploadgate;

void start_and_finish(benchmark::State& state, const policy& p) {
  const std::string content(1024, 'x');
  for (auto _ : state) {
    inspection in =
        p.inspect({.filename = "holiday photo.jpg", .content_type = "image/jpeg", .size = content.size()});
    in.feed(as_bytes(content));
    benchmark::DoNotOptimize(in.finish().accepted());
  }
}

// The target of the design: under 2 us without magic.
void inspection_1KiB_without_magic(benchmark::State& state) {
  start_and_finish(state, policy{path_guard{}, extension{"png", "jpg", "jpeg"}, max_size{5 * MiB}});
}
BENCHMARK(inspection_1KiB_without_magic);

void inspection_1KiB_with_digest(benchmark::State& state) { start_and_finish(state, policy{digest{}}); }
BENCHMARK(inspection_1KiB_with_digest);

// Baseline of the one above: bare OpenSSL over the same bytes.
void bare_sha256_1KiB(benchmark::State& state) {
  const std::string content(1024, 'x');
  unsigned char out[EVP_MAX_MD_SIZE];
  for (auto _ : state) {
    EVP_Digest(content.data(), content.size(), out, nullptr, EVP_sha256(), nullptr);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(bare_sha256_1KiB);

const std::string png_head = std::string{"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16} + std::string(1008, 'x');

// The target: under 1 us.
void type_by_signature(benchmark::State& state) {
  for (auto _ : state) {
    bool undecided = false;
    benchmark::DoNotOptimize(formats::find_signature(as_bytes(png_head), undecided));
  }
}
BENCHMARK(type_by_signature);

// Baseline of the one above: bare libmagic with a handle that is loaded already.
void type_by_bare_libmagic(benchmark::State& state) {
  const magic_t handle = magic_open(MAGIC_MIME_TYPE);
  if (!handle || magic_load(handle, nullptr) != 0) return state.SkipWithError("no libmagic database");
  for (auto _ : state) benchmark::DoNotOptimize(magic_buffer(handle, png_head.data(), png_head.size()));
  magic_close(handle);
}
BENCHMARK(type_by_bare_libmagic);

// The slowest windows that were found for libmagic; the target is 2 ms for each. The name has no row in the
// table, so that libmagic is asked wherever it ever is.
void magic_type_of_hostile_window(benchmark::State& state) {
  static const std::vector<std::string> units{
      "\n", " ", "PK\3\4", "\t", "\r\n", " \n", std::string(1, '\0'), "<", "\xff\xd8"};
  const std::string& unit = units[static_cast<std::size_t>(state.range(0))];
  std::string window;
  while (window.size() < magic_type::window) window += unit;
  window.back() = '\xff';  // no text
  const policy p{magic_type{}};
  for (auto _ : state) {
    inspection in = p.inspect({.filename = "a.unheardof"});
    in.feed(as_bytes(window));
    benchmark::DoNotOptimize(in.finish().accepted());
  }
}
BENCHMARK(magic_type_of_hostile_window)->DenseRange(0, 8)->Unit(benchmark::kMicrosecond);

}  // namespace
