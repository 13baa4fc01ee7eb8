// Files that hide something between, before or behind the parts of a PDF, or tell two readers two things.
#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"
#include "support/pdf_bytes.hpp"

#include <cstdio>
#include <string>

namespace uploadgate::formats {
namespace {

using namespace test;

// Where `part` stands in the input; the offsets of the table are named by what stands there.
std::size_t place(const std::string& input, std::string_view part) {
  const std::size_t at = part == "<end>" ? input.size() : input.rfind(part);
  REQUIRE(at != std::string::npos);
  return at;
}
std::string raw(std::string_view text) { return small_pdf().raw(text).finished(); }
std::string behind(std::string_view text) { return small_pdf().finished() + std::string{text}; }
std::string object(std::string_view body) { return small_pdf().object(4, body).finished(); }
std::string table(std::string_view text) {
  pdf_file f = small_pdf();
  f.section = f.bytes.size();
  return f.raw(text).end().bytes;
}
std::string moved(long by) {  // an entry that leads elsewhere
  pdf_file f = small_pdf();
  f.entries[2].offset += static_cast<std::size_t>(by);
  return f.finished();
}
std::string hidden_object() {  // an object within a stream, to which the table leads
  pdf_file f = small_pdf();
  f.stream(4, "", "5 0 obj << /S /Sound >> endobj");
  f.entries.push_back({5, f.bytes.find("5 0 obj")});
  return f.finished();
}
std::string packed(std::string_view text, std::string_view keys) {
  return small_pdf().stream(4, "/Type /ObjStm " + std::string{keys}, text).finished();
}
const std::string zip_end = "PK\5\6" + std::string(18, '\0');
std::string own_predecessor() { return "/Root 1 0 R /Prev " + std::to_string(small_pdf().bytes.size()); }
const std::string flate = "/Filter /FlateDecode";
std::string cut_stream(std::string data) {
  data.resize(data.size() - 5);
  return packed(data, "/N 1 /First 4 /Filter /FlateDecode");
}

TEST_CASE("hostile PDFs are refused for what they do, at every split", "[pdf]") {
  struct {
    std::string_view name;
    std::string input;
    std::string_view reason;
    std::string at;
  } const cases[] = {
      {"a page before the header", "<html>" + small_pdf().finished(), "bad_signature", "<html>"},
      {"an archive before the header", "PK\3\4" + small_pdf().finished(), "bad_signature", "PK"},
      {"too much white space before the header", std::string(17, '\n') + small_pdf().finished(),
       "bad_signature", ""},
      {"a version that is none", "%PDF-1.x\n", "bad_signature", ""},
      {"a page behind the end", behind("<script>"), "trailing_data", "<script>"},
      {"an archive behind the end", behind("PK\3\4data"), "trailing_data", "PK\3"},
      {"a comment behind the end", behind("% <b>\n"), "trailing_data", "% <b>"},
      {"a number behind the end", behind("12 junk"), "trailing_data", "12 junk"},
      {"an end mark with more in its line",
       [] {
         std::string s = small_pdf().finished();
         s.pop_back();
         return s + "junk";
       }(),
       "missing_part", "<end>"},
      {"a second header behind the end", behind("%PDF-1.4\n"), "trailing_data", "%PDF-1.4"},
      {"bytes between objects", raw("PK\3\4\n"), "unclaimed_data", "PK"},
      {"markup between objects", raw("<!--\n"), "unclaimed_data", "<!--"},
      {"numbers between objects", raw("1 2 3\n"), "unclaimed_data", "1 2 3"},
      {"a string between objects", raw("(text)\n"), "unclaimed_data", "(text)"},
      {"a comment of control bytes", raw("%PK\3\4\n"), "unclaimed_data", "%PK"},
      {"a comment with PHP", raw("% <?php system(1); ?>\n"), "payload_text", "<?php"},
      {"a long comment", raw("%" + std::string(256, 'x') + "\n"), "unclaimed_data", "%xxx"},
      {"markup behind the version", "%PDF-1.4<html>\n", "unclaimed_data", "<html>"},
      {"no objects", "%PDF-1.4\n", "truncated", "<end>"},
      {"no end mark", "%PDF-1.4\n1 0 obj null endobj startxref 5\n", "missing_part", "<end>"},
      {"no root", small_pdf().table("").end().bytes, "missing_part", "<end>"},
      {"a value that is no value", object("evil"), "bad_structure", "evil"},
      {"a sum that is no value", object("<< /A 1+2 >>"), "bad_structure", "1+2"},
      {"a sum in an array", object("[0 1+2]"), "bad_structure", "1+2"},
      {"half a reference", object("<< /A [1.5 0 R] >>"), "bad_structure", "R] >>"},
      {"two values in an object", object("1 (a)"), "bad_structure", "(a)"},
      {"a key that is no name", object("<< 1 /A >>"), "bad_structure", "1 /A"},
      {"a key without a value", object("<< /A >>"), "bad_structure", ">>\nendobj\nxref"},
      {"brackets that cross", object("[ << ] >>"), "bad_structure", "] >>"},
      {"an object that ends in an array", object("[ 1"), "bad_structure", ""},
      {"a parenthesis too many", object("(a))"), "bad_structure", ")\nendobj\nxref"},
      {"a hexadecimal string with letters", object("<4x>"), "bad_structure", "<4x>"},
      {"braces", object("{ 1 }"), "bad_structure", "{"},
      {"a stream without a dictionary", object("[]\nstream\nx\nendstream"), "bad_structure", "stream\nx"},
      {"a stream without a length", object("<< >>\nstream\nx\nendstream"), "missing_part", "4 0 obj"},
      {"a length too short", object("<< /Length 1 >>\nstream\nxy\nendstream"), "bad_length", "y\nendstream"},
      {"a length too long", object("<< /Length 11 >>\nstream\nx\nendstream\n"), "bad_length", "endobj\nxref"},
      {"a length beyond the end", object("<< /Length 99999 >>\nstream\nx\nendstream"), "truncated", "<end>"},
      {"a length that another object denies",
       small_pdf().object(4, "<< /Length 5 0 R >>\nstream\nabcdef\nendstream").object(5, "2").finished(),
       "bad_length", "2\nendobj\nxref"},
      {"two lengths", object("<< /Length 1 /Length 2 >>\nstream\nx\nendstream"), "duplicate_part",
       "/Length 2"},
      {"two types", object("<< /Type /Page /Type /Pages >>"), "duplicate_part", "/Pages >>\nendobj\nxref"},
      {"a type twice under escapes", object("<< /Type /Page /T#79pe /Pages >>"), "duplicate_part",
       "/Pages >>\nendobj\nxref"},
      {"data behind stream on its line", object("<< /Length 1 >>\nstream x\nendstream"), "bad_structure",
       "x\nendstream"},
      {"bytes between endstream and endobj", object("<< /Length 1 >>\nstream\nx\nendstream (a)"),
       "bad_length", "(a)"},
      {"a table of words", table("xref\n0 1\nevil"), "bad_structure", "evil"},
      {"a trailer that is no dictionary", table("xref\n0 0\ntrailer 5\n"), "bad_structure", ""},
      {"a table without a trailer", table("xref\n0 0\n"), "bad_structure", "startxref"},
      {"an entry that leads before its object", moved(-7), "reference_mismatch", "<end>"},
      {"an entry that leads into its object", moved(2), "reference_mismatch", "<end>"},
      {"an entry that leads into a stream", hidden_object(), "reference_mismatch", "<end>"},
      {"an object that no entry lists",
       [] {
         pdf_file f = small_pdf().object(4, "null");
         f.entries.pop_back();
         return f.finished();
       }(),
       "reference_mismatch", "<end>"},
      {"an object that stands twice",
       [] {
         pdf_file f = small_pdf().object(4, "1").object(4, "2");
         f.entries.erase(f.entries.end() - 2);
         return f.finished();
       }(),
       "reference_mismatch", "<end>"},
      {"a stream that is an archive", small_pdf().stream(4, "", "PK\3\4data").finished(), "embedded_file",
       "PK\3\4data"},
      {"a stream that is a program",
       small_pdf()
           .stream(4, "/Filter /DCTDecode",
                   "\x7F"
                   "ELF")
           .finished(),
       "embedded_file", "\x7F"},
      {"a stream of a later length that is an archive",
       small_pdf()
           .object(4, "<< /Length 5 0 R >>\nstream\n7z\xBC\xAF\x27\x1C\nendstream")
           .object(5, "6")
           .finished(),
       "embedded_file", "7z"},
      {"an archive's end within a stream", small_pdf().stream(4, "", "x" + zip_end).finished(),
       "embedded_file", "PK\5"},
      {"an archive's end within a string", object("(" + zip_end + ")"), "embedded_file", "PK\5"},
      {"an archive's end behind a beginning of one",
       small_pdf().stream(4, "", "PK\5PK\5\6" + zip_end).finished(), "embedded_file",
       "PK\5\6" + zip_end.substr(4)},
      {"a section that is its own predecessor", small_pdf().table(own_predecessor()).end().bytes,
       "reference_mismatch", "trailer"},
      {"a startxref that leads elsewhere", small_pdf().table().raw("startxref\n20\n%%EOF\n").bytes,
       "reference_mismatch", "20\n%%EOF"},
      {"a previous section that is none", small_pdf().table("/Root 1 0 R /Prev 33").end().bytes,
       "reference_mismatch", "trailer"},
      {"an object stream that is not packed as it says",
       packed("garbage garbage", "/N 1 /First 4 /Filter /FlateDecode"), "corrupt_data", "garbage garbage"},
      {"an object stream cut short", cut_stream(zlib_packed("5 0 << /A (a longer text) >>")), "corrupt_data",
       "\x78\xDA"},
      {"bytes behind a packed stream",
       packed(zlib_packed("5 0 null") + "PK", "/N 1 /First 4 /Filter /FlateDecode"), "unclaimed_data",
       "\x78\xDA"},
      {"an object stream that begins within a string", packed("5 1 (<< /A 1 >>)", "/N 1 /First 4"),
       "bad_structure", "5 1 (<<"},
      {"a script in an object that the stream's header does not name",
       packed("5 0 << >> << /S /JavaScript >>", "/N 1 /First 4"), "javascript", "5 0 << >>"},
      {"an object stream with an object that begins within one that is not named",
       packed("5 3 << << >> >> << >>", "/N 1 /First 4"), "bad_structure", "5 3 << <<"},
      {"objects that are not named, out of order", packed("5 6 6 0 null  null << >>", "/N 2 /First 8"),
       "bad_structure", "5 6 6 0"},
      {"a flushed stream that lacks an object", packed(flushed("5 0 6 3 1 "), "/N 2 /First 8 " + flate),
       "bad_structure", "\x78\x01"},
      {"a flushed stream with bytes behind it", packed(flushed("5 0 1 ") + "x", "/N 1 /First 4 " + flate),
       "corrupt_data", "\x78\x01"},
      {"an object and more in the line of the end mark",
       small_pdf().finished().substr(0, small_pdf().finished().size() - 1) + "7 0 obj <<", "missing_part",
       "<end>"},
      {"an object stream with fewer objects", packed("5 0 6 5 null", "/N 2 /First 8"), "bad_structure",
       "5 0 6 5"},
      {"bytes before the first object", packed("5 0 null null", "/N 1 /First 9"), "bad_structure",
       "5 0 null"},
      {"a header of names", packed("/A 0 null", "/N 1 /First 5"), "bad_structure", "/A 0 null"},
      {"an object stream that ends in an object", packed("5 0 << /A", "/N 1 /First 4"), "bad_structure",
       "5 0 << /A"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = read_every_split(pdf_grammar, c.input, {}, "pdf");
    CAPTURE(o.detail, o.offset.value_or(0));
    CHECK(o.reason == c.reason);
    if (!c.at.empty()) CHECK(o.offset == place(c.input, c.at));
  }
}

TEST_CASE("metadata declares no document type", "[pdf]") {
  const auto metadata = [](std::string_view keys, std::string_view text) {
    return small_pdf().stream(4, "/Type /Metadata /Subtype /XML " + std::string{keys}, text).finished();
  };
  const std::string entity =
      "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>";
  std::string wide;
  for (const char c : entity) wide += std::string{c} + '\0';
  struct {
    std::string_view name;
    std::string input;
    std::string_view reason;
  } const cases[] = {
      {"plain", metadata("", entity), "doctype"},
      {"packed", metadata(flate, zlib_packed(entity)), "doctype"},
      {"in UTF-16", metadata("", wide), "doctype"},
      {"an entity alone", metadata("", "<!ENTITY % a 'b'>"), "doctype"},
      {"XMP",
       metadata("", "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta/><?xpacket end='w'?>"), ""},
      {"what does not unpack", metadata(flate, "garbage"), ""},
      {"a page about document types", small_pdf().stream(4, "", entity).finished(), ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = read_every_split(pdf_grammar, c.input, {}, "pdf");
    CHECK(o.reason == c.reason);
    if (!o.ok()) CHECK(o.offset == c.input.find("stream\n") + 7);
  }
}

TEST_CASE("streams that unpack to one pattern without end are refused, though they are not unpacked",
          "[pdf]") {
  const auto stream = [](std::string_view keys, std::string_view data) {
    return small_pdf().stream(4, std::string{keys} + flate, data).finished();
  };
  const std::string bomb = zlib_packed(std::string(16 << 20, ' '));
  std::string pattern;
  while (pattern.size() < 16 << 20) pattern += "0 0 m ";
  const std::string text = zlib_packed(std::string(4 << 20, ' '));
  CHECK(read(pdf_grammar, stream("", bomb)).reason == "ratio_exceeded");
  CHECK(read(pdf_grammar, stream("", bomb)).offset == stream("", bomb).find("stream\n") + 7);
  CHECK(read(pdf_grammar, stream("", zlib_packed(pattern))).reason == "ratio_exceeded");
  CHECK(read(pdf_grammar, stream("", text)).reason == "");
  CHECK(read(pdf_grammar, small_pdf().stream(4, "", std::string(1 << 16, ' ')).finished()).reason == "");
  CHECK(read(pdf_grammar,
             small_pdf().stream(4, "/Filter [/FlateDecode /FlateDecode]", zlib_packed(bomb)).finished())
            .reason == "unsupported_feature");
  // A picture may be of one colour, as long as all of them together stay below the limit.
  CHECK(read(pdf_grammar, stream("/Subtype /Image ", bomb)).reason == "");
  structure_limits small;
  small.archive.max_unpacked = 30 * MiB;
  CHECK(read(pdf_grammar, stream("/Subtype /Image ", bomb), small).reason == "");
  const std::string two = small_pdf()
                              .stream(4, "/Subtype /Image " + flate, bomb)
                              .stream(5, "/Subtype /Image " + flate, bomb)
                              .finished();
  CHECK(read(pdf_grammar, two, small).reason == "unpacked_too_large");
  for (const std::size_t step : {1U, 7U, 255U, 257U, 4096U}) {
    structure_limits limits;
    parse p{pdf_grammar, limits};
    const std::string input = stream("", bomb);
    result r;
    for (std::size_t i = 0; r.ok() && i < input.size(); i += step)
      r = p.feed(as_bytes(std::string_view{input}.substr(i, step)));
    REQUIRE_FALSE(r.ok());
    CHECK(r.why().code == errc::ratio_exceeded);
  }
}

TEST_CASE("an object stream that is packed in a way that is not followed is refused", "[pdf]") {
  for (const std::string_view keys :
       {"/N 1 /First 4 /Filter /LZWDecode", "/N 1 /First 4 /Filter /RunLengthDecode",
        "/N 1 /First 4 /Filter [/Crypt /FlateDecode]", "/N 1 /First 4 /Filter [/FlateDecode /FlateDecode]",
        "/N 1 /First 4 /Filter 7 0 R", "/N 1 /First 4 /Filter [7 0 R]", "/N 7 0 R /First 4",
        "/N 1 /First 7 0 R", "/N 1 /First 4 /Filter /FlateDecode /DecodeParms 7 0 R"}) {
    CAPTURE(keys);
    const std::string input = packed("some data", keys);
    const outcome o = read_every_split(pdf_grammar, input, {}, "pdf");
    CHECK(o.reason == "unsupported_feature");
    CHECK(o.offset == place(input, "some data"));
  }
}

TEST_CASE("a ZIP reader finds no end of an archive where it looks for it", "[pdf]") {
  constexpr std::size_t reach = 65535 + 22;  // APPNOTE 4.3.16
  const std::string end_record = "PK\5\6" + std::string(18, '\0');
  const auto file = [&](std::size_t filler) {
    return small_pdf().stream(4, "", "x" + end_record + std::string(filler, 'x')).finished();
  };
  const std::size_t behind = file(60000).size() - place(file(60000), "PK\5\6") - 60000;
  CHECK(read(pdf_grammar, file(reach - behind - 1), {}, "pdf").reason == "embedded_file");
  CHECK(read(pdf_grammar, file(reach - behind), {}, "pdf").reason == "embedded_file");
  CHECK(read(pdf_grammar, file(reach - behind + 1), {}, "pdf").ok());
  structure_limits limits;
  limits.document.embedded_files = handling::allow;
  CHECK(read(pdf_grammar, file(0), limits, "pdf").ok());
}

TEST_CASE("a PDF whose first block is a tar header is refused", "[pdf]") {
  pdf_file f;
  f.stream(4, "", std::string(600, '0'));
  std::string& b = f.bytes;
  const std::size_t field = 148;
  b.replace(field, 8, 8, ' ');
  unsigned sum = 0;
  for (const char c : b.substr(0, 512)) sum += static_cast<unsigned char>(c);
  char digits[9];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  b.replace(field, 6, digits, 6);
  f.object(1, "<< /Type /Catalog >>");
  const outcome o = read_every_split(pdf_grammar, f.finished(), {}, "pdf");
  CHECK(o.reason == "embedded_file");
  CHECK(o.offset == 0);
}

}  // namespace
}  // namespace uploadgate::formats
