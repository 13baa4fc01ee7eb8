// PDF against inflating what it inflates, and against memory bandwidth where it inflates nothing.
#include "formats/grammars.hpp"
#include "formats/inflate.hpp"

#include <benchmark/benchmark.h>
#include <zlib.h>

#include <string>

namespace uploadgate::formats {
namespace {

constexpr std::size_t chunk = 64 * 1024;

std::string packed(std::string_view text) {
  std::string out(compressBound(text.size()), '\0');
  uLongf n = out.size();
  compress2(reinterpret_cast<Bytef*>(out.data()), &n, reinterpret_cast<const Bytef*>(text.data()),
            text.size(), 9);
  out.resize(n);
  return out;
}

// Objects as pdfTeX packs them: a hundred in a stream. Returns the packed text; `file` grows by the stream.
std::string object_stream(std::string& file, unsigned first) {
  std::string header;
  std::string bodies;
  for (unsigned i = 0; i < 100; ++i) {
    header += std::to_string(first + i) + " " + std::to_string(bodies.size()) + " ";
    bodies += "<< /Type /Annot /Subtype /Link /Border[0 0 1]/H/I/C[0 1 0] /Rect [" +
              std::to_string(i * 7919 % 600) + ".768 " + std::to_string(i * 104729 % 800) +
              ".15 411.2 90.44] /A << /S /GoTo /D (section." + std::to_string(first * i % 9973) +
              ") >> /Parent " + std::to_string(first) + " 0 R >>\n";
  }
  std::string data = packed(header + bodies);
  file += std::to_string(first) + " 0 obj\n<< /Type /ObjStm /N 100 /First " + std::to_string(header.size()) +
          " /Filter /FlateDecode /Length " + std::to_string(data.size()) + " >>\nstream\n" + data +
          "\nendstream\nendobj\n";
  return data;
}

void judge(benchmark::State& state, std::string_view file) {
  const structure_limits limits;
  for (auto _ : state) {
    parse p{pdf_grammar, limits};
    for (std::size_t i = 0; i < file.size(); i += chunk) {
      if (const result r = p.feed(as_bytes(file.substr(i, chunk))); !r.ok()) {
        state.SkipWithError(r.why().detail.c_str());
        return;
      }
    }
    benchmark::DoNotOptimize(p.claimed());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * file.size()));
}

void pdf_object_streams(benchmark::State& state) {
  std::string file = "%PDF-1.5\n";
  for (unsigned i = 0; i < 100; ++i) object_stream(file, 1 + i * 101);
  judge(state, file);
}

void baseline_inflate(benchmark::State& state) {
  std::string file;
  std::string all;
  for (unsigned i = 0; i < 100; ++i) {
    const std::string data = object_stream(file, 1 + i * 101);
    inflater unpacker{inflater::wrapping::zlib};
    all += data;
  }
  for (auto _ : state) {
    bytes_view in = as_bytes(all);
    inflater unpacker{inflater::wrapping::zlib};
    while (!in.empty()) {
      unpacker.reset();
      while (!unpacker.unpack(in).empty()) {
      }
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * file.size()));
}

void pdf_images(benchmark::State& state) {
  std::string file = "%PDF-1.5\n";
  const std::string image(1 << 20, 'i');
  for (unsigned i = 1; i <= 16; ++i) {
    file += std::to_string(i) + " 0 obj\n<< /Subtype /Image /Filter /DCTDecode /Length 1048576 >>\nstream\n" +
            image + "\nendstream\nendobj\n";
  }
  judge(state, file);
}

BENCHMARK(pdf_object_streams);
BENCHMARK(baseline_inflate);
BENCHMARK(pdf_images);

}  // namespace
}  // namespace uploadgate::formats
