#include "formats/grammars.hpp"
#include "support/boxes.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using test::be;
using test::element;
using test::swap;
using test::where;
using test::zeros;

std::string header(const std::string& type) {
  return element(0x1A45DFA3, element(0x42F7, be(1, 1)) + element(0x4282, type));
}
std::string tracks(const std::string& codec = "V_VP8", std::uint64_t width = 320) {
  return element(0x1654AE6B,
                 element(0xAE, element(0x86, codec) +
                                   element(0xE0, element(0xB0, be(width, 4)) + element(0xBA, be(240, 2)))));
}
const std::string cluster = element(0x1F43B675, element(0xE7, be(0, 1)) + element(0xA3, "block"));
std::string segment(const std::string& children) { return element(0x18538067, children); }
std::string open_ended(std::uint32_t id, const std::string& children) {
  return be(id, 4) + be(0x01FFFFFFFFFFFFFF, 8) + children;
}
std::string attachment(const std::string& type) {
  return element(0x1941A469,
                 element(0x61A7, element(0x466E, "name") + element(0x4660, type) + element(0x465C, "data")));
}
const std::string film = header("webm") + segment(tracks() + cluster);

TEST_CASE("Matroska and WebM pass as writers make them", "[matroska]") {
  const std::string live_cluster = open_ended(0x1F43B675, element(0xE7, be(0, 1)) + element(0xA3, "block"));
  struct {
    std::string_view name;
    std::string file;
    std::string_view row;
  } const cases[] = {
      {"WebM", film, "webm"},
      {"a live stream", header("webm") + open_ended(0x18538067, tracks() + live_cluster + live_cluster),
       "webm"},
      {"a live stream with an index",
       header("webm") + open_ended(0x18538067, tracks() + live_cluster + element(0x1C53BB6B, "cues")),
       "webm"},
      {"Matroska with a font",
       header("matroska") + segment(tracks("V_MPEG4") + attachment("font/ttf") + cluster), "mkv"},
      {"Void between",
       header("matroska") + segment(element(0xEC, zeros(40)) + tracks("S_TEXT/UTF8") + cluster), "mkv"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(matroska, c.file, {}, c.row);
    CAPTURE(o.detail);
    CHECK(o.reason == "");
    CHECK(o.found.width == 320);
    CHECK(o.found.height == 240);
  }
}

TEST_CASE("a cut film does not pass", "[matroska]") {
  test::read_every_truncation(matroska, film, {}, "webm");
}

TEST_CASE("hostile Matroska is refused at the byte at fault", "[matroska]") {
  const std::string exe = header("matroska") + segment(tracks() + attachment("application/x-msdownload"));
  const std::string script =
      header("matroska") + segment(tracks() + element(0xEC, "<script>alert(1)</script>"));
  const std::string beyond =
      swap(film, element(0xA3, "block"), be(0xA3, 1) + be(0x01000000000000FF, 8) + "block");
  const std::string huge = header("webm") + segment(tracks("V_VP9", 0xFFFFFFFF) + cluster);
  const std::string unsized_tracks = header("webm") + segment(open_ended(0x1654AE6B, "x"));
  const std::string lost = header("webm") + segment(tracks() + element(0xA3, "block"));
  const std::string second = header("webm") + segment(tracks() + tracks());
  const std::string early = header("webm") + segment(cluster);
  const std::uint64_t body = header("webm").size() + 12;
  const test::judged_as cases[] = {
      {"ZIP behind the segment", film + "PK\3\4", "webm", "trailing_data", film.size()},
      {"a second film behind the first", film + film, "webm", "trailing_data", film.size()},
      {"a program as attachment", exe, "mkv", "embedded_file", where(exe, be(0x61A7, 2))},
      {"a script in Void", script, "mkv", "payload_text", where(script, "<script")},
      {"a script as document type", header("<script>alert(1)</script>"), "mkv", "type_mismatch"},
      {"Matroska named .webm", header("matroska") + segment(tracks()), "webm", "type_mismatch"},
      {"another codec in WebM", header("webm") + segment(tracks("V_MPEG4/ISO/AVC")), "webm", "type_mismatch"},
      {"a block beyond its cluster", beyond, "webm", "bad_length",
       where(beyond, be(0x01000000000000FF, 8)) - 1},
      {"1 terapixel film", huge, "webm", "too_many_pixels", where(huge, "V_VP9") + 5},
      {"Tracks without a size", unsized_tracks, "webm", "bad_length", body},
      {"a block outside of a cluster", lost, "webm", "bad_order", body + tracks().size()},
      {"two Tracks", second, "webm", "duplicate_part", body + tracks().size()},
      {"a cluster before Tracks", early, "webm", "bad_order", body},
      {"no header", segment(tracks()), "webm", "bad_signature", 0},
      {"EBML of a future version", element(0x1A45DFA3, element(0x42F7, be(2, 1))), "webm",
       "unsupported_feature"},
      {"no document type", element(0x1A45DFA3, element(0x42F7, be(1, 1))), "webm", "missing_part", 0},
      {"an element that is none", header("webm") + segment(zeros(4)), "webm", "bad_structure", body},
      {"text", "hello, world", "webm", "bad_signature", 0},
  };
  test::judge_each(matroska, cases);
}

}  // namespace
}  // namespace uploadgate::formats
