#include "formats/grammars.hpp"
#include "support/boxes.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <boost/crc.hpp>

#include <string>

namespace uploadgate::formats {
namespace {

using test::be;
using test::le;
using test::where;
using test::zeros;

enum : unsigned { begins = 2, ends = 4 };

std::string page(unsigned flags, unsigned serial, unsigned number, const std::string& payload,
                 std::uint64_t granule = 1) {
  std::string table;
  for (std::size_t left = payload.size();; left -= 255) {
    table += static_cast<char>(left < 255 ? left : 255);
    if (left < 255) break;
  }
  std::string p = "OggS" + le(0, 1) + le(flags, 1) + le(granule, 8) + le(serial, 4) + le(number, 4) +
                  le(0, 4) + le(table.size(), 1) + table + payload;
  boost::crc_optimal<32, 0x04C11DB7, 0, 0, false, false> sum;
  sum.process_bytes(p.data(), p.size());
  return p.replace(22, 4, le(sum.checksum(), 4));
}

const std::string vorbis = "\x01vorbis" + zeros(23);
const std::string opus = "OpusHead" + zeros(11);
const std::string theora = "\x80theora" + zeros(7) + be(320, 3) + be(240, 3) + zeros(20);
const std::string sound =
    page(begins, 7, 0, vorbis, 0) + page(0, 7, 1, "comments", 0) + page(ends, 7, 2, std::string(700, 'x'));
const std::string stopped = page(begins, 7, 0, vorbis, 0) + page(0, 7, 1, "comments", 0);
const std::string film = page(begins, 1, 0, theora, 0) + page(begins, 2, 0, vorbis, 0) +
                         page(ends, 1, 1, "v") + page(ends, 2, 1, "a");

TEST_CASE("Ogg passes: one stream, several, chains", "[ogg]") {
  struct {
    std::string_view name;
    std::string file;
    std::string_view row;
  } const cases[] = {
      {"sound", sound, "ogg"},
      {"a chain of two", sound + sound, "ogg"},
      {"Opus", page(begins, 9, 0, opus) + page(ends, 9, 1, "x"), "opus"},
      {"one page", page(begins | ends, 9, 0, opus), "opus"},
      {"film", film, "ogv"},
      {"film named .ogg", film, "ogg"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(ogg, c.file, {}, c.row);
    CAPTURE(o.detail);
    CHECK(o.reason == "");
    CHECK(o.found.warnings.empty());
  }
  const test::outcome o = test::read(ogg, film, {}, "ogg");
  CHECK(o.found.width == 320);
  CHECK(o.found.height == 240);
  CHECK(o.found.media_type == "video/ogg");
}

TEST_CASE("an Ogg that is cut within a page does not pass", "[ogg]") {
  // Where a page ends, a recorder may have been stopped.
  test::read_every_truncation(ogg, sound, {}, "ogg", [](std::size_t n) { return n == stopped.size(); });
  const test::outcome o = test::read_every_split(ogg, stopped, {}, "ogg");
  CHECK(o.ok());
  CHECK(o.found.warnings == std::vector<std::string>{"a stream has no last page"});
}

TEST_CASE("hostile Ogg is refused at the byte at fault", "[ogg]") {
  std::string broken = sound;
  broken.back() = 'y';
  const std::uint64_t last = sound.rfind("OggS");
  std::string flipped = sound;
  flipped[30] = 'Z';  // of the identification
  const std::string php = page(begins, 7, 0, vorbis, 0) + page(ends, 7, 1, "TITLE=<?php system('id'); ?>", 0);
  std::string crowd;
  for (unsigned i = 0; i < 33; ++i) crowd += page(begins, i, 0, vorbis, 0);
  std::string version = sound;
  version[4] = 1;
  const std::string huge = page(begins, 1, 0, "\x80theora" + zeros(7) + be(0xFFFFFF, 3) + be(0xFFFFFF, 3));
  const test::judged_as cases[] = {
      {"a page with a wrong CRC", broken, "ogg", "checksum_mismatch", last + 22},
      {"a first page with a wrong CRC", flipped, "ogg", "unsupported_feature", 28},
      {"ZIP behind the end", sound + "PK\3\4", "ogg", "trailing_data", sound.size()},
      {"bytes between pages", page(begins, 7, 0, vorbis) + "<script>", "ogg", "unclaimed_data",
       page(begins, 7, 0, vorbis).size()},
      {"PHP in the comments", php, "ogg", "payload_text", where(php, "<?php")},
      {"a page of nobody", page(begins, 7, 0, vorbis) + page(0, 8, 1, "x"), "ogg", "bad_order", 58 + 14},
      {"a page behind the last",
       page(begins, 1, 0, vorbis) + page(begins | ends, 2, 0, vorbis) + page(0, 2, 1, "x"), "ogg",
       "bad_order", 116},
      {"a stream that begins twice", page(begins, 1, 0, vorbis) + page(begins, 1, 0, vorbis), "ogg",
       "duplicate_part", 58},
      {"33 streams", crowd, "ogg", "too_many_entries", 32 * 58},
      {"an unknown codec", page(begins, 1, 0, "<html>  "), "ogg", "unsupported_feature", 28},
      {"Vorbis named .opus", sound, "opus", "type_mismatch", 28},
      {"sound named .ogv", sound, "ogv", "type_mismatch", 0},
      {"another version", version, "ogg", "bad_value", 4},
      {"281 terapixel film", huge, "ogv", "too_many_pixels", 28 + 14},
      {"text", "hello", "ogg", "bad_signature", 0},
  };
  test::judge_each(ogg, cases);
}

}  // namespace
}  // namespace uploadgate::formats
