#include "formats/grammars.hpp"
#include "support/boxes.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using test::be;
using test::box;
using test::full;
using test::swap;
using test::where;
using test::zeros;

const std::string ftyp = box("ftyp", "isom" + be(512, 4) + "isomiso2mp41");
const std::string mvhd = full("mvhd", zeros(8) + be(1000, 4) + zeros(84));
const std::string self = full("url ", "", 0, 1);

// The parts of a movie that the cases change.
struct parts {
  std::string reference = self;
  std::string entry = box("avc1", zeros(7) + be(1, 1) + zeros(16) + be(160, 2) + be(120, 2) + zeros(50));
  std::string sizes = full("stsz", be(0, 4) + be(2, 4) + be(3, 4) + be(5, 4));
  std::string runs = full("stsc", be(1, 4) + be(1, 4) + be(2, 4) + be(1, 4));
  std::string extra_track{};
  std::string extra_moov{};
  std::string handler = "vide";
  std::string payload = "12345678";
  std::uint64_t chunk = 0;  // 0: where mdat is
};

std::string moov(const parts& p, std::uint64_t chunk) {
  const std::string stbl =
      box("stbl", {full("stsd", be(1, 4) + p.entry), full("stts", be(1, 4) + be(2, 4) + be(1, 4)), p.runs,
                   p.sizes, full("stco", be(1, 4) + be(chunk, 4))});
  const std::string minf =
      box("minf", {full("vmhd", zeros(8)), box("dinf", full("dref", be(1, 4) + p.reference)), stbl});
  const std::string mdia =
      box("mdia", {full("mdhd", zeros(8) + be(1000, 4) + zeros(8)),
                   full("hdlr", zeros(4) + p.handler + zeros(12) + "x" + zeros(1)), minf});
  return box("moov", {mvhd, box("trak", {full("tkhd", zeros(80)), mdia, p.extra_track}), p.extra_moov});
}

// moov behind mdat, and moov in front of it.
std::string plain(const parts& p = {}) {
  return ftyp + box("mdat", p.payload) + moov(p, p.chunk ? p.chunk : ftyp.size() + 8);
}
std::string fast(const parts& p = {}) {
  const std::uint64_t at = ftyp.size() + moov(p, 0).size() + 8;
  return ftyp + moov(p, p.chunk ? p.chunk : at) + box("mdat", p.payload);
}
std::string open_ended() {
  std::string file = fast();
  return swap(file, be(16, 4) + "mdat", be(0, 4) + "mdat");
}
std::string fragmented() {
  const std::string traf =
      box("traf", {full("tfhd", be(1, 4)), full("trun", be(2, 4) + be(0, 4) + zeros(16), 0, 0x301)});
  return swap(ftyp + moov({}, 0), full("stsz", be(0, 4) + be(2, 4) + be(3, 4) + be(5, 4)),
              full("stsz", be(0, 4) + be(0, 4)) + box("free", zeros(0))) +
         full("sidx", be(1, 4) + be(1000, 4) + zeros(8) + be(1, 4) + zeros(12)) +
         box("moof", {full("mfhd", be(1, 4)), traf}) + box("mdat", "12345678") +
         box("mfra", {full("tfra", be(1, 4) + zeros(4) + be(1, 4) + zeros(11)), full("mfro", be(67, 4))});
}

