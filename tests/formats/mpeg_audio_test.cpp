#include "formats/grammars.hpp"
#include "support/boxes.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using test::be;
using test::le;
using test::where;
using test::zeros;

// MPEG 1 layer III, 128 kbit/s, 44100 Hz: 417 bytes.
std::string frame(std::uint32_t head = 0xFFFB9000) { return be(head, 4) + zeros(413); }
const std::string music = frame() + frame(0xFFFBB000).substr(0, 4) + zeros(622) + frame();
std::string syncsafe(std::size_t n) { return be(n >> 14 & 0x7F, 2) + be(n >> 7 & 0x7F, 1) + be(n & 0x7F, 1); }
std::string id3(const std::string& body, unsigned version = 3, unsigned flags = 0) {
  return "ID3" + be(version, 1) + zeros(1) + be(flags, 1) + syncsafe(body.size()) + body;
}
std::string text(std::string_view id, const std::string& value) {
  return std::string{id} + be(value.size() + 1, 4) + zeros(3) + value;
}
std::string ape(const std::string& items) {
  const auto edge = [&](std::uint32_t flags) {
    return "APETAGEX" + le(2000, 4) + le(items.size() + 32, 4) + le(1, 4) + le(flags, 4) + zeros(8);
  };
  return edge(0xA0000000) + items + edge(0x80000000);
}
const std::string old_tag = "TAG" + std::string(125, ' ');
// AAC LC, 44100 Hz, stereo, 20 bytes.
const std::string aac = be(0xFFF15080, 4) + be(0x02, 1) + be(0x9F, 1) + be(0xFC, 1) + zeros(13);

TEST_CASE("MP3 and AAC pass with the tags that real files carry", "[mpeg_audio]") {
  struct {
    std::string_view name;
    std::string file;
  } const cases[] = {
      {"bare frames", music},
      {"ID3v2.3", id3(text("TIT2", "x") + zeros(100)) + music},
      {"ID3v2.2", id3("TT2" + be(2, 3) + zeros(1) + "x", 2) + music},
      {"ID3v2.4", id3("TIT2" + syncsafe(2) + zeros(2) + zeros(1) + "x", 4) + music},
      {"ID3v2.4 with a footer",
       "ID3" + be(4, 1) + zeros(1) + be(0x10, 1) + syncsafe(4) + zeros(4) + "3DI" + zeros(7) + music},
      {"unsynchronised", id3("anything at all", 3, 0x80) + music},
      {"zeros behind the tag", id3(text("TIT2", "x")) + zeros(1000) + music},
      {"ID3v1", music + old_tag},
      {"APE and ID3v1", music + ape("items") + old_tag},
      {"Lyrics3", music + "LYRICSBEGININD0000200000" + "33LYRICS200" + old_tag},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(mp3, c.file, {}, "mp3");
    CAPTURE(o.detail);
    CHECK(o.reason == "");
    CHECK(o.found.warnings.empty());
  }
  CHECK(test::read_every_split(adts, aac + aac, {}, "aac").reason == "");
}

TEST_CASE("a frame that the end cuts is said", "[mpeg_audio]") {
  const test::outcome o = test::read_every_split(mp3, music.substr(0, music.size() - 1), {}, "mp3");
  CHECK(o.reason == "");
  REQUIRE(o.found.warnings.size() == 1);
  CHECK(o.found.warnings[0] == "the last frame is cut");
}

TEST_CASE("a file cut short of the frames that it announces is refused", "[mpeg_audio]") {
  const auto with_info = [](std::string_view name, std::uint32_t frames) {
    return be(0xFFFB9000, 4) + zeros(32) + std::string{name} + be(1, 4) + be(frames, 4) + zeros(413 - 44) +
           frame() + frame();
  };
  for (const std::string_view name : {"Info", "Xing"}) {
    CHECK(test::read_every_split(mp3, with_info(name, 2), {}, "mp3").ok());
    // Cut where a frame ends, as editors do that leave the number alone.
    CHECK(test::read_every_split(mp3, with_info(name, 9), {}, "mp3").ok());
    const std::string cut = with_info(name, 9).substr(0, 3 * 417 - 1);
    const test::outcome o = test::read_every_split(mp3, cut, {}, "mp3");
    CHECK(o.reason == "truncated");
    CHECK(o.offset == cut.size());
    // Of the announced ones only the last is cut.
    CHECK(test::read_every_split(mp3, with_info(name, 2).substr(0, 3 * 417 - 1), {}, "mp3").ok());
  }
}

TEST_CASE("hostile MP3 and AAC are refused at the byte at fault", "[mpeg_audio]") {
  const std::string tag = id3(text("TIT2", "x"));
  const std::string php = id3(text("COMM", "<?php system($_GET['c']); ?>")) + music;
  const std::string old_php = music + "TAG<?php eval($x); ?>" + std::string(107, ' ');
  struct {
    std::string_view name;
    grammar_function grammar;
    std::string file;
    std::string_view reason;
    std::uint64_t offset;
  } const cases[] = {
      {"HTML named .mp3", mp3, "<html><script>alert(1)</script></html>", "bad_signature", 0},
      {"PHP in ID3", mp3, php, "payload_text", where(php, "<?php")},
      {"PHP in ID3v1", mp3, old_php, "payload_text", where(old_php, "<?php")},
      {"a JAR behind ID3", mp3, tag + "PK\3\4" + zeros(26) + "META-INF/", "bad_structure", tag.size()},
      {"a JAR behind the music", mp3, music + "PK\3\4" + zeros(26), "trailing_data", music.size()},
      {"bytes behind ID3v1", mp3, music + old_tag + "MZ", "trailing_data", music.size() + 128},
      {"music behind a tag at the end", mp3, music + ape("items") + music, "trailing_data",
       music.size() + 69},
      {"ID3 alone", mp3, tag, "missing_part", tag.size()},
      {"a size that is not syncsafe", mp3, "ID3" + be(3, 1) + zeros(2) + be(0x80808080, 4), "bad_length", 6},
      {"ID3 of a future version", mp3, "ID3" + be(9, 1) + zeros(6), "bad_value", 3},
      {"256 MiB of ID3", mp3, "ID3" + be(3, 1) + zeros(2) + be(0x7F7F7F7F, 4), "metadata_too_large", 6},
      {"an ID3 frame beyond its tag", mp3, id3("APIC" + be(99999, 4) + zeros(2)) + music, "bad_length", 10},
      {"bytes that are no ID3 frame", mp3, id3("<script>alert(1)") + music, "bad_structure", 10},
      {"another sample rate", mp3, frame() + frame(0xFFFB9400), "bad_value", 417},
      {"free bit rate", mp3, be(0xFFFB0000, 4) + zeros(9), "unsupported_feature", 0},
      {"64 KiB and a zero", mp3, music + zeros(64 * 1024 + 1), "unclaimed_data", music.size()},
      {"ZIP behind AAC", adts, aac + "PK\3\4", "trailing_data", 20},
      {"an ADTS frame shorter than its header", adts, be(0xFFF15080, 4) + be(0, 1) + be(0x9F, 1) + zeros(10),
       "bad_signature", 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(c.grammar, c.file);
    CAPTURE(o.detail);
    CHECK(o.reason == c.reason);
    CHECK(o.offset == c.offset);
  }
  CHECK(test::read(mp3, music + zeros(64 * 1024)).reason == "");
}

}  // namespace
}  // namespace uploadgate::formats
