#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/image_bytes.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using namespace test;

// Codes of 3 bits: clear, 0, end; one pixel.
const std::string one_pixel = gif_frame(1, 1);
std::string small_gif(std::string_view before = {}, std::string_view behind = {}) {
  return gif_header(1, 1) + std::string{before} + one_pixel + ";" + std::string{behind};
}
const std::string loop = gif_extension(0xFF, "NETSCAPE2.0", std::string("\1\0\0", 3));
const std::string control = gif_extension(0xF9, std::string("\4\12\0\0", 4));

TEST_CASE("whole GIFs are read to the last byte, at every split and both depths", "[gif]") {
  struct {
    std::string_view name;
    std::string file;
    std::uint64_t frames;
  } const cases[] = {
      {"one frame", small_gif(), 1},
      {"GIF87a", "GIF87a" + small_gif().substr(6), 1},
      {"animated", small_gif(loop + control + one_pixel + control), 2},
      {"comment and plain text",
       small_gif(gif_extension(0xFE, "hello") + gif_extension(0x01, std::string(12, '\1'), "text")), 1},
      {"1024 zeros of padding", small_gif({}, std::string(1024, '\0')), 1},
      {"a profile as Apple's software writes it",
       small_gif(gif_extension(0xFF, "ICCRGBG1012" + std::string(241, 'p'), "more")), 1},
      {"a comment of two sub-blocks", small_gif(gif_extension(0xFE, std::string(255, 'a'), "b")), 1},
  };
  for (const auto& c : cases) {
    for (const depth d : {depth::standard, depth::deep}) {
      CAPTURE(c.name);
      structure_limits limits;
      limits.depth = d;
      const outcome o = read_every_split(gif, c.file, limits);
      CHECK(o.reason == "");
      CHECK(o.detail == "");
      CHECK(o.found.frames == c.frames);
      CHECK(o.found.width == 1);
      CHECK(o.found.examined == examined::whole);
    }
  }
  read_every_truncation(gif, small_gif(loop + control));
  const outcome wide = read(gif, gif_header(1, 1) + gif_frame(1, 1, "\x44\x01", 5) + ";");
  CHECK(wide.ok());
  CHECK(wide.found.warnings.size() == 1);
}

TEST_CASE("hostile GIFs are refused at the byte", "[gif]") {
  const std::uint64_t n = small_gif().size();
  const std::uint64_t head = 19;
  const judged cases[] = {
      {"the classic", "GIF89a;<?php system($_GET['cmd']); ?>", "payload_text", 7},
      {"the classic in short tags", "GIF89a<?=`$_GET[0]`?>", "payload_text", 6},
      {"PHP that begins in the fields before the colours",
       "GIF89a" + little(1, 2) + little(1, 2) + "\x81<?php 1;12345" + gif_frame(1, 1) + ";", "payload_text",
       11},
      {"GIF and JavaScript", "GIF89a/*" + std::string(40, '\0') + "*/=1;alert(1)", "unclaimed_data", 13},
      {"another version", "GIF88a" + small_gif().substr(6), "bad_signature", 0},
      {"a script behind the end", small_gif({}, "<?php"), "trailing_data", n},
      {"GIFAR: a JAR behind the end", small_gif({}, "PK\3\4"), "trailing_data", n},
      {"1025 zeros behind the end", small_gif({}, std::string(1025, '\0')), "trailing_data", n},
      {"zeros and something else behind the end", small_gif({}, std::string(9, '\0') + "x"), "trailing_data",
       n},
      {"PHP in a comment", small_gif(gif_extension(0xFE, "<?php phpinfo();")), "payload_text", head + 3},
      {"PHP in the data of an application", small_gif(gif_extension(0xFF, "XMP DataXMP", "<?php ?>")),
       "payload_text", head + 15},
      {"HTML in an unknown extension", small_gif(gif_extension(0x77, "<script>")), "payload_text", head + 3},
      {"PHP in the colour table",
       "GIF89a" + little(1, 2) + little(1, 2) + bytes({0x81, 0, 0}) + "a<?php 1 ;..;", "payload_text", 14},
      {"65535x65535 in a few bytes", gif_header(65535, 65535), "too_many_pixels", 6},
      {"a frame of 65535x65535", gif_header(1, 1) + gif_frame(65535, 65535), "too_many_pixels", head + 5},
      {"a frame far outside", gif_header(1, 1) + gif_frame(2, 65000, "x", 65000), "too_many_pixels",
       head + 1},
      {"a frame without pixels", gif_header(1, 1) + gif_frame(0, 1), "zero_pixels", head + 5},
      {"no image", gif_header(1, 1) + ";", "missing_part", head},
      {"a byte between blocks",
       small_gif("!"
                 "\xFE" +
                 std::string(1, '\0') + "x"),
       "unclaimed_data", head + 3},
      {"an application block of 10 bytes", small_gif(gif_extension(0xFF, "NETSCAPE2.")), "bad_length",
       head + 2},
      {"code size 9", gif_header(1, 1) + "," + little(0, 4) + little(1, 2) + little(1, 2) + bytes({0, 9}),
       "bad_value", head + 10},
  };
  judge_each(gif, cases);
}

TEST_CASE("deep: LZW gives the pixels and ends where the sub-blocks do", "[gif]") {
  struct {
    std::string_view name;
    std::string lzw;
    std::uint64_t width;
    std::string_view reason;
    std::uint64_t offset;
  } const cases[] = {
      {"one pixel", "\x44\x01", 1, "", 0},
      {"one byte that an encoder flushed", std::string("\x44\x01\0", 3), 1, "", 0},
      {"a script behind the end code", "\x44\x01<?php", 1, "hidden_data", 34},
      {"a pixel too few", "\x44\x01", 2, "missing_pixels", 33},
      {"two pixels where one is promised", bytes({0x04, 0x0A}), 1, "corrupt_data", 32},
      {"a code that is not defined", bytes({0x3C, 0x01}), 1, "corrupt_data", 31},
  };
  structure_limits deep;
  deep.depth = depth::deep;
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const std::string file = gif_header(9, 1) + gif_frame(c.width, 1, c.lzw) + ";";
    CHECK(read(gif, file).ok());
    const outcome o = read_every_split(gif, file, deep);
    CHECK(o.reason == c.reason);
    if (c.offset != 0) CHECK(o.offset == c.offset);
  }
}

TEST_CASE("the limits of GIF hold at N-1, N and N+1", "[gif]") {
  const std::string two = small_gif(one_pixel);
  CHECK(read(gif, two, {.image = {.max_frames = 2, .max_total_pixels = 2}}).ok());
  CHECK(read(gif, two, {.image = {.max_frames = 1}}).reason == "too_many_frames");
  CHECK(read(gif, two, {.image = {.max_total_pixels = 1}}).reason == "too_many_total_pixels");
  const std::string comment = small_gif(gif_extension(0xFE, "12345678"));  // ten bytes with its lengths
  CHECK(read(gif, comment, {.image = {.max_metadata = 11}}).ok());
  CHECK(read(gif, comment, {.image = {.max_metadata = 10}}).ok());
  const outcome o = read_every_split(gif, comment, {.image = {.max_metadata = 9}});
  CHECK(o.reason == "metadata_too_large");
  CHECK(o.offset == 19);
}

}  // namespace
}  // namespace uploadgate::formats
