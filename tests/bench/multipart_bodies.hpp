// The bodies that the benchmark of forms reads, with our parser and with others.
#pragma once

#include <uploadgate/bytes.hpp>

#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace bodies {

inline constexpr std::string_view boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
inline constexpr std::size_t content_size = 4 * uploadgate::MiB;
inline constexpr const char* kinds[] = {"random",   "base64",        "flood of CRLF--",
                                        "prefixes", "long prefixes", "CRLF"};
inline constexpr int tiny_parts = 1000;

inline std::string content_type() { return "multipart/form-data; boundary=" + std::string{boundary}; }

inline std::string content(int kind) {
  std::mt19937 random{1};
  std::string out;
  const std::string separator = "\r\n--" + std::string{boundary};
  constexpr std::string_view base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (out.size() < content_size) switch (kind) {
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

// One file.
inline std::string form(int kind) {
  std::string body = "--" + std::string{boundary};
  body += "\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.bin\"\r\n\r\n" + content(kind);
  return body + "\r\n--" + std::string{boundary} + "--\r\n";
}

// Many files of eight bytes.
inline std::string tiny_form(bool with_type) {
  std::string body;
  for (int i = 0; i < tiny_parts; ++i) {
    body += "--" + std::string{boundary} + "\r\nContent-Disposition: form-data; name=\"field" +
            std::to_string(i) + "\"; filename=\"photo" + std::to_string(i) + ".png\"\r\n";
    if (with_type) body += "Content-Type: image/png\r\n";
    body += "\r\n12345678\r\n";
  }
  return body + "--" + std::string{boundary} + "--\r\n";
}

// arguments are the kind of the body and the size of the chunks.
inline void arguments(benchmark::internal::Benchmark* b) {
  for (const std::int64_t chunk : {64 * 1024, 1024})
    for (std::int64_t kind = 0; kind < 6; ++kind) b->Args({kind, chunk});
}

inline void tell_bytes(benchmark::State& state, const std::string& body) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
  state.SetLabel(kinds[state.range(0)]);
}

inline void tell_parts(benchmark::State& state) {
  state.counters["a_part"] = benchmark::Counter(
      tiny_parts, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

}  // namespace bodies
