// What a candidate beside the enforced policy costs: the target is 15% over one policy. Each row is judged
// by the enforced policy alone (the baseline), and then with a candidate.
#include <uploadgate/policy_file.hpp>

#include "support/files.hpp"
#include "support/image_bytes.hpp"
#include "support/zip_builder.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <string>

namespace {

using namespace uploadgate;

policy_document enforced_document() { return parse_policy(R"({"name": "now", "version": 1})"); }

policy candidate_of(std::string_view json) { return make_policy(parse_policy(json)); }

struct trial {
  const char* what;
  policy rules;
};

const std::array<trial, 5>& trials() {
  static const policy now = make_policy(enforced_document());
  static const std::array<trial, 5> all{
      trial{"alone", now},
      trial{"another allowlist and size",
            now.with_candidate(
                candidate_of(R"({"extensions": ["png", "jpg", "zip", "txt"], "max_size": "20 MiB"})"))},
      trial{"without magic", now.with_candidate(candidate_of(R"({"content": {"magic": false}})"))},
      trial{"other limits of structure",
            now.with_candidate(
                candidate_of(R"({"image": {"max_pixels": 1000000}, "archive": {"max_entries": 10}})"))},
      trial{"the same", now.with_candidate(now)},
  };
  return all;
}

void judge(benchmark::State& state, const std::string& filename, const std::string& content) {
  const trial& t = trials()[static_cast<std::size_t>(state.range(0))];
  constexpr std::size_t piece = 64 * KiB;
  for (auto _ : state) {
    inspection in = t.rules.inspect({.filename = filename, .size = content.size()});
    for (std::size_t at = 0; at < content.size(); at += piece)
      in.feed(as_bytes(std::string_view{content}.substr(at, piece)));
    if (!in.finish().accepted()) state.SkipWithError("the sample is refused");
  }
  state.SetLabel(t.what);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * content.size()));
}

const std::string& text() {
  static const std::string all = [] {
    std::string t;
    while (t.size() < MiB) t += "The quick brown fox jumps over the lazy dog.\n";
    return t;
  }();
  return all;
}

void small_photo(benchmark::State& state) {
  static const std::string content = test::sample("honest/photo.jpg");
  judge(state, "photo.jpg", content);
}
BENCHMARK(small_photo)->DenseRange(0, 4);

void photo_1MiB(benchmark::State& state) {
  static const std::string content = [] {
    const std::string small = test::small_jpeg();
    return small.substr(0, small.size() - 2) + std::string(MiB, 'x') + test::jpeg_eoi;
  }();
  judge(state, "photo.jpg", content);
}
BENCHMARK(photo_1MiB)->DenseRange(0, 4)->Unit(benchmark::kMicrosecond);

void text_1MiB(benchmark::State& state) { judge(state, "a.txt", text()); }
BENCHMARK(text_1MiB)->DenseRange(0, 4)->Unit(benchmark::kMicrosecond);

void archive_of_1MiB(benchmark::State& state) {
  static const std::string content = test::zipped({{"a.txt", text()}});
  judge(state, "a.zip", content);
}
BENCHMARK(archive_of_1MiB)->DenseRange(0, 4)->Unit(benchmark::kMicrosecond);

}  // namespace
