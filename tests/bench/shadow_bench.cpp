// What a candidate beside the enforced policy costs: the target is 15% over one policy. Each file is judged
// by the enforced policy alone (the baseline), and then with candidates that differ from it in one thing
// each.
#include <uploadgate/policy_file.hpp>

#include "support/files.hpp"
#include "support/image_bytes.hpp"
#include "support/pdf_bytes.hpp"
#include "support/zip_builder.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace {

using namespace uploadgate;

struct trial {
  const char* what;
  policy rules;
};

const std::vector<trial>& trials() {
  static const std::vector<trial> all = [] {
    const policy now = make_policy(parse_policy(R"({"name": "now", "version": 1})"));
    std::vector<trial> t{{"alone", now}, {"the same", now.with_candidate(now)}};
    for (const char* json :
         {R"({"max_size": "20 MiB"})", R"({"extensions": ["png", "jpg", "zip", "txt", "pdf", "docx"]})",
          R"({"content": {"magic": false}})", R"({"image": {"max_pixels": 1000000}})",
          R"({"archive": {"max_entries": 100}})", R"({"archive": {"max_ratio": 1000}})",
          R"({"document": {"macros": "allow"}})", R"({"document": {"javascript": "allow"}})",
          R"({"document": {"max_depth": 100}})"})  // the last reads twice where documents nest
      t.push_back({json, now.with_candidate(make_policy(parse_policy(json)))});
    return t;
  }();
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
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(content.size()));
}

const std::string& text() {
  static const std::string all = [] {
    std::string t;
    while (t.size() < MiB) t += "The quick brown fox jumps over the lazy dog.\n";
    return t;
  }();
  return all;
}

std::string long_photo() {
  const std::string small = test::small_jpeg();
  return small.substr(0, small.size() - 2) + std::string(MiB, 'x') + test::jpeg_eoi;
}

std::string links(unsigned of) {
  std::string all = "[";
  for (unsigned i = 0; i < 100; ++i) {
    all += "<< /Type /Annot /Subtype /Link /Rect [" + std::to_string(i * 7919 % 600) +
           ".768 10 411.2 90.44] /A << /S /GoTo /D (s." + std::to_string(of * i % 9973) + ") >> >>\n";
  }
  return all + "]";
}

std::string long_pdf() {
  test::pdf_file f = test::small_pdf();
  for (unsigned i = 4; f.bytes.size() < MiB; ++i) {
    f.object(i, links(i));
    f.stream(++i, "", std::string(3000, 'x'));
  }
  return f.finished();
}

std::string long_docx() {
  std::string body;
  while (body.size() < MiB) body += "<w:p><w:r><w:t>The quick brown fox</w:t></w:r></w:p>";
  return test::zipped(
      {{"[Content_Types].xml",
        "<?xml version=\"1.0\"?><Types "
        "xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
        "<Default Extension=\"xml\" ContentType=\"application/xml\"/><Override "
        "PartName=\"/word/document.xml\" "
        "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>"
        "</Types>"},
       {"_rels/.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship "
        "Id=\"r\" "
        "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" "
        "Target=\"word/document.xml\"/></Relationships>"},
       {"word/document.xml",
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>" +
            body + "</w:body></w:document>"}});
}

void of(const char* name, std::string filename, std::string content) {
  benchmark::RegisterBenchmark(name, [filename = std::move(filename),
                                      content = std::move(content)](benchmark::State& state) {
    judge(state, filename, content);
  })->DenseRange(0, static_cast<int>(trials().size()) - 1);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  of("photo_2KiB", "photo.jpg", test::sample("honest/photo.jpg"));
  of("photo_1MiB", "photo.jpg", long_photo());
  of("text_1MiB", "a.txt", text());
  of("archive_of_1MiB", "a.zip", test::zipped({{"a.txt", text()}}));
  of("pdf_1MiB", "a.pdf", long_pdf());
  of("docx_of_1MiB", "a.docx", long_docx());
  of("docx_1KiB", "letter.docx", test::sample("honest/letter.docx"));
  of("pdf_1KiB", "report.pdf", test::sample("honest/report.pdf"));
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
