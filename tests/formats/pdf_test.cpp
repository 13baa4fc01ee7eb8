#include "formats/pdf.hpp"

#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"
#include "support/pdf_bytes.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using namespace test;

std::string linearised() {
  pdf_file f;
  f.object(1, "<< /Linearized 1 /L 900 /O 2 /E 300 /N 1 /T 500 >>");
  f.object(4, "<< /Type /Catalog /Pages 2 0 R >>");
  const auto first = f.entries;
  const std::size_t rest = f.bytes.size();
  // The first part's table lists objects that come behind it; it is written with the offsets known.
  std::string tail = "000";
  pdf_file g;
  for (int pass = 0; pass < 2; ++pass) {
    g = f;
    g.bytes.resize(rest);
    g.entries.clear();
    const std::size_t section = g.bytes.size();
    g.raw("xref\n1 1\n" + pdf_file::row(first[0].offset, 0, 'n') + "4 1\n" +
          pdf_file::row(first[1].offset, 0, 'n'));
    g.raw("trailer\n<< /Size 5 /Root 4 0 R /Prev " + tail + " >>\nstartxref\n0\n%%EOF\n");
    g.object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    g.object(3, "<< /Type /Page /Parent 2 0 R >>");
    const std::size_t main = g.bytes.size();
    g.table("");
    g.raw("startxref\n" + std::to_string(section) + "\n%%EOF\n");
    tail = std::to_string(main);
  }
  return g.bytes;
}

std::string updated() {
  pdf_file f = small_pdf();
  f.table().end();
  const std::string previous = std::to_string(f.section);
  f.object(3, "<< /Type /Page /Parent 2 0 R /Rotate 90 >>");
  f.table("/Root 1 0 R /Prev " + previous).end();
  return f.bytes;
}

std::string hybrid() {  // as Word writes it
  pdf_file f = small_pdf();
  f.packed(6, {{7, "<< /Type /StructTreeRoot >>"}});
  const auto all = f.entries;
  const std::size_t objects = f.bytes.size();
  f.table_stream(8);
  f.entries = all;
  f.entries.pop_back();
  f.table().end();
  const std::string table = std::to_string(f.section);
  f.section = f.bytes.size();
  f.raw("xref\n0 0\ntrailer\n<< /Size 20 /Root 1 0 R /Prev " + table + " /XRefStm " +
        std::to_string(objects) + " >>\n");
  return f.end().bytes;
}

// As Adobe's PDF Library writes it: the first table lists a cross-reference stream that stands behind it.
std::string linearised_hybrid() {
  pdf_file g;
  std::string main = "000";
  std::string stream = "000";
  for (int pass = 0; pass < 2; ++pass) {
    const std::size_t stream_at = std::stoul(stream);
    pdf_file f;
    f.object(1, "<< /Linearized 1 /L 900 /O 3 /E 300 /N 1 /T 500 >>");
    f.object(4, "<< /Type /Catalog /Pages 2 0 R /StructTreeRoot 7 0 R >>");
    const std::size_t section = f.bytes.size();
    f.entries.push_back({8, stream_at});
    f.table("/Root 4 0 R /Prev " + main + " /XRefStm " + stream);
    f.raw("startxref\n0\n%%EOF\n");
    stream = std::to_string(f.bytes.size());
    stream.insert(0, 3 - stream.size(), '0');
    f.stream(8, "/Type /XRef /Size 20 /W [1 1 1] /Index [7 1]", std::string("\2\6\0", 3));
    f.entries.clear();
    f.object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    f.object(3, "<< /Type /Page /Parent 2 0 R >>");
    f.packed(6, {{7, "<< /Type /StructTreeRoot >>"}});
    main = std::to_string(f.bytes.size());
    f.table("");
    f.raw("startxref\n" + std::to_string(section) + "\n%%EOF\n");
    g = f;
  }
  return g.bytes;
}

std::string update_in_the_line_of_the_end() {  // Word's file, changed by Acrobat
  pdf_file f = small_pdf();
  f.table().end();
  const std::string previous = std::to_string(f.section);
  f.bytes.pop_back();
  return f.object(3, "<< /Type /Page /Parent 2 0 R >>").table("/Root 1 0 R /Prev " + previous).end().bytes;
}

std::string off_by_one() {  // as Microsoft Print to PDF writes it
  pdf_file f = small_pdf();
  for (auto& e : f.entries) --e.offset;
  return f.finished();
}

