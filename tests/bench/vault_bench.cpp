// Storing beside its baselines, on the disk of the current folder: 4 KiB files against a bare loop of write,
// fsync, rename and folder fsync (target: at least 80%), and 1 GiB judged against unjudged (within 10%).
#include <uploadgate/storage/vault.hpp>
#include <uploadgate/uploadgate.hpp>

#include <benchmark/benchmark.h>
#include <boost/filesystem/operations.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <string>

namespace {

using namespace uploadgate;

struct bench_folder {
  std::string path = "vault_bench.tmp";
  bench_folder() { boost::filesystem::create_directory(path); }
  ~bench_folder() { boost::filesystem::remove_all(path); }
};

std::string small_file(std::uint64_t number) {
  std::string text(4 * KiB, 'x');
  std::memcpy(text.data(), &number, sizeof number);
  return text;
}

struct any {
  static constexpr std::string_view name = "any";
  result feed(bytes_view) { return {}; }
};

void publish_4KiB_durable(benchmark::State& state) {
  const bench_folder folder;
  const vault v{folder.path, {.min_free = 0}};
  const policy p{any{}};
  std::uint64_t n = 0;
  for (auto _ : state) {
    std::error_code ec;
    slot s = v.receive(p.inspect({}), "", ec);
    if (!ec) ec = s.write(as_bytes(small_file(n++)));
    s.finish();
    s.publish(ec);
    if (ec) state.SkipWithError(ec.message().c_str());
  }
}
BENCHMARK(publish_4KiB_durable)
    ->Iterations(200)
    ->Repetitions(3)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

void bare_write_fsync_rename_fsync(benchmark::State& state) {
  const bench_folder folder;
  const int root = ::open(folder.path.c_str(), O_RDONLY | O_DIRECTORY);
  std::uint64_t n = 0;
  for (auto _ : state) {
    const std::string name = std::to_string(n);
    const std::string text = small_file(n++);
    const int fd = ::openat(root, "tmp", O_CREAT | O_EXCL | O_WRONLY, 0600);
    const bool good = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                      ::fsync(fd) == 0 && ::renameat(root, "tmp", root, name.c_str()) == 0 &&
                      ::fsync(root) == 0;
    ::close(fd);
    if (!good) state.SkipWithError("a call failed");
  }
  ::close(root);
}
BENCHMARK(bare_write_fsync_rename_fsync)
    ->Iterations(200)
    ->Repetitions(3)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

// A text of 1 GiB that every rule reads.
void stream(benchmark::State& state, const policy& p) {
  const bench_folder folder;
  const vault v{folder.path, {.durability = durability::fast, .min_free = 0}};
  std::string chunk;
  while (chunk.size() < 64 * KiB) chunk += "The quick brown fox jumps over the lazy dog, again and again.\n";
  chunk.resize(64 * KiB);
  for (auto _ : state) {
    std::error_code ec;
    slot s = v.receive(p.inspect({.filename = "a.txt"}), "", ec);
    for (std::uint64_t sent = 0; !ec && sent < GiB; sent += chunk.size()) ec = s.write(as_bytes(chunk));
    if (!s.finish().accepted()) state.SkipWithError("not accepted");
    benchmark::DoNotOptimize(s.facts().sha256);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(GiB));
}

void stream_1GiB_judged(benchmark::State& state) {
  stream(state, policy{path_guard{}, extension{"txt"}, max_size{2 * GiB}, magic_type{}, structure{}});
}
BENCHMARK(stream_1GiB_judged)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

void stream_1GiB_unjudged(benchmark::State& state) { stream(state, policy{any{}}); }
BENCHMARK(stream_1GiB_unjudged)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
