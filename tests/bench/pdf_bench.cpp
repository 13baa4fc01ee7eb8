// PDF against inflating what it inflates, and against memory bandwidth where it inflates nothing.
#include "formats/grammars.hpp"

#include <benchmark/benchmark.h>
#include <zlib.h>

#include <random>
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

// The same link a hundred times, which packs eleven to one: the most that the tokens can cost.
std::string link(unsigned number, unsigned i) {
  return "<< /Type /Annot /Subtype /Link /Border[0 0 1]/H/I/C[0 1 0] /Rect [" +
         std::to_string(i * 7919 % 600) + ".768 " + std::to_string(i * 104729 % 800) +
         ".15 411.2 90.44] /A << /S /GoTo /D (section." + std::to_string(number * i % 9973) +
         ") >> /Parent " + std::to_string(number) + " 0 R >>\n";
}

// What documents with links, outlines and structure hold.
std::string mixed(unsigned number, unsigned i) {
  std::minstd_rand random{number * 100 + i};
  const auto below = [&](unsigned n) { return std::to_string(random() % n); };
  const auto reference = [&] { return below(9999) + " 0 R"; };
  const auto real = [&] { return below(800) + "." + below(999); };
  switch (random() % 6) {
    case 0:
      return "<< /D [ " + reference() + " /XYZ " + real() + " " + real() + " null ] >>\n";
    case 1:
      return "<< /Type /StructElem /S /P /P " + reference() + " /K [ " + below(99) + " ] /Pg " + reference() +
             " >>\n";
    case 2:
      return "<< /Title (" + below(20) + "." + below(20) + " On chapter " + below(999) + ") /A " +
             reference() + " /Parent " + reference() + " /Prev " + reference() + " /Next " + reference() +
             " >>\n";
    case 3:
      return "<< /Type /Annot /Subtype /Link /Border [0 0 0] /H /I /C [1 0 0] /Rect [" + real() + " " +
             real() + " " + real() + " " + real() + "] /A << /S /GoTo /D (cite." + below(99999) + ") >> >>\n";
    case 4:
      return "<< /Names [(Hfootnote." + below(999) + ") " + reference() + " (Item." + below(999) + ") " +
             reference() + "] /Limits [(Hfootnote." + below(999) + ") (Item." + below(999) + ")] >>\n";
    default:
      return "<< /Type /Page /Contents " + reference() + " /Resources " + reference() +
             " /MediaBox [0 0 595.276 841.89] /Parent " + reference() + " /Annots [ " + reference() + " " +
             reference() + " " + reference() + " ] >>\n";
  }
}

// A hundred objects, as pdfTeX packs them. Returns the packed text; `file` grows by the stream.
std::string object_stream(std::string& file, unsigned first, std::string (*object)(unsigned, unsigned)) {
  std::string header;
  std::string bodies;
  for (unsigned i = 0; i < 100; ++i) {
    header += std::to_string(first + i) + " " + std::to_string(bodies.size()) + " ";
    bodies += object(first, i);
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
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}

void pdf_object_streams(benchmark::State& state, std::string (*object)(unsigned, unsigned)) {
  std::string file = "%PDF-1.5\n";
  for (unsigned i = 0; i < 100; ++i) object_stream(file, 1 + i * 101, object);
  judge(state, file);
}

// zlib as anybody would call it, with nothing done with what comes out.
void baseline_inflate(benchmark::State& state, std::string (*object)(unsigned, unsigned)) {
  std::string file;
  std::string all;
  for (unsigned i = 0; i < 100; ++i) all += object_stream(file, 1 + i * 101, object);
  std::string out(32 * 1024, '\0');
  for (auto _ : state) {
    z_stream z{};
    inflateInit(&z);
    z.next_in = reinterpret_cast<Bytef*>(all.data());
    z.avail_in = static_cast<uInt>(all.size());
    while (z.avail_in > 0) {
      inflateReset(&z);
      int answer = Z_OK;
      while (answer == Z_OK) {
        z.next_out = reinterpret_cast<Bytef*>(out.data());
        z.avail_out = static_cast<uInt>(out.size());
        answer = inflate(&z, Z_NO_FLUSH);
        benchmark::DoNotOptimize(out.data());
      }
    }
    inflateEnd(&z);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
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

// Objects that are not packed, each by itself, as in PDF 1.4.
void pdf_plain_objects(benchmark::State& state) {
  std::string file = "%PDF-1.4\n";
  for (unsigned i = 1; i <= 10000; ++i) file += std::to_string(i) + " 0 obj\n" + mixed(i, 0) + "endobj\n";
  judge(state, file);
}

BENCHMARK_CAPTURE(pdf_object_streams, links, link);
BENCHMARK_CAPTURE(baseline_inflate, links, link);
BENCHMARK_CAPTURE(pdf_object_streams, mixed, mixed);
BENCHMARK_CAPTURE(baseline_inflate, mixed, mixed);
BENCHMARK(pdf_plain_objects);
BENCHMARK(pdf_images);

}  // namespace
}  // namespace uploadgate::formats