std::string unused_numbers() {  // as cairo writes them
  pdf_file f = small_pdf();
  const auto at = f.entries[2].offset;
  f.entries.insert(f.entries.begin() + 2, {{10, at}, {11, at}});
  return f.finished();
}

std::string with_stream(std::string_view length, std::string_view behind, std::string_view object5 = {}) {
  pdf_file f = small_pdf();
  f.object(
      4, "<< /Length " + std::string{length} + " >>stream\r\nsome data" + std::string{behind} + "endstream");
  if (!object5.empty()) f.object(5, object5);
  return f.finished();
}

TEST_CASE("PDFs of every kind pass, at every split", "[pdf]") {
  struct {
    std::string_view name;
    std::string input;
    std::uint64_t pages = 1;
  } const cases[] = {
      {"smallest", small_pdf().finished()},
      {"a byte order mark", "\xEF\xBB\xBF" +
                                [] {
                                  pdf_file f = small_pdf();
                                  for (auto& e : f.entries) e.offset += 3;
                                  f.table();
                                  f.section += 3;
                                  return f.end().bytes;
                                }()},
      {"a byte order mark, and offsets from the header", "\xEF\xBB\xBF" + small_pdf().finished()},
      {"white space, and offsets from the header, with a cross-reference stream",
       "\n" + small_pdf().table_stream(9).end().bytes},
      {"an incremental update, with offsets from the header", " \n" + updated()},
      {"incremental update", updated()},
      {"linearised", linearised()},
      {"hybrid", hybrid()},
      {"linearised and hybrid", linearised_hybrid()},
      {"an update in the line of the end mark", update_in_the_line_of_the_end()},
      {"offsets one byte early", off_by_one()},
      {"unused numbers", unused_numbers()},
      {"cross-reference stream", small_pdf().table_stream(9).end().bytes},
      {"object stream", small_pdf()
                            .packed(4, {{5, "<< /A (x) >>"}, {6, "12"}, {7, "[1 2 R]"}, {8, "(s)"}})
                            .table_stream(9)
                            .end()
                            .bytes},
      {"object streams with objects that no header names",
       small_pdf()
           .stream(4, "/Type /ObjStm /N 2 /First 9", "5 0 6 16 << /A 1 >> null [1 2 0 R 3] (x) 7")
           .stream(5, "/Type /ObjStm /N 1 /First 4", "6 4 null 7")
           .finished()},
      {"a flushed object stream",
       small_pdf()
           .stream(4, "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", flushed("5 0 [1] "))
           .finished()},
      {"length of a stream", with_stream("9", "\n")},
      {"length that counts the end of line", with_stream("11", "\r\n")},
      {"length behind the stream", with_stream("5 0 R", "\n", "9")},
      {"length behind the stream, counted", with_stream("5 0 R", "\r\n", "11")},
      {"length before the stream",
       [] {
         pdf_file f = small_pdf();
         f.object(5, "24");
         f.object(4, "<< /Length 5 0 R >>stream\nendstream endstream data\nendstream");
         return f.finished();
       }()},
      {"script in page text is text",
       small_pdf().stream(4, "", "BT (/S /JavaScript /JS) Tj ET % /Launch").finished()},
      {"script in a string is text", small_pdf("/Lang (<< /S /JavaScript /JS \\(x\\) >>)").finished()},
      {"script in a comment is none", small_pdf().raw("% /S /JavaScript\n").finished()},
      {"a font named JS", small_pdf("", "/Resources << /Font << /JS 7 0 R /AA 8 0 R >> >>").finished()},
      {"resources of their own named AA", small_pdf().object(7, "<< /AA 8 0 R /AB 9 0 R >>").finished()},
      {"NULs and line ends behind the end", small_pdf().finished() + std::string("\r\n\0\0\0", 5)},
      {"no line end behind the end",
       [] {
         std::string s = small_pdf().finished();
         s.pop_back();
         return s;
       }()},
      {"comments within references",
       small_pdf().object(4, "<< /A 1 % a\n 0 R /K [1 % b\n0 % c\nR 2 0 R 3% d\n 0 R] >>").finished()},
      {"signs before numbers",
       small_pdf().object(4, "[+1 -2 +.5 << /A +3 /B -4 /C +.5 /D -.5 >>]").finished()},
      {"objects without white space", small_pdf().raw("").object(4, "[(a\\)(b))<41 4>/N#41me/]").finished()},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = read_every_split(pdf_grammar, c.input, {}, "pdf");
    CAPTURE(o.detail, o.offset.value_or(0));
    CHECK(o.reason == "");
    CHECK(o.found.examined == examined::whole);
    CHECK(o.found.media_type == "application/pdf");
    CHECK(o.found.extension == "pdf");
    CHECK(o.found.frames == c.pages);
  }
}

