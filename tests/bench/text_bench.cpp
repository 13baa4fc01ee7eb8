// Text, XML and drawings, in chunks of 64 KiB as a server reads them. Baselines: copying the same bytes for
// text; expat with namespaces and handlers that do nothing for XML and SVG.
#include "formats/grammars.hpp"
#include "formats/utf8.hpp"

#include <benchmark/benchmark.h>
#include <expat.h>

#include <cstring>
#include <string>
#include <vector>

namespace uploadgate::formats {
namespace {

constexpr std::size_t chunk = 64 * 1024;
constexpr std::size_t size = 8 * 1024 * 1024;

std::string repeat(std::string_view head, std::string_view body, std::string_view tail) {
  std::string s{head};
  while (s.size() < size) s += body;
  return s += tail;
}

const std::string ascii = repeat("", "The quick brown fox jumps over the lazy dog, 0123456789 times.\n", "");
const std::string words =
    repeat("",
           "Gr\xC3\xBC\xC3\x9F \xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82 \xE4\xB8\x96\xE7\x95\x8C "
           "\xE2\x80\x9Cquoted\xE2\x80\x9D \xF0\x9F\x98\x80 and plain words\n",
           "");
const std::string table = repeat("id,name,note\r\n", "1234,\"Doe, Jane\",-12.5,some words in a cell\r\n", "");
const std::string records = repeat("<?xml version=\"1.0\"?><list>",
                                   "<item id=\"17\" kind=\"a\"><name>Some name</name><note>A few words of "
                                   "text, as in most files.</note></item>\n",
                                   "</list>");
const std::string drawing =
    repeat("<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">",
           "<g id=\"g17\" transform=\"translate(10,20)\"><path style=\"fill:url(#lg1);stroke:none\" d=\"M "
           "12.5,30.25 C "
           "13.1,31.7 14.9,33.33 16.02,35.1 L 20.4,40.9 20.5,41.25 19.75,44.5 Z\" id=\"path42\"/><use "
           "xlink:href=\"#path42\" x=\"3\" y=\"4\"/></g>\n",
           "</svg>");

template <class Feed>
void in_chunks(const std::string& input, Feed feed) {
  for (std::size_t i = 0; i < input.size(); i += chunk) feed(std::string_view{input}.substr(i, chunk));
}

void copying(benchmark::State& state) {
  std::vector<char> out(chunk);
  for (auto _ : state) {
    in_chunks(words, [&](std::string_view t) {
      std::memcpy(out.data(), t.data(), t.size());
      benchmark::DoNotOptimize(out.data());
      benchmark::ClobberMemory();
    });
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(words.size()));
}
BENCHMARK(copying);

void validating(benchmark::State& state) {
  for (auto _ : state) {
    utf8_validator v;
    in_chunks(words, [&](std::string_view t) { benchmark::DoNotOptimize(v.feed(as_bytes(t))); });
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(words.size()));
}
BENCHMARK(validating);

void read(benchmark::State& state, grammar_function grammar, const std::string& input) {
  const structure_limits limits;
  for (auto _ : state) {
    parse p{grammar, limits};
    bool ok = true;
    in_chunks(input, [&](std::string_view t) { ok = ok && p.feed(as_bytes(t)).ok(); });
    if (!ok || !p.finish().ok()) state.SkipWithError("refused");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.size()));
}
BENCHMARK_CAPTURE(read, text_ascii, text, ascii);
BENCHMARK_CAPTURE(read, text_words, text, words);
BENCHMARK_CAPTURE(read, csv, csv, table);
BENCHMARK_CAPTURE(read, markdown, markdown, ascii);
BENCHMARK_CAPTURE(read, xml, xml, records);
BENCHMARK_CAPTURE(read, svg, svg, drawing);

void expat(benchmark::State& state, const std::string& input) {
  for (auto _ : state) {
    XML_Parser p = XML_ParserCreateNS(nullptr, '\n');
    XML_SetElementHandler(
        p, [](void*, const char*, const char**) {}, [](void*, const char*) {});
    in_chunks(input, [&](std::string_view t) {
      if (!XML_Parse(p, t.data(), static_cast<int>(t.size()), 0)) state.SkipWithError("refused");
    });
    XML_ParserFree(p);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.size()));
}
BENCHMARK_CAPTURE(expat, xml, records);
BENCHMARK_CAPTURE(expat, svg, drawing);

}  // namespace
}  // namespace uploadgate::formats
