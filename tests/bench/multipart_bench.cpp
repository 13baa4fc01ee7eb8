// The parser against glibc's memmem over the same bytes, in chunks, on random, honest and hostile bodies.
#include <uploadgate/http/multipart.hpp>

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

namespace uploadgate {
namespace {

constexpr std::string_view boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
constexpr std::size_t body_size = 4 * MiB;

std::string make_content(int kind) {
  std::mt19937 random{1};
  std::string out;
  const std::string separator = "\r\n--" + std::string{boundary};
  constexpr std::string_view base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (out.size() < body_size) switch (kind) {
      case 0:
        out += static_cast<char>(random() & 0xFF);
        break;
      case 1:
        for (int i = 0; i < 76; ++i) out += base64[random() % 64];
        out += "\r\n";
        break;
      case 2:
        out += "\r\n--";
        break;
      case 3:
        out += separator.substr(0, random() % separator.size());
        break;
      case 4:
        out += separator.substr(0, separator.size() - 1);
        break;
      default:
        out += "\r\n";
        break;
    }
  return out + "end";  // a last line that begins like the delimiter is refused
}

constexpr const char* kinds[] = {"random", "base64", "flood of CRLF--", "prefixes", "long prefixes", "CRLF"};

std::string make_form(int kind) {
  std::string body = "--" + std::string{boundary};
  body += "\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.bin\"\r\n\r\n" + make_content(kind);
  return body + "\r\n--" + std::string{boundary} + "--\r\n";
}

std::string content_type() { return "multipart/form-data; boundary=" + std::string{boundary}; }

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
  const std::string body = make_form(static_cast<int>(state.range(0)));
  const std::string type = content_type();
  for (auto _ : state) benchmark::DoNotOptimize(read(body, static_cast<std::size_t>(state.range(1)), type));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
  state.SetLabel(kinds[state.range(0)]);
}

void glibc_memmem(benchmark::State& state) {
  const std::string body = make_form(static_cast<int>(state.range(0)));
  const std::string needle = "\r\n--" + std::string{boundary};
  const auto chunk = static_cast<std::size_t>(state.range(1));
  for (auto _ : state)
    for (std::size_t i = 0; i < body.size(); i += chunk)
      benchmark::DoNotOptimize(
          memmem(body.data() + i, std::min(chunk, body.size() - i), needle.data(), needle.size()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
  state.SetLabel(kinds[state.range(0)]);
}

void tiny_parts(benchmark::State& state) {
  constexpr int parts = 1000;
  std::string body;
  for (int i = 0; i < parts; ++i) {
    body += "--" + std::string{boundary} + "\r\nContent-Disposition: form-data; name=\"field" +
            std::to_string(i) + "\"; filename=\"photo" + std::to_string(i) + ".png\"\r\n";
    if (state.range(0)) body += "Content-Type: image/png\r\n";
    body += "\r\n12345678\r\n";
  }
  body += "--" + std::string{boundary} + "--\r\n";
  const std::string type = content_type();
  for (auto _ : state) benchmark::DoNotOptimize(read(body, 64 * KiB, type));
  state.counters["a_part"] =
      benchmark::Counter(parts, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void arguments(benchmark::internal::Benchmark* b) {
  for (const std::int64_t chunk : {64 * 1024, 1024})
    for (std::int64_t kind = 0; kind < 6; ++kind) b->Args({kind, chunk});
}
BENCHMARK(parser)->Apply(arguments);
BENCHMARK(glibc_memmem)->Apply(arguments);
BENCHMARK(tiny_parts)->Arg(0)->Arg(1);

}  // namespace
}  // namespace uploadgate