TEST_CASE("no prefix of a PDF passes, but where an update began", "[pdf]") {
  // A prefix without the last line end is a whole file.
  for (const std::string& s :
       {small_pdf().packed(4, {{5, "<< >>"}}).finished(), with_stream("5 0 R", "\n", "9")}) {
    read_every_truncation(pdf_grammar, std::string_view{s}.substr(0, s.size() - 1), {}, "pdf");
  }
}

TEST_CASE("facts of a PDF: pages and what was unpacked", "[pdf]") {
  pdf_file f;
  f.object(1, "<< /Type /Catalog /Pages 2 0 R >>");
  f.packed(4, {{2, "<< /Type /Pages /Count 7 /Kids [] >>"}, {3, "<< /Type /Page /Parent 2 0 R >>"}});
  const outcome o = read(pdf_grammar, f.finished(), {}, "pdf");
  CHECK(o.ok());
  CHECK(o.found.frames == 7);
  CHECK(o.found.unpacked_size == 9 + 37 + 32);
}

TEST_CASE("the signature of PDF", "[pdf]") {
  CHECK(pdf_signature(as_bytes("%PDF-1.4")) == match::yes);
  CHECK(pdf_signature(as_bytes("\r\n%PDF-")) == match::yes);
  CHECK(pdf_signature(as_bytes("%PD")) == match::more);
  CHECK(pdf_signature(as_bytes("GIF89a")) == match::no);
  bool undecided = false;
  const format* row = find_signature(as_bytes("%PDF-2.0\n"), undecided);
  REQUIRE(row);
  CHECK(row->name == "pdf");
  CHECK(find_extension("pdf") == row);
  CHECK(find_media_type("application/x-pdf") == row);
}

structure_limits depth_of(std::uint64_t n) {
  structure_limits limits;
  limits.document.max_depth = n;
  return limits;
}

TEST_CASE("limits of PDF at N-1, N and N+1", "[pdf]") {
  const auto nested = [](std::size_t n) {
    return small_pdf().object(4, std::string(n, '[') + std::string(n, ']')).finished();
  };
  CHECK(read(pdf_grammar, nested(9), depth_of(10)).ok());
  CHECK(read(pdf_grammar, nested(10), depth_of(10)).ok());
  CHECK(read(pdf_grammar, nested(11), depth_of(10)).reason == "nested_too_deep");
  // What is kept of a file is bounded, whatever the policy says.
  CHECK(read(pdf_grammar, nested(256), depth_of(100'000)).ok());
  // An array of numbers is stepped over at once, and counts as one level too.
  const std::string array = small_pdf().object(4, "<< /A [1 2] >>").finished();
  CHECK(read(pdf_grammar, array, depth_of(2)).ok());
  CHECK(read(pdf_grammar, array, depth_of(1)).reason == "nested_too_deep");
  CHECK(read(pdf_grammar, nested(257), depth_of(100'000)).reason == "nested_too_deep");

  const std::string many = small_pdf().packed(4, {{5, std::string(1000, '9')}}).finished();  // 1,005 bytes
  structure_limits limits;
  for (const auto& [most, passes] : {std::pair{1004U, false}, {1005U, true}, {1006U, true}}) {
    limits.archive.max_unpacked = most;
    CAPTURE(most);
    const outcome o = read_every_split(pdf_grammar, many, limits, "pdf");
    CHECK(o.reason == (passes ? "" : "unpacked_too_large"));
  }
  limits = {};
  limits.archive.ratio_floor = 1004;
  limits.archive.max_ratio = 2;
  CHECK(read_every_split(pdf_grammar, many, limits, "pdf").reason == "ratio_exceeded");
  limits.archive.ratio_floor = 1005;
  CHECK(read_every_split(pdf_grammar, many, limits, "pdf").reason == "");

  const auto comment = [](std::size_t n) {
    return small_pdf().raw("%" + std::string(n - 1, 'c') + "\n").finished();
  };
  CHECK(read(pdf_grammar, comment(255)).ok());
  CHECK(read(pdf_grammar, comment(256)).ok());
  CHECK(read(pdf_grammar, comment(257)).reason == "unclaimed_data");
}

}  // namespace
}  // namespace uploadgate::formats
