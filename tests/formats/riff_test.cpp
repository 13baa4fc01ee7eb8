#include "formats/grammars.hpp"
#include "support/boxes.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using test::be;
using test::chunk;
using test::le;
using test::swap;
using test::where;
using test::zeros;

const std::string fmt = chunk("fmt ", le(1, 2) + le(1, 2) + le(8000, 4) + le(8000, 4) + le(1, 2) + le(8, 2));
std::string wav(const std::string& chunks) { return chunk("RIFF", "WAVE" + chunks); }
const std::string sound = wav(fmt + chunk("data", "12345"));

std::string avi(const std::string& movi = chunk("00dc", "abc"), std::uint64_t width = 16) {
  const std::string avih = chunk("avih", zeros(32) + le(width, 4) + le(16, 4) + zeros(16));
  const std::string strl =
      chunk("LIST", "strl" + chunk("strh", "vids" + zeros(52)) + chunk("strf", zeros(40)));
  return chunk("RIFF", "AVI " + chunk("LIST", "hdrl" + avih + strl) + chunk("LIST", "movi" + movi) +
                           chunk("idx1", zeros(16)));
}

TEST_CASE("sound and film in RIFF pass as writers make them", "[riff]") {
  const std::string ds64 = chunk("ds64", le(0, 8) + le(5, 8) + le(5, 8) + le(0, 4));
  struct {
    std::string_view name;
    std::string file;
    std::string_view row;
    std::size_t warnings;
  } const cases[] = {
      {"wav", sound, "wav", 0},
      {"wav with metadata",
       wav(chunk("LIST", "INFOISFT" + le(2, 4) + "x" + zeros(1)) + fmt + chunk("data", "123456")), "wav", 0},
      {"ffmpeg into a pipe", "RIFF" + le(0xFFFFFFFF, 4) + "WAVE" + fmt + "data" + le(0xFFFFFFFF, 4) + "12345",
       "wav", 1},
      {"a RIFF size that forgets a chunk",
       "RIFF" + le(66 - 16, 4) + "WAVE" + fmt + chunk("data", std::string(30, 'x')), "wav", 1},
      {"size zero", "RIFF" + le(0, 4) + "WAVE" + fmt + "data" + le(0, 4) + "12345", "wav", 1},
      {"sox into a pipe", "RIFF" + le(0x7FFFF024, 4) + "WAVE" + fmt + "data" + le(0x7FFFF000, 4) + "12345",
       "wav", 1},
      {"RF64", "RF64" + le(0xFFFFFFFF, 4) + "WAVE" + ds64 + fmt + "data" + le(0xFFFFFFFF, 4) + "12345", "wav",
       0},
      {"avi", avi(), "avi", 0},
      {"avi of two RIFF chunks",
       avi() + chunk("RIFF", "AVIX" + chunk("LIST", "movi" + chunk("00dc", "abcd"))), "avi", 0},
      {"avi with subtitles", avi(chunk("01tx", "GAB2" + zeros(1) + "1 hello")), "avi", 0},
      {"avi with rec lists", avi(chunk("LIST", "rec " + chunk("00dc", "x"))), "avi", 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(riff, c.file, {}, c.row);
    CAPTURE(o.detail);
    CHECK(o.reason == "");
    CHECK(o.found.warnings.size() == c.warnings);
  }
  CHECK(test::read(riff, avi(), {}, "avi").found.width == 16);
}

TEST_CASE("a cut RIFF file does not pass", "[riff]") {
  test::read_every_truncation(riff, sound, {}, "wav", [](std::size_t n) { return n + 1 == sound.size(); });
  test::read_every_truncation(riff, avi(), {}, "avi");
}

TEST_CASE("hostile RIFF files are refused at the byte at fault", "[riff]") {
  const std::string playlist = "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n";
  const std::string hls =
      avi(chunk("01tx", "GAB2" + zeros(1) + le(2, 2) + le(0, 4) + le(4, 2) + le(9, 4) + playlist));
  const std::string bare = avi(chunk("01tx", playlist));
  const std::string php = wav(chunk("LIST", "INFO<?php system('id'); ?>") + fmt + chunk("data", "x"));
  const std::string streamed = "RIFF" + le(0, 4) + "WAVE" + fmt + chunk("data", "123456") +
                               "\x7F"
                               "ELF" +
                               zeros(40);
  std::string deep = chunk("00dc", "x");
  for (int i = 0; i < 6; ++i) deep = chunk("LIST", "rec " + deep);
  const test::judged_as cases[] = {
      {"a program behind the end", sound + "MZ" + zeros(60), "wav", "trailing_data", sound.size()},
      {"a ZIP behind the end", sound + "PK\3\4" + zeros(60), "wav", "trailing_data", sound.size()},
      {"HTML behind the end", avi() + "<script>alert(1)</script>", "avi", "trailing_data", avi().size()},
      {"one byte behind the end", avi() + "x", "avi", "trailing_data", avi().size()},
      {"a program behind data in a stream", streamed, "wav", "trailing_data",
       where(streamed,
             "\x7F"
             "ELF")},
      {"HLS in GAB2 subtitles", hls, "avi", "external_reference", where(hls, "#EXTM3U")},
      {"HLS as a chunk", bare, "avi", "external_reference", where(bare, "#EXTM3U")},
      {"PHP in INFO", php, "wav", "payload_text", where(php, "<?php")},
      {"a chunk beyond RIFF", swap(sound, "data" + le(5, 4), "data" + le(99, 4)), "wav", "bad_length",
       where(sound, "data")},
      {"a RIFF size that forgets more",
       "RIFF" + le(66 - 17, 4) + "WAVE" + fmt + chunk("data", std::string(30, 'x')), "wav", "bad_length", 36},
      {"a RIFF size that forgets what stands behind the sound",
       "RIFF" + le(66 - 8, 4) + "WAVE" + fmt + chunk("data", std::string(30, 'x')) + chunk("LIST", "INFO"),
       "wav", "trailing_data", 74},
      {"data before fmt", wav(chunk("data", "12") + fmt), "wav", "bad_order", 12},
      {"two data chunks", wav(fmt + chunk("data", "12") + chunk("data", "34")), "wav", "duplicate_part", 46},
      {"two formats", wav(fmt + fmt), "wav", "duplicate_part", 36},
      {"no data", wav(fmt), "wav", "missing_part", 36},
      {"no channels", swap(sound, le(1, 2) + le(1, 2), le(1, 2) + le(0, 2)), "wav", "bad_value", 22},
      {"4 gigapixel film", avi(chunk("00dc", "x"), 0x10000000), "avi", "too_many_pixels", 64},
      {"lists within lists", avi(deep), "avi", "nested_too_deep"},
      {"film named .wav", avi(), "wav", "type_mismatch", 8},
      {"an unprintable chunk", wav(fmt + chunk(std::string_view{"\1\2\3\4", 4}, "x")), "wav", "bad_structure",
       36},
      {"text", "RIFFraff and nothing else", "wav", "bad_signature", 0},
      {"RF64 that lies",
       "RF64" + le(0xFFFFFFFF, 4) + "WAVE" + chunk("ds64", le(10, 8) + le(UINT64_MAX, 8) + zeros(12)), "wav",
       "bad_length", 20},
  };
  test::judge_each(riff, cases);
}

TEST_CASE("chunks that are not sound are capped", "[riff]") {
  structure_limits limits;
  limits.image.max_metadata = 22;  // 2 of fmt, 20 of JUNK
  const auto with = [&](std::size_t n) {
    return test::read(riff, wav(fmt + chunk("JUNK", zeros(n)) + chunk("data", "x")), limits, "wav").reason;
  };
  CHECK(with(19) == "");
  CHECK(with(20) == "");
  CHECK(with(21) == "metadata_too_large");
}

}  // namespace
}  // namespace uploadgate::formats
