#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/image_bytes.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using namespace test;

std::string file(std::string_view chunks) { return riff_file("WEBP", chunks); }
std::string frame(std::string_view inside, std::uint64_t x = 0, std::uint64_t w = 4, std::uint64_t h = 4) {
  return riff_chunk("ANMF", little(x / 2, 3) + little(0, 3) + little(w - 1, 3) + little(h - 1, 3) +
                                little(10, 3) + bytes({0}) + std::string{inside});
}
const std::string anim = riff_chunk("ANIM", std::string(6, '\0'));

TEST_CASE("whole WebPs are read to the last byte, at every split", "[webp]") {
  struct {
    std::string_view name;
    std::string file;
    std::uint64_t frames;
  } const cases[] = {
      {"lossy", file(vp8(4, 4)), 1},
      {"lossless", file(vp8l(4, 4)), 1},
      {"alpha", file(vp8x(0x10, 4, 4) + riff_chunk("ALPH", "\1alpha") + vp8(4, 4)), 1},
      {"profile, EXIF and XMP",
       file(vp8x(0x2C, 4, 4) + riff_chunk("ICCP", "icc") + vp8l(4, 4) + riff_chunk("EXIF", "MM") +
            riff_chunk("XMP ", "<?xpacket?>")),
       1},
      {"an unknown chunk", file(vp8x(0, 4, 4) + riff_chunk("ABCD", "odd") + vp8(4, 4)), 1},
      {"animated",
       file(vp8x(2, 8, 4) + anim + frame(vp8(4, 4)) + frame(riff_chunk("ALPH", "\1a") + vp8(4, 4), 4) +
            frame(vp8l(4, 4))),
       3},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = read_every_split(webp, c.file);
    CHECK(o.reason == "");
    CHECK(o.detail == "");
    CHECK(o.found.frames == c.frames);
    CHECK(o.found.height == 4);
    CHECK(o.found.examined == examined::whole);
    read_every_truncation(webp, c.file);
  }
}

