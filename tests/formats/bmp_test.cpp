#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/image_bytes.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using namespace test;

const std::string pixels(32, 'p');  // of 4x2 at 24 bits, or of 5x2

std::string core(std::uint64_t w, std::uint64_t h) {
  return little(12, 4) + little(w, 2) + little(h, 2) + little(1, 2) + little(24, 2);
}
std::string v5(std::uint64_t space, std::uint64_t profile_at, std::uint64_t profile_bytes) {
  return little(124, 4) + dib(5, 2).substr(4) + std::string(16, '\0') + little(space, 4) +
         std::string(52, '\0') + little(profile_at, 4) + little(profile_bytes, 4) + little(0, 4);
}

TEST_CASE("whole bitmaps are read to the last byte, at every split", "[bmp]") {
  const std::string rle = bytes({4, 1, 0, 3}) + "abc" + bytes({0, 0, 2, 1, 1, 0, 0, 0, 1});
  struct {
    std::string_view name;
    std::string file;
  } const cases[] = {
      {"24 bits", bmp_file(dib(5, 2), pixels)},
      {"top down", bmp_file(dib(5, 0xFFFF'FFFE), pixels)},
      {"OS/2", bmp_file(core(5, 2), pixels)},
      {"palette", bmp_file(dib(5, 2, 8) + std::string(1024, 'c'), std::string(16, 'p'))},
      {"short palette", bmp_file(dib(5, 2, 8, 0, 0, 2) + "abcdefgh", std::string(16, 'p'))},
      {"masks", bmp_file(dib(5, 2, 16, 3) + std::string(12, 'm'), std::string(24, 'p'))},
      {"run lengths",
       bmp_file(dib(5, 2, 8, 1, 0, 2) + "abcdefgh",
                bytes({5, 1, 0, 0, 0, 3}) + std::string("abc\0", 4) + bytes({0, 2, 1, 1, 5, 1, 0, 1}))},
      {"aligned", bmp_file(dib(5, 2), pixels, 10)},
      {"the end of a line behind", bmp_file(dib(5, 2), pixels + "\n")},
      {"two bytes of padding", bmp_file(dib(5, 2), pixels + std::string(2, '\0'))},
      {"profile", bmp_file(v5(0x4D424544, 124 + 32, 7), pixels + "profile")},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = read_every_split(bmp, c.file);
    CHECK(o.reason == "");
    CHECK(o.detail == "");
    CHECK(o.found.width == 5);
    CHECK(o.found.height == 2);
  }
  read_every_truncation(bmp, bmp_file(dib(5, 2), pixels));
}

TEST_CASE("hostile bitmaps are refused at the byte", "[bmp]") {
  const std::string good = bmp_file(dib(5, 2), pixels);
  const judged cases[] = {
      {"no bitmap", "MZ" + good.substr(2), "bad_signature", 0},
      {"a script behind the pixels", good + "<?php", "trailing_data", 86},
      {"five bytes of padding", good + std::string(5, '\0'), "trailing_data", 86},
      {"an executable between palette and pixels", bmp_file(dib(5, 2), pixels, 5000), "bad_value", 10},
      {"PHP that begins in the header's last field",
       bmp_file(dib(5, 2, 8).substr(0, 36) + "<?php system(1);" + std::string(1012, 'c'),
                std::string(16, 'p')),
       "payload_text", 50},
      {"a script between header and pixels", bmp_file(dib(5, 2) + "<script>", pixels), "payload_text", 54},
      {"pixels within the header", bmp_file(dib(5, 2), pixels).replace(10, 1, "\x20"), "bad_value", 10},
      {"more image bytes than pixels", bmp_file(dib(5, 2, 24, 0, 5000), pixels), "unclaimed_data", 86},
      {"65535x65535", bmp_file(dib(65535, 65535), ""), "too_many_pixels", 18},
      {"a height of -2^31", bmp_file(dib(5, 0x8000'0000), ""), "too_many_pixels", 18},
      {"no width", bmp_file(dib(0, 2), ""), "zero_pixels", 18},
      {"a negative width", bmp_file(dib(0xFFFF'FFFF, 2), ""), "bad_value", 18},
      {"a header of 41 bytes", bmp_file(little(41, 4) + dib(5, 2).substr(4) + "x", pixels), "bad_value", 14},
      {"7 bits", bmp_file(dib(5, 2, 7), pixels), "bad_value", 28},
      {"run lengths in 24 bits", bmp_file(dib(5, 2, 24, 1), pixels), "bad_value", 30},
      {"a PNG within", bmp_file(dib(5, 2, 0, 5), pixels), "bad_value", 28},
      {"300 colours in 8 bits", bmp_file(dib(5, 2, 8, 0, 0, 300), pixels), "bad_value", 46},
      {"run lengths without end", bmp_file(dib(5, 2, 8, 1, 0, 2) + "abcdefgh", bytes({5, 1, 5, 1})),
       "truncated", 66},
      {"a script behind the run lengths",
       bmp_file(dib(5, 2, 8, 1, 40, 2) + "abcdefgh", bytes({0, 1}) + "<?php"), "unclaimed_data", 64},
      {"a profile on another server", bmp_file(v5(0x4C494E4B, 156, 7), pixels + "\\\\evil\\"),
       "external_reference", 70},
      {"a profile over the pixels", bmp_file(v5(0x4D424544, 124, 7), pixels), "overlap", 126},
      {"PHP in the profile", bmp_file(v5(0x4D424544, 156, 9), pixels + "i<?php ?>"), "payload_text", 171},
  };
  judge_each(bmp, cases);
  CHECK(read(bmp, good, {.image = {.max_pixels = 10}}).ok());
  CHECK(read(bmp, good, {.image = {.max_pixels = 9}}).reason == "too_many_pixels");
}

TEST_CASE("runs that leave the picture are refused in deep", "[bmp]") {
  const structure_limits deep{.depth = depth::deep};
  const auto packed = [](int bits, std::initializer_list<int> runs) {
    return bmp_file(dib(5, 3, bits, bits == 8 ? 1 : 2, 0, 2) + "abcdefgh", bytes(runs));
  };
  const judged cases[] = {
      {"rows of five", packed(8, {5, 1, 0, 0, 2, 1, 3, 1, 0, 0, 5, 1, 0, 0, 0, 1}), ""},
      {"without the end of the last row", packed(8, {0, 0, 0, 0, 5, 1, 0, 1}), ""},
      {"rows filled up to four bytes", packed(8, {8, 1, 0, 0, 8, 1, 0, 0, 8, 1, 0, 0, 0, 1}), ""},
      {"half bytes", packed(4, {5, 1, 0, 0, 0, 5, 1, 1, 1, 0, 0, 0, 5, 1, 0, 0, 0, 1}), ""},
      {"a step to the last row", packed(8, {0, 2, 4, 2, 1, 1, 0, 1}), ""},
      {"pixels behind the end of a row", packed(8, {5, 1, 4, 1, 0, 0}), "hidden_data", 65},
      {"a literal run behind the end of a row",
       packed(8, {5, 1, 0, 4, 'e', 'v', 'i', 'l', 0, 0, 0, 0, 0, 0, 0, 1}), "hidden_data", 65},
      {"pixels behind the last row", packed(8, {0, 0, 0, 0, 0, 0, 1, 1, 0, 1}), "hidden_data", 69},
      {"a row behind the last row", packed(8, {0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), "hidden_data", 69},
      {"a step below the last row", packed(8, {0, 2, 0, 4, 0, 1}), "bad_value", 65},
      {"a step beyond the row", packed(8, {0, 2, 9, 0, 0, 1}), "bad_value", 65},
      {"an end before the last row", packed(8, {5, 1, 0, 0, 0, 1}), "missing_pixels", 67},
  };
  judge_each(bmp, cases, {}, deep);
  for (const judged& c : cases) {
    CAPTURE(c.name);
    if (c.reason.empty()) read_every_truncation(bmp, c.input, deep);
  }
  CHECK(read(bmp, packed(8, {5, 1, 4, 1, 0, 0, 0, 1})).ok());
}

}  // namespace
}  // namespace uploadgate::formats
