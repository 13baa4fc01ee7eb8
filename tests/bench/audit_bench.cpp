// What the audit adds to one decision: the target is 2 us.
#include <uploadgate/audit.hpp>
#include <uploadgate/uploadgate.hpp>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace {

using namespace uploadgate;

// An upload as most are: an image of some kilobytes, with all its facts.
struct sample {
  verdict judged;
  facts learnt;

  explicit sample(bool refused) {
    inspection in = policy{max_size{refused ? 2U : 4U}}.inspect({});
    in.feed(as_bytes("abc"));
    judged = in.finish();
    learnt = in.facts();
    learnt.media_type = "image/jpeg";
    learnt.extension = "jpg";
    learnt.safe_name = "holiday photo 2026.jpg";
    learnt.sha256 = std::string(64, 'a');
    learnt.size = 1'234'567;
    learnt.width = 4000;
    learnt.height = 3000;
    learnt.frames = 1;
    learnt.examined = examined::whole;
  }

  [[nodiscard]] decision at(std::int64_t microseconds) const {
    using namespace std::chrono;
    return {.verdict = judged,
            .facts = learnt,
            .time = system_clock::time_point{microseconds_of(microseconds)},
            .duration = 1500us,
            .request_id = "0193f4c2-7a51-7c3e-9d0b-5f1e2a3b4c5d",
            .client = "192.0.2.17",
            .policy = {.name = "avatars", .version = 12, .sha256 = learnt.sha256},
            .filename = "holiday photo 2026.jpg",
            .content_type = "image/jpeg",
            .field = "avatar"};
  }
  using clock_microseconds = std::chrono::microseconds;
  static clock_microseconds microseconds_of(std::int64_t n) { return clock_microseconds{n}; }
};

void record_all(benchmark::State& state, const audit& log) {
  const sample s{state.range(0) == 1};
  std::int64_t now = 1'795'346'523'000'000;
  for (auto _ : state) {
    benchmark::DoNotOptimize(log.record(s.at(now)));
    now += 1000;  // a thousand uploads a second
  }
}

// The counters alone.
void audit_counts(benchmark::State& state) { record_all(state, audit{}); }
BENCHMARK(audit_counts)->ArgName("rejected")->Arg(0)->Arg(1);

// Counters and the line, without the system call that writes it.
void audit_makes_a_line(benchmark::State& state) {
  record_all(state, audit{{callback_sink([](const decision&, std::string_view line) {
               benchmark::DoNotOptimize(line.data());
             })}});
}
BENCHMARK(audit_makes_a_line)->ArgName("rejected")->Arg(0)->Arg(1);

std::string new_file() {
  std::string path = "/tmp/audit-bench-XXXXXX";
  ::close(::mkstemp(path.data()));
  return path;
}

// All of it: counters, line, and an append to a file.
void audit_writes_a_file(benchmark::State& state) {
  const std::string path = new_file();
  record_all(state, audit{{file_sink(path)}});
  ::unlink(path.c_str());
}
BENCHMARK(audit_writes_a_file)->ArgName("rejected")->Arg(0)->Arg(1);

// Baseline of the one above: the bare system call with a line of the same length.
void bare_append(benchmark::State& state) {
  const std::string path = new_file();
  const std::string line = to_json(sample{state.range(0) == 1}.at(0)) + "\n";
  const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  for (auto _ : state) benchmark::DoNotOptimize(::write(fd, line.data(), line.size()));
  ::close(fd);
  ::unlink(path.c_str());
}
BENCHMARK(bare_append)->ArgName("rejected")->Arg(0)->Arg(1);

}  // namespace