TEST_CASE("hostile WebPs are refused at the byte", "[webp]") {
  const std::string simple = file(vp8(4, 4));
  const auto lying = [&](std::uint64_t size) { return "RIFF" + little(size, 4) + simple.substr(8); };
  const std::uint64_t x = 12 + 18;  // behind VP8X
  const judged cases[] = {
      {"another RIFF", riff_file("WAVE", vp8(4, 4)), "bad_signature", 0},
      {"a script behind the end", simple + "<?php", "trailing_data", simple.size()},
      {"RIFF says more than there is", lying(1000), "truncated", simple.size()},
      {"RIFF says 4 GiB", lying(0xFFFF'FFFE), "truncated", simple.size()},
      {"RIFF says less than its chunk", lying(10), "bad_length", 12},
      {"RIFF says an odd size", lying(31), "bad_length", 4},
      {"RIFF says nothing", lying(0), "bad_length", 4},
      {"a chunk longer than RIFF", riff_file("WEBP", "VP8 " + little(0xFFFF'FFFF, 4) + "xxxxxxxxxx"),
       "bad_length", 16},
      {"a chunk hidden behind a simple image", file(vp8(4, 4) + riff_chunk("HIDE", "<?php")),
       "unclaimed_data", 36},
      {"no image first", file(riff_chunk("EXIF", "MM")), "bad_order", 12},
      {"no image", file(vp8x(0, 4, 4)), "missing_part", x},
      {"two images", file(vp8x(0, 4, 4) + vp8(4, 4) + vp8l(4, 4)), "duplicate_part", x + 24},
      {"an image of another size", file(vp8x(0, 4, 4) + vp8(5, 4)), "bad_value", x + 14},
      {"16383x16383", file(vp8(16383, 16383)), "too_many_pixels", 26},
      {"a canvas of 2^24", file(vp8x(0, 1 << 24, 1 << 24)), "too_many_pixels", 24},
      {"no width", file(vp8(0, 4)), "zero_pixels", 26},
      {"no key frame", file(riff_chunk("VP8 ", bytes({1, 0, 0, 0x9D, 1, 0x2A, 4, 0, 4, 0}))), "bad_value",
       20},
      {"no start code", file(riff_chunk("VP8 ", bytes({0, 0, 0, 0x9D, 1, 0x2B, 4, 0, 4, 0}))), "bad_value",
       23},
      {"a partition longer than the chunk",
       file(riff_chunk("VP8 ", bytes({0, 1, 0, 0x9D, 1, 0x2A, 4, 0, 4, 0}))), "bad_length", 20},
      {"VP8L of version 1", file(riff_chunk("VP8L", bytes({0x2F, 0, 0, 0, 0x20}))), "bad_value", 24},
      {"PHP in EXIF", file(vp8x(8, 4, 4) + vp8(4, 4) + riff_chunk("EXIF", "MM<?php ?>")), "payload_text",
       x + 34},
      {"HTML in XMP", file(vp8x(4, 4, 4) + vp8(4, 4) + riff_chunk("XMP ", "<script>")), "payload_text",
       x + 32},
      {"PHP in an unknown chunk", file(vp8x(0, 4, 4) + riff_chunk("ABCD", "<?php ")), "payload_text", x + 8},
      {"a profile that fills the disk",
       file(vp8x(0x20, 4, 4)).replace(4, 4, little(0x7FFFFFFE, 4)) + "ICCP" + little(0x70000000, 4),
       "metadata_too_large", x},
      {"two profiles", file(vp8x(0x20, 4, 4) + riff_chunk("ICCP", "ab") + riff_chunk("ICCP", "ab")),
       "duplicate_part", x + 10},
      {"frames without ANIM", file(vp8x(2, 4, 4) + frame(vp8(4, 4))), "bad_order", x},
      {"frames in a still image", file(vp8x(0, 4, 4) + anim), "bad_order", x},
      {"a frame outside the canvas", file(vp8x(2, 4, 4) + anim + frame(vp8(4, 4), 2)), "bad_value", x + 22},
      {"a frame that lies in a frame", file(vp8x(2, 4, 4) + anim + frame(frame(vp8(4, 4)))), "bad_order",
       x + 38},
      {"a chunk longer than its frame",
       file(vp8x(2, 4, 4) + anim + frame("VP8 " + little(100, 4) + "xxxxxxxxxx")), "bad_length", x + 42},
      {"a frame without an image", file(vp8x(2, 4, 4) + anim + frame("")), "missing_part", x + 38},
      {"bytes in a frame that are no chunk", file(vp8x(2, 4, 4) + anim + frame(vp8(4, 4) + "evil")),
       "bad_length", x + 62},
      {"alpha without its image", file(vp8x(0x10, 4, 4) + riff_chunk("ALPH", "\1a") + vp8l(4, 4)),
       "bad_order", x + 10},
  };
  judge_each(webp, cases);
}

TEST_CASE("the limits of WebP hold at N-1, N and N+1", "[webp]") {
  const std::string two = file(vp8x(2, 4, 4) + anim + frame(vp8(4, 4)) + frame(vp8(4, 4)));
  CHECK(read(webp, two, {.image = {.max_pixels = 16, .max_frames = 2, .max_total_pixels = 32}}).ok());
  CHECK(read(webp, two, {.image = {.max_pixels = 15}}).reason == "too_many_pixels");
  CHECK(read(webp, two, {.image = {.max_frames = 1}}).reason == "too_many_frames");
  CHECK(read(webp, two, {.image = {.max_total_pixels = 31}}).reason == "too_many_total_pixels");
  const std::string exif = file(vp8x(8, 4, 4) + vp8(4, 4) + riff_chunk("EXIF", "0123456789"));
  CHECK(read(webp, exif, {.image = {.max_metadata = 10}}).ok());
  CHECK(read(webp, exif, {.image = {.max_metadata = 9}}).reason == "metadata_too_large");
}

}  // namespace
}  // namespace uploadgate::formats
