#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/image_bytes.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using namespace test;

std::string entry(std::uint64_t offset, std::uint64_t size) {
  return bytes({2, 2, 0, 0, 1, 0, 32, 0}) + little(size, 4) + little(offset, 4);
}
std::string head(std::uint64_t count, int kind = 1) {
  return little(0, 2) + bytes({kind, 0}) + little(count, 2);
}
// 2x2 at 32 bits, with its mask: 40 + 16 + 8 bytes.
const std::string bitmap = dib(2, 4, 32) + std::string(16, 'p') + std::string(8, 'm');
std::string one(std::string_view image, std::string_view behind = {}) {
  return head(1) + entry(22, image.size()) + std::string{image} + std::string{behind};
}

TEST_CASE("whole icons are read to the last byte, at every split", "[ico]") {
  struct {
    std::string_view name;
    std::string file;
    std::uint64_t frames;
  } const cases[] = {
      {"a bitmap", one(bitmap), 1},
      {"a cursor", head(1, 2) + entry(22, bitmap.size()) + bitmap, 1},
      {"without a mask", one(bitmap.substr(0, 56)), 1},
      {"a PNG", one(small_png()), 1},
      {"a palette", one(dib(2, 4, 1) + std::string(8, 'c') + std::string(8, 'p') + std::string(8, 'm')), 1},
      {"a bitmap and a PNG, in another order",
       head(2) + entry(38 + bitmap.size(), small_png().size()) + entry(38, bitmap.size()) + bitmap +
           small_png(),
       2},
      {"aligned",
       head(2) + entry(40, bitmap.size()) + entry(104, bitmap.size()) + std::string(2, '\0') + bitmap +
           bitmap,
       2},
      {"zeros to fill a sector", one(bitmap, std::string(500, '\0')), 1},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = read_every_split(ico, c.file);
    CHECK(o.reason == "");
    CHECK(o.detail == "");
    CHECK(o.found.frames == c.frames);
  }
  read_every_truncation(ico, one(bitmap));
  read_every_truncation(ico, one(small_png()));
}

TEST_CASE("hostile icons are refused at the byte", "[ico]") {
  const std::uint64_t n = one(bitmap).size();
  const std::string script = small_png(png_chunk("tEXt", std::string("k\0<?php ?>", 10)));
  const judged cases[] = {
      {"no icon", head(1, 3) + entry(22, 64) + bitmap, "bad_signature", 0},
      {"no image", head(0), "missing_part", 4},
      {"65535 images", head(65535), "too_many_frames", 4},
      {"a script behind the image", one(bitmap, "<?php"), "trailing_data", n},
      {"a script behind padding", one(bitmap, std::string(9, '\0') + "<?php"), "trailing_data", n + 9},
      {"zeros without end", one(bitmap, std::string(4097, '\0')), "trailing_data", n + 4096},
      {"a gap that hides a script", head(1) + entry(42, bitmap.size()) + "<?php system(1); ?> " + bitmap,
       "unclaimed_data", 22},
      {"a small gap that is not empty", head(1) + entry(24, bitmap.size()) + "PK" + bitmap, "unclaimed_data",
       22},
      {"an image in the directory", head(1) + entry(6, 40), "overlap", 18},
      {"two images in one place", head(2) + entry(38, bitmap.size()) + entry(38, bitmap.size()) + bitmap,
       "overlap", 102},
      {"an image of no bytes", head(1) + entry(22, 0), "bad_length", 14},
      {"an image of 4 GiB", head(1) + entry(22, 0xFFFF'FFFF) + bitmap, "unclaimed_data", 22 + 64},
      {"a bitmap that hides bytes", one(bitmap + std::string(60, 'x')), "unclaimed_data", 22 + 64},
      {"a script in a long mask", one(bitmap + "<?php ?>"), "payload_text", 22 + 64},
      {"a bitmap that is cut off", one(bitmap.substr(0, 50)), "bad_length", 22},
      {"neither PNG nor bitmap", one("PK\3\4 and more"), "bad_structure", 22},
      {"an odd height", one(dib(2, 3, 32) + std::string(24, 'p')), "bad_value", 30},
      {"a PNG with a script behind its end", one(small_png() + "<?php"), "trailing_data",
       22 + small_png().size()},
      {"a PNG with a script in its text", one(script), "payload_text", 22 + 43},
      {"a PNG of too many pixels", one(png_signature + png_header(60000, 60000)), "too_many_pixels", 22 + 16},
  };
  judge_each(ico, cases);
  const std::string two = head(2) + entry(38, 64) + entry(102, 64) + bitmap + bitmap;
  CHECK(read(ico, two, {.image = {.max_frames = 2, .max_total_pixels = 8}}).ok());
  CHECK(read(ico, two, {.image = {.max_frames = 1}}).reason == "too_many_frames");
  CHECK(read(ico, two, {.image = {.max_total_pixels = 7}}).reason == "too_many_total_pixels");
}

}  // namespace
}  // namespace uploadgate::formats
