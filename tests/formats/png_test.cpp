#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/image_bytes.hpp"
#include "support/judge.hpp"

#include <string>
#include <vector>

namespace uploadgate::formats {
namespace {

using namespace test;

std::string frame(std::uint32_t number, std::uint64_t w, std::uint64_t h, std::uint64_t x, std::uint64_t y,
                  int dispose = 0, int blend = 0) {
  return png_chunk("fcTL", big(number, 4) + big(w, 4) + big(h, 4) + big(x, 4) + big(y, 4) + big(1, 2) +
                               big(10, 2) + bytes({dispose, blend}));
}
std::string frame_data(std::uint32_t number, std::string_view packed) {
  return png_chunk("fdAT", big(number, 4) + std::string{packed});
}
std::string animation(std::uint32_t frames) { return png_chunk("acTL", big(frames, 4) + big(0, 4)); }
std::string animated() {
  return small_png(animation(2) + frame(0, 4, 3, 0, 0), frame(1, 2, 2, 2, 1) +
                                                            frame_data(2, grey_rows(2, 2).substr(0, 5)) +
                                                            frame_data(3, grey_rows(2, 2).substr(5)));
}
std::string palette_png(std::string_view between) {
  return png_signature + png_header(4, 3, 2, 3) + png_chunk("PLTE", std::string(12, 'a')) +
         std::string{between} + png_chunk("IDAT", zlib_packed(std::string("\0a\0b\0c", 6))) +
         png_chunk("IEND");
}
std::string adam7() {  // 5x5: passes of 1x1, 1x1, 2x1, 1x2 ... with a filter type before each row
  std::string rows;
  for (const auto& [w, h] : {std::pair{1, 1}, {1, 1}, {2, 1}, {1, 2}, {3, 1}, {2, 3}, {5, 2}}) {
    for (int y = 0; y < h; ++y) rows += std::string(1, '\2') + std::string(static_cast<std::size_t>(w), 'p');
  }
  return png_signature + png_header(5, 5, 8, 0, 1) + png_chunk("IDAT", zlib_packed(rows)) + png_chunk("IEND");
}
const std::string profile = std::string("icc\0\0", 5) + zlib_packed(std::string(500, 'i'));

TEST_CASE("whole PNGs are read to the last byte, at every split and both depths", "[png]") {
  struct {
    std::string_view name;
    std::string file;
    std::uint64_t frames;
  } const cases[] = {
      {"one IDAT", small_png(), 1},
      {"IDAT in pieces, one of them empty",
       png_signature + png_header(4, 3) + png_chunk("IDAT", grey_rows(4, 3).substr(0, 1)) +
           png_chunk("IDAT") + png_chunk("IDAT", grey_rows(4, 3).substr(1)) + png_chunk("IEND"),
       1},
      {"palette",
       palette_png(png_chunk("tRNS", "abcd") + png_chunk("bKGD", "\3") + png_chunk("hIST", "12345678")), 1},
      {"colour and time",
       small_png(png_chunk("gAMA", big(45455, 4)) + png_chunk("sRGB", std::string(1, '\0')) +
                     png_chunk("sBIT", "\x8") + png_chunk("pHYs", big(1, 4) + big(1, 4) + "\1"),
                 png_chunk("tIME", big(2026, 2) + bytes({11, 22, 8, 0, 60}))),
       1},
      {"texts",
       small_png(png_chunk("tEXt", std::string("Title\0a picture", 15)) +
                 png_chunk("zTXt", std::string("Note\0\0", 6) + zlib_packed("a note")) +
                 png_chunk("iTXt", std::string("k\0\0\0en\0k\0plain", 14)) +
                 png_chunk("iTXt", std::string("k\0\1\0en\0k\0", 9) + zlib_packed("packed"))),
       1},
      {"profile", small_png(png_chunk("iCCP", profile)), 1},
      {"private and content credentials",
       small_png(png_chunk("prVW", std::string(300, '\0')) + png_chunk("npTc", "\1\2\2\11")), 1},
      {"interlaced", adam7(), 1},
      {"animated", animated(), 2},
      {"animated, with a picture for others",
       small_png(animation(1), frame(0, 4, 3, 0, 0) + frame_data(1, grey_rows(4, 3))), 2},
  };
  for (const auto& c : cases) {
    for (const depth d : {depth::standard, depth::deep}) {
      CAPTURE(c.name, static_cast<int>(d));
      structure_limits limits;
      limits.depth = d;
      const outcome o = read_every_split(png, c.file, limits);
      CHECK(o.reason == "");
      CHECK(o.detail == "");
      CHECK(o.found.frames == c.frames);
      CHECK(o.found.examined == examined::whole);
    }
  }
  CHECK(read(png, small_png()).found.width == 4);
  CHECK(read(png, small_png()).found.height == 3);
  read_every_truncation(png, animated());
}

std::string with_byte(std::string file, std::size_t at, char value) {
  file[at] = value;
  return file;
}

TEST_CASE("hostile PNGs are refused at the byte", "[png]") {
  const std::uint64_t n = small_png().size();
  const std::uint64_t idat = 33;  // where the chunk behind IHDR begins
  const std::string zeros(20 << 20, '\0');
  struct {
    std::string_view name;
    std::string file;
    std::string_view reason;
    std::uint64_t offset;
  } const cases[] = {
      {"not a PNG", "GIF89a..", "bad_signature", 0},
      {"a script behind the end", small_png() + "<?php system($_GET[0]);", "trailing_data", n},
      {"a ZIP behind the end", small_png() + "PK\3\4", "trailing_data", n},
      {"a tar behind the end", small_png() + std::string(512, '\0'), "trailing_data", n},
      {"a second PNG behind the end", small_png() + small_png(), "trailing_data", n},
      {"a chunk as long as can be", small_png(big(0xFFFF'FFFF, 4) + "tEXt"), "bad_length", idat},
      {"a length over 2^31", small_png(big(0x8000'0000, 4) + "IDAT"), "bad_length", idat},
      {"metadata that fills the disk", small_png(big(0x7FFF'FFFF, 4) + "tEXt"), "metadata_too_large", idat},
      {"a private chunk that fills the disk", small_png(big(0x7FFF'FFFF, 4) + "prIV"), "metadata_too_large",
       idat},
      {"a million pixels a side", png_signature + png_header(1'000'000, 1'000'000), "too_many_pixels", 16},
      {"no width", png_signature + png_header(0, 1), "zero_pixels", 16},
      {"a height of 2^31", png_signature + png_header(1, 0x8000'0000), "bad_value", 20},
      {"colour type 1", png_signature + png_header(1, 1, 8, 1), "bad_value", 25},
      {"palette of 16 bits", png_signature + png_header(1, 1, 16, 3), "bad_value", 24},
      {"colour of 4 bits", png_signature + png_header(1, 1, 4, 2), "bad_value", 24},
      {"interlace 2", png_signature + png_header(1, 1, 8, 2, 2), "bad_value", 28},
      {"a flipped bit in the text",
       with_byte(small_png(png_chunk("tEXt", std::string("k\0text", 6))), 45, 'T'), "checksum_mismatch",
       idat + 14},
      {"a chunk before IHDR", png_signature + png_chunk("tEXt", "k"), "bad_order", 12},
      {"Apple's variant", png_signature + png_chunk("CgBI", "1234"), "unsupported_feature", 12},
      {"an unknown critical chunk", small_png(png_chunk("EVIL")), "bad_structure", idat + 4},
      {"a chunk name that is code", small_png(png_chunk("<?=1")), "bad_structure", idat + 4},
      {"two IHDR", small_png(png_header(1, 1)), "duplicate_part", idat + 4},
      {"IDAT apart", small_png({}, png_chunk("tEXt", std::string("k\0", 2)) + png_chunk("IDAT", "x")),
       "bad_order", 0},
      {"no IDAT", png_signature + png_header(1, 1) + png_chunk("IEND"), "missing_part", idat + 4},
      {"empty IDAT", png_signature + png_header(1, 1) + png_chunk("IDAT") + png_chunk("IEND"), "missing_part",
       idat + 12},
      {"IDAT without zlib", png_signature + png_header(1, 1) + png_chunk("IDAT", "PK\3\4"), "corrupt_data",
       idat + 8},
      {"more IDAT than pixels can need",
       png_signature + png_header(1, 1) + png_chunk("IDAT", grey_rows(1, 1) + std::string(5000, 'z')),
       "unclaimed_data", idat + 8 + 2 * 2 + 16 + 4096},
      {"IEND that holds something", small_png({}, png_chunk("IEND", "x")), "bad_length", 0},
      {"no palette", png_signature + png_header(1, 1, 8, 3) + png_chunk("IDAT", "x"), "missing_part",
       idat + 4},
      {"a palette of four bytes", png_signature + png_header(1, 1, 8, 3) + png_chunk("PLTE", "abcd"),
       "bad_length", idat + 8},
      {"a script in the palette",
       png_signature + png_header(1, 1, 8, 3) + png_chunk("PLTE", "ab<?=$_GET[0]?>"), "payload_text",
       idat + 10},
      {"a palette too long for its depth",
       png_signature + png_header(1, 1, 1, 3) + png_chunk("PLTE", "abcdefghi"), "bad_length", idat + 8},
      {"transparency beside alpha", png_signature + png_header(1, 1, 8, 6) + png_chunk("tRNS", "ab"),
       "bad_structure", idat + 8},
      {"PHP in a comment", small_png(png_chunk("tEXt", std::string("Comment\0<?php phpinfo();", 24))),
       "payload_text", idat + 16},
      {"HTML in EXIF", small_png(png_chunk("eXIf", std::string("MM\0*....<script>alert(1)</script>", 33))),
       "payload_text", 0},
      {"PHP in a private chunk", small_png(png_chunk("prVT", "12<?php ?>")), "payload_text", idat + 10},
      {"HTML in packed text",
       small_png(png_chunk("zTXt", std::string("k\0\0", 3) + zlib_packed("<html><body>"))), "payload_text",
       idat + 8},
      {"text that unpacks to gigabytes",
       small_png(png_chunk("zTXt", std::string("k\0\0", 3) + zlib_packed(zeros))), "metadata_too_large",
       idat + 8},
      {"bytes hidden behind packed text",
       small_png(png_chunk("zTXt", std::string("k\0\0", 3) + zlib_packed("abc") + "hidden")),
       "unclaimed_data", idat + 11 + zlib_packed("abc").size()},
      {"packed text that is none", small_png(png_chunk("iTXt", std::string("k\0\1\0\0\0zzzz", 10))),
       "corrupt_data", idat + 8},
      {"a keyword of 80 bytes", small_png(png_chunk("tEXt", std::string(80, 'k'))), "bad_length",
       idat + 8 + 79},
      {"text without a keyword", small_png(png_chunk("tEXt", std::string("\0a", 2))), "bad_value", idat + 8},
      {"two profiles", small_png(png_chunk("iCCP", profile) + png_chunk("iCCP", profile)), "duplicate_part",
       idat + 12 + profile.size() + 4},
      {"an animation of a billion frames", small_png(animation(1'000'000'000)), "too_many_frames", idat + 8},
      {"an animation of no frames", small_png(animation(0)), "bad_value", idat + 8},
      {"more frames than promised", small_png(animation(1) + frame(0, 4, 3, 0, 0), frame(1, 1, 1, 0, 0)),
       "bad_structure", 0},
      {"fewer frames than promised", small_png(animation(2) + frame(0, 4, 3, 0, 0)), "missing_part", 0},
      {"a frame without acTL", small_png(frame(0, 4, 3, 0, 0)), "missing_part", idat + 4},
      {"a frame out of sequence", small_png(animation(1) + frame(1, 4, 3, 0, 0)), "bad_order", idat + 28},
      {"a frame outside the image", small_png(animation(2) + frame(0, 4, 3, 0, 0), frame(1, 4, 3, 1, 0)),
       "bad_value", 0},
      {"a frame whose edge wraps around",
       small_png(animation(2) + frame(0, 4, 3, 0, 0), frame(1, 4, 3, 0xFFFF'FFFF, 0)), "bad_value", 0},
      {"frame data before any frame", small_png(animation(1) + frame_data(0, "x")), "bad_order", idat + 24},
      {"a frame without data", small_png(animation(2) + frame(0, 4, 3, 0, 0), frame(1, 1, 1, 0, 0)),
       "missing_part", 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = c.file.size() < 8000 ? read_every_split(png, c.file) : read(png, c.file);
    CHECK(o.reason == c.reason);
    if (c.offset != 0 || c.reason == "bad_signature") CHECK(o.offset == c.offset);
  }
}

TEST_CASE("deep: the zlib stream gives the pixels and ends where the chunks do", "[png]") {
  const auto image = [](std::string_view packed) {
    return png_signature + png_header(4, 3) + png_chunk("IDAT", packed) + png_chunk("IEND");
  };
  const std::string rows("\0abcd\0abcd\0abcd", 15);
  const std::uint64_t data = 41;
  struct {
    std::string_view name;
    std::string file;
    std::string_view reason;
    std::uint64_t offset;
  } const cases[] = {
      {"a script behind the zlib stream", image(grey_rows(4, 3) + "<?php ?>"), "hidden_data",
       data + grey_rows(4, 3).size()},
      {"a fourth row", image(grey_rows(4, 4)), "hidden_data", data},
      {"a row too few", image(grey_rows(4, 2)), "missing_pixels", data + grey_rows(4, 2).size() + 4},
      {"half a row", image(zlib_packed(rows.substr(0, 13))), "missing_pixels", 0},
      {"a filter type of 5", image(zlib_packed(std::string("\0abcd\5abcd\0abcd", 15))), "bad_value", data},
      {"no check sum", image(zlib_packed(rows).substr(0, zlib_packed(rows).size() - 4)), "corrupt_data", 0},
      {"a wrong check sum", image(with_byte(zlib_packed(rows), zlib_packed(rows).size() - 1, '!')),
       "corrupt_data", data},
      {"hidden bytes in a frame",
       small_png(animation(2) + frame(0, 4, 3, 0, 0),
                 frame(1, 1, 1, 0, 0) + frame_data(2, grey_rows(1, 1) + "!")),
       "hidden_data", 0},
  };
  structure_limits deep;
  deep.depth = depth::deep;
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(read(png, c.file).ok());
    const outcome o = read_every_split(png, c.file, deep);
    CHECK(o.reason == c.reason);
    if (c.offset != 0) CHECK(o.offset == c.offset);
  }
}

TEST_CASE("the limits of PNG hold at N-1, N and N+1", "[png]") {
  structure_limits l;
  l.image = {.max_pixels = 12,
             .max_frames = 2,
             .max_total_pixels = 16,
             .max_metadata = 10,
             .max_unpacked_metadata = 8};
  CHECK(read(png, animated(), l).ok());
  CHECK(read(png, small_png(), {.image = {.max_pixels = 11}}).reason == "too_many_pixels");
  CHECK(read(png, animated(), {.image = {.max_frames = 1}}).reason == "too_many_frames");
  CHECK(read(png, animated(), {.image = {.max_total_pixels = 15}}).reason == "too_many_total_pixels");
  const auto text = [](std::size_t n) {
    return small_png(png_chunk("tEXt", "k" + std::string(n - 1, '\0')));
  };
  CHECK(read(png, text(9), l).ok());
  CHECK(read(png, text(10), l).ok());
  CHECK(read(png, text(11), l).reason == "metadata_too_large");
  l.image.max_metadata = 100;
  const auto packed = [](std::size_t n) {
    return small_png(png_chunk("zTXt", std::string("k\0\0", 3) + zlib_packed(std::string(n, 'x'))));
  };
  CHECK(read(png, packed(7), l).ok());
  CHECK(read(png, packed(8), l).ok());
  CHECK(read_every_split(png, packed(9), l).reason == "metadata_too_large");
}

TEST_CASE("payload text in metadata is refused, told or let pass", "[png]") {
  const std::string file = small_png(png_chunk("tEXt", std::string("k\0<?php ", 8)));
  structure_limits l;
  CHECK(read(png, file, l).reason == "payload_text");
  l.image.payload_text = handling::warn;
  const outcome warned = read_every_split(png, file, l);
  CHECK(warned.ok());
  CHECK(warned.found.warnings == std::vector<std::string>{"payload_text: <?php in tEXt at 43"});
  l.image.payload_text = handling::allow;
  CHECK(read(png, file, l).found.warnings.empty());
}

}  // namespace
}  // namespace uploadgate::formats