TEST_CASE("movies as honest tools write them pass", "[isobmff]") {
  struct {
    std::string_view name;
    std::string file;
    std::string_view row;
  } const cases[] = {
      {"moov behind mdat", plain(), "mp4"},
      {"moov in front", fast(), "mp4"},
      {"mdat without a size", open_ended(), "mp4"},
      {"fragments", fragmented(), "mp4"},
      {"64-bit mdat", ftyp + be(1, 4) + "mdat" + be(24, 8) + "12345678" + moov({}, ftyp.size() + 16), "mp4"},
      {"QuickTime without ftyp", box("wide", "") + box("mdat", "12345678") + moov({}, 16), "mov"},
      {"user data with QuickTime's zeros", plain({.extra_moov = box("udta", box("\xA9nam", "x") + zeros(4))}),
       "mp4"},
      {"meta as a plain box", plain({.extra_moov = box("meta", full("hdlr", zeros(20)))}), "mp4"},
      {"meta as a full box",
       plain({.extra_moov = full("meta", full("hdlr", zeros(20)) + box("ilst", "junk"))}), "mp4"},
      {"an uuid box behind", plain() + box("uuid", zeros(16) + "xmp"), "mp4"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(isobmff_file, c.file, {}, c.row);
    CAPTURE(o.detail);
    CHECK(o.reason == "");
    CHECK(o.found.width == 160);
    CHECK(o.found.height == 120);
    CHECK(o.found.examined == examined::whole);
    CHECK(o.found.warnings.empty());
  }
}

TEST_CASE("a cut movie does not pass", "[isobmff]") {
  test::read_every_truncation(isobmff_file, plain(), {}, "mp4");
  test::read_every_truncation(isobmff_file, fast(), {}, "mp4");
}

std::string deep(std::size_t boxes) {
  std::string inner;
  for (std::size_t i = 0; i < boxes; ++i) inner = box("udta", inner);
  return plain({.extra_moov = inner});
}

TEST_CASE("hostile movies are refused at the byte at fault", "[isobmff]") {
  const std::string good = plain();
  const std::string url = full("url ", "http://evil.example/a.mp4");
  const std::string remote = plain({.reference = url});
  const std::string alias = plain({.reference = full("alis", "evil")});
  const std::string behind = fast({.chunk = 100'000});
  const std::string flood =
      plain({.sizes = full("stsz", be(0, 4) + be(0x40000000, 4) + be(3, 4) + be(5, 4))});
  const std::string runs =
      plain({.runs = full("stsc", be(2, 4) + be(1, 4) + be(2, 4) + be(1, 4) + be(1, 4) + zeros(8))});
  const std::string tiny_trak = swap(good, "trak", "mdia");
  const std::string big = plain({.entry = box("avc1", zeros(24) + be(65535, 2) + be(65535, 2) + zeros(50))});
  const std::string twice = good + moov({}, 40);
  const std::string hidden = plain({.extra_moov = box("udta", moov({}, 40))});
  const std::string no_table = swap(good, "stco", "free");
  struct {
    std::string_view name;
    std::string file;
    std::string_view reason;
    std::uint64_t offset;
  } const cases[] = {
      {"ZIP behind the end", good + "PK\3\4" + zeros(40), "trailing_data", good.size()},
      {"HTML behind the end", good + "<!DOCTYPE html><script>", "trailing_data", good.size()},
      {"PHP behind the end", good + "<?php system('id');", "trailing_data", good.size()},
      {"one byte behind the end", good + "\n", "trailing_data", good.size()},
      {"a track that plays an URL", remote, "external_reference", where(remote, "url ") - 4},
      {"a track that plays an alias", alias, "external_reference", where(alias, "alis") - 4},
      {"a reference movie", ftyp + box("moov", box("rmra", "x")), "external_reference", ftyp.size() + 8},
      {"a compressed movie header", ftyp + box("moov", box("cmov", "x")), "unsupported_feature",
       ftyp.size() + 8},
      {"a size that wraps around", ftyp + be(1, 4) + "mdat" + be(UINT64_MAX - 4, 8), "bad_length",
       ftyp.size()},
      {"a size below its header", ftyp + be(7, 4) + "mdat", "bad_length", ftyp.size()},
      {"a 64-bit size below its header", ftyp + be(1, 4) + "mdat" + be(15, 8), "bad_length", ftyp.size()},
      {"a child that outgrows its parent", ftyp + be(40, 4) + "moov" + be(400, 4) + "trak", "bad_length",
       ftyp.size() + 8},
      {"a child without a size", ftyp + be(40, 4) + "moov" + be(0, 4) + "trak", "bad_length",
       ftyp.size() + 8},
      {"boxes within boxes", deep(16), "nested_too_deep", where(deep(16), "udta") - 4 + 15 * 8},
      {"a chunk behind the end of the file", behind, "truncated", where(behind, "stco") + 12},
      {"a table larger than its box", flood, "bad_length", where(flood, "stsz") + 16},
      {"chunks that do not ascend", runs, "bad_value", where(runs, "stsc") + 12 + 12},
      {"4 gigapixel video", big, "too_many_pixels", where(big, "avc1") + 4 + 24},
      {"two movies", twice, "duplicate_part", good.size()},
      {"a movie hidden in user data", hidden, "bad_order", where(hidden, "udta") + 4},
      {"a track without offsets", no_table, "missing_part", where(no_table, "stbl") - 4},
      {"a fragment before the movie", ftyp + box("moof", ""), "bad_order", ftyp.size()},
      {"ftyp in the middle", good + ftyp, "bad_order", good.size()},
      {"two headers", swap(good, "tkhd", "mvhd"), "bad_order", where(good, "tkhd") - 4},
      {"no movie at all", ftyp + box("mdat", "x"), "missing_part", ftyp.size() + 9},
      {"an image's brand", swap(good, "isom", "avif"), "type_mismatch", 8},
      {"text", "hello, world, this is text", "bad_signature", 4},
      {"too much unknown", good + box("uuid", zeros(16 * 1024 * 1024)), "trailing_data", good.size()},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = c.file.size() < 10'000 ? test::read_every_split(isobmff_file, c.file, {}, "mp4")
                                                   : test::read(isobmff_file, c.file, {}, "mp4");
    CAPTURE(o.detail);
    CHECK(o.reason == c.reason);
    if (c.offset) CHECK(o.offset == c.offset);
  }
}

TEST_CASE("unknown boxes are capped", "[isobmff]") {
  structure_limits limits;
  const std::string file = plain({.extra_moov = box("skip", zeros(100))});
  std::uint64_t opaque = 0;
  for (std::uint64_t n = 0; n < 400; ++n) {  // the smallest limit that passes
    limits.image.max_metadata = n;
    if (test::read(isobmff_file, file, limits, "mp4").ok()) {
      opaque = n;
      break;
    }
  }
  REQUIRE(opaque > 100);
  limits.image.max_metadata = opaque - 1;
  CHECK(test::read(isobmff_file, file, limits, "mp4").reason == "metadata_too_large");
  limits.image.max_metadata = opaque + 1;
  CHECK(test::read(isobmff_file, file, limits, "mp4").ok());
}

TEST_CASE("another file in a box is refused wherever the box stands", "[isobmff]") {
  const struct {
    const char* name;
    std::string content;
    std::string_view reason;
  } cases[] = {
      {"an archive", "PK\5\6" + zeros(18), "unclaimed_data"},
      {"a document", "%PDF-1.4", "unclaimed_data"},
      {"a playlist", "#EXTM3U", "external_reference"},
      {"the beginning of a mark", "PK\5\6" + be(1, 4), ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    for (const char* type : {"free", "skip", "wide", "mdat", "xxxx"}) {
      CAPTURE(type);
      const std::string content = zeros(30) + c.content;
      CHECK(test::read_every_split(isobmff_file, plain() + box(type, content), {}, "mp4").reason == c.reason);
      CHECK(test::read(isobmff_file, plain() + box(type, zeros(70'000) + content), {}, "mp4").reason ==
            c.reason);
    }
    const std::string inside = plain({.extra_moov = box("udta", box("xxxx", c.content))});
    CHECK(test::read_every_split(isobmff_file, inside, {}, "mp4").reason == c.reason);
  }
}

TEST_CASE("payload that no sample claims is said", "[isobmff]") {
  const test::outcome o = test::read(isobmff_file, plain({.payload = std::string(9000, 'x')}), {}, "mp4");
  CHECK(o.ok());
  REQUIRE(o.found.warnings.size() == 1);
  CHECK(o.found.warnings[0] == "mdat holds 8992 bytes that no sample claims");
}

TEST_CASE("a reference out of the file obeys the policy", "[isobmff]") {
  structure_limits limits;
  limits.document.external_references = handling::warn;
  const test::outcome o =
      test::read(isobmff_file, plain({.reference = full("url ", "http://x/")}), limits, "mp4");
  CHECK(o.ok());
  CHECK(o.found.warnings.size() == 1);
}

}  // namespace
}  // namespace uploadgate::formats
