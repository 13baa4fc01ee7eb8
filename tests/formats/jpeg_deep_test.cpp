#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/image_bytes.hpp"
#include "support/judge.hpp"

#include <string>
#include <vector>

namespace uploadgate::formats {
namespace {

using namespace test;

const structure_limits deep{.depth = depth::deep};

// Bits ("0 10 1") as coded data: filled up with `padding`, 0xFF stuffed.
std::string coded(std::string_view bits, char padding = '1') {
  std::string clean;
  for (const char c : bits) {
    if (c != ' ') clean += c;
  }
  while (clean.size() % 8 != 0) clean += padding;
  std::string s;
  for (std::size_t i = 0; i < clean.size(); i += 8) {
    s += static_cast<char>(std::stoi(clean.substr(i, 8), nullptr, 2));
    if (s.back() == '\xFF') s += '\0';
  }
  return s;
}
std::string times(int n, std::string_view text) {
  std::string s;
  for (int i = 0; i < n; ++i) s += text;
  return s;
}

// One code of each length from 1 on: 0, 10, 110, 1110, ...
std::string table(int which, std::initializer_list<int> symbols) {
  const int n = static_cast<int>(symbols.size());
  std::string s = bytes({which});
  for (int length = 1; length <= 16; ++length) s += bytes({length <= n ? 1 : 0});
  return jpeg_segment(0xC4, s + bytes(symbols));
}
// DC: 0 for no change, 10 and a bit for +1 or -1.
// AC: 0 for the end, 10 and a bit for a coefficient, 110 for sixteen zeros, 1110 and a bit for one behind a
// zero, 11110 and a bit for the end of two or three blocks, then 32768 blocks, two bits of value, a code of
// 13 bits.
const std::string tables =
    table(0, {0, 1}) + table(0x10, {0, 1, 0xF0, 0x11, 0x10, 0xC0, 2, 3, 4, 5, 6, 7, 0x21});
const std::string empty_block = "0 0";

struct component {
  int name, factors;
};
std::string frame(int marker, std::uint64_t width, std::uint64_t height, const std::vector<component>& all) {
  std::string s = bytes({8}) + big(height, 2) + big(width, 2) + big(all.size(), 1);
  for (const component& c : all) s += bytes({c.name, c.factors, 0});
  return jpeg_segment(marker, s);
}
std::string scan(std::initializer_list<int> names, std::string_view data, int first = 0, int last = 63,
                 int approximation = 0) {
  std::string s = big(names.size(), 1);
  for (const int name : names) s += bytes({name, 0});
  return jpeg_segment(0xDA, s + bytes({first, last, approximation})) + std::string{data};
}
std::string image(std::string_view frame_and_scans) {
  return jpeg_soi + tables + std::string{frame_and_scans} + jpeg_eoi;
}
const std::vector<component> grey{{1, 0x11}};
const std::vector<component> halved{{1, 0x22}, {2, 0x11}, {3, 0x11}};  // 4:2:0
std::string grey_image(std::uint64_t width, std::uint64_t height, std::string_view data) {
  return image(frame(0xC0, width, height, grey) + scan({1}, data));
}
std::string restarting(int interval, std::uint64_t blocks, std::string_view data) {
  return image(jpeg_segment(0xDD, big(static_cast<std::uint64_t>(interval), 2)) +
               frame(0xC0, 8 * blocks, 8, grey) + scan({1}, data));
}
const std::string two = coded(empty_block + empty_block);
std::string rst(int n) { return bytes({0xFF, 0xD0 + n}); }

// A progressive image of one block with `known` coefficients behind DC, all but the last bit of each.
std::string rough(int known) {
  return frame(0xC2, 8, 8, grey) + scan({1}, coded("0"), 0, 0, 1) +
         scan({1}, coded(times(known, "10 1") + "0"), 1, 63, 1) + scan({1}, coded("1"), 0, 0, 0x10);
}
std::string refined(int known, std::string_view data) {
  return image(rough(known) + scan({1}, data, 1, 63, 0x10));
}
// The same without a mistake, up to where the last scan's data begins.
std::uint64_t refined_at(int known) { return refined(known, {}).size() - 2; }
// The same with all 63 known.
const std::string all_known = frame(0xC2, 8, 8, grey) + scan({1}, coded("0"), 0, 0, 1) +
                              scan({1}, coded(times(63, "10 1")), 1, 63, 1) +
                              scan({1}, coded("1"), 0, 0, 0x10);
std::uint64_t data_at(const std::string& whole, const std::string& data) {
  return whole.size() - 2 - data.size();
}

TEST_CASE("scans that hold what the frame promises pass in deep, at every split", "[jpeg]") {
  const struct {
    std::string_view name;
    std::string file;
  } cases[] = {
      {"one block", grey_image(8, 8, coded(empty_block))},
      {"padding of zeros", grey_image(8, 8, coded(empty_block, '0'))},
      {"no padding", grey_image(32, 8, coded(times(4, empty_block)))},
      {"a last byte of ones, stuffed", grey_image(8, 8, coded("0 " + times(4, "10 0") + "10 1 0 1111"))},
      {"fill bytes before the marker", grey_image(8, 8, coded(empty_block) + "\xFF\xFF")},
      {"a whole block of coefficients", grey_image(8, 8, coded("10 1" + times(63, "10 1")))},
      {"zeros in sixteens, then one behind 14",
       grey_image(8, 8, coded("0" + times(3, "110") + times(7, "1110 1") + "10 1"))},
      {"codes of 13 bits", grey_image(8, 8, coded("0" + times(21, "1111111111110 1")))},
      {"rows that do not fill their blocks", grey_image(9, 17, coded(times(6, empty_block)))},
      {"4:2:0", image(frame(0xC0, 17, 16, halved) + scan({1, 2, 3}, coded(times(12, empty_block))))},
      {"4:2:0, a scan for each component",
       image(frame(0xC1, 17, 9, halved) + scan({1}, coded(times(6, empty_block))) +
             scan({2}, coded(times(2, empty_block))) + scan({3}, coded(times(2, empty_block))))},
      {"4:2:0, brightness alone and colours together",
       image(frame(0xC0, 17, 9, halved) + scan({1}, coded(times(6, empty_block))) +
             scan({2, 3}, coded(times(4, empty_block))))},
      {"four inks, two of them halved",
       image(frame(0xC0, 16, 16, {{0, 0x22}, {1, 0x11}, {2, 0x11}, {3, 0x22}}) +
             scan({0, 1, 2, 3}, coded(times(10, empty_block))))},
      {"one component with factors of its own",
       image(frame(0xC0, 16, 16, {{1, 0x22}}) + scan({1}, coded(times(4, empty_block))))},
      {"restarts", restarting(2, 5, two + rst(0) + two + rst(1) + coded(empty_block))},
      {"nine restarts", restarting(1, 10,
                                   [] {
                                     std::string s = coded(empty_block);
                                     for (int i = 0; i < 9; ++i) s += rst(i % 8) + coded(empty_block);
                                     return s;
                                   }())},
      {"a restart behind the last interval", restarting(2, 4, two + rst(0) + two + rst(1))},
      {"an interval that is longer than the scan", restarting(9, 4, coded(times(4, empty_block)))},
      {"DNL that repeats the height",
       image(frame(0xC0, 8, 8, grey) + scan({1}, coded(empty_block)) + jpeg_segment(0xDC, big(8, 2)))},
      {"new tables between scans", image(frame(0xC0, 8, 8, {{1, 0x11}, {2, 0x11}}) + scan({1}, coded("0 0")) +
                                         table(0, {1, 0}) + scan({2}, coded("10 0")))},
      {"progressive, by bands", image(frame(0xC2, 8, 8, grey) + scan({1}, coded("0"), 0, 0) +
                                      scan({1}, coded("10 1 0"), 1, 5) + scan({1}, coded("0"), 6, 63))},
      {"an end of two blocks, and two more",
       image(frame(0xC2, 16, 16, grey) + scan({1}, coded("0000"), 0, 0) +
             scan({1}, coded("11110 0 11110 0"), 1, 63))},
      {"an end of three blocks that begins within one",
       image(frame(0xC2, 16, 16, grey) + scan({1}, coded("0000"), 0, 0) +
             scan({1}, coded("10 1 11110 1 0"), 1, 63))},
      {"progressive, with restarts", image(jpeg_segment(0xDD, big(2, 2)) + frame(0xC2, 16, 16, grey) +
                                           scan({1}, coded("00") + rst(0) + coded("00"), 0, 0) +
                                           scan({1}, coded("11110 0") + rst(0) + coded("11110 0"), 1, 63))},
      {"refined: 12 known coefficients", refined(12, coded("0" + times(12, "1")))},
      {"refined: all 63", image(all_known + scan({1}, coded("0" + times(63, "0")), 1, 63, 0x10))},
      {"refined: a new one behind the known", refined(3, coded("10 1 111 0"))},
      {"refined: sixteen zeros, and the end", refined(3, coded("110 111 0"))},
      {"refined twice",
       image(frame(0xC2, 8, 8, grey) + scan({1}, coded("0"), 0, 0) + scan({1}, coded("10 1 0"), 1, 63, 2) +
             scan({1}, coded("10 1 1 0"), 1, 63, 0x21) + scan({1}, coded("0 1 1"), 1, 63, 0x10))},
      {"refined: an end of three blocks over known ones",
       image(frame(0xC2, 16, 16, grey) + scan({1}, coded("0000"), 0, 0) +
             scan({1}, coded("0 10 1 0 10 1 10 1 0 0"), 1, 63, 1) +
             scan({1}, coded("11110 1 1 1 1 0"), 1, 63, 0x10))},
      {"colour, progressive",
       image(frame(0xC2, 16, 16, halved) + scan({1, 2, 3}, coded("000000"), 0, 0, 1) +
             scan({2}, coded("0"), 1, 63) + scan({3}, coded("0"), 1, 63) + scan({1}, coded("0000"), 1, 63) +
             scan({1, 2, 3}, coded("010101"), 0, 0, 0x10))},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = read_every_split(jpeg, c.file, deep);
    CHECK(o.reason == "");
    CHECK(o.detail == "");
    CHECK(o.found.examined == examined::whole);
    read_every_truncation(jpeg, c.file, deep);
    CHECK(read(jpeg, c.file).ok());
  }
}

TEST_CASE("what a decoder would not read, or make up, is refused in deep", "[jpeg]") {
  const std::string block = coded(empty_block);
  const std::uint64_t first = grey_image(8, 8, {}).size() - 2;  // where the data begins
  const std::string behind_restart = two + rst(0) + two + "<?php" + rst(1) + block;
  const std::string between = two + "hidden" + rst(0) + two;
  const std::string run_of_4096 = "111110 000000000000";
  const std::string big_rough = frame(0xC2, 65535, 65535, grey) + scan({1}, coded("0"), 0, 0);
  const judged cases[] = {
      {"a script behind the last MCU", grey_image(8, 8, block + "<?php system($_GET[0]);"), "hidden_data",
       first + 1},
      {"one byte behind it", grey_image(8, 8, block + "x"), "hidden_data", first + 1},
      {"a stuffed byte behind it", grey_image(8, 8, block + std::string("\xFF\0", 2)), "hidden_data",
       first + 1},
      {"stuffed bytes, then text", grey_image(8, 8, block + std::string("\xFF\0\xFF\0x", 5)), "hidden_data",
       first + 1},
      {"a stuffed byte behind fill bytes", grey_image(8, 8, block + std::string("\xFF\xFF\0", 3)),
       "hidden_data", first + 1},
      {"bits behind the last code", grey_image(8, 8, coded("00 010101")), "hidden_data", first},
      {"bytes behind an interval", restarting(2, 4, between), "hidden_data",
       data_at(restarting(2, 4, between), between) + 1},
      {"bytes behind a later interval", restarting(2, 5, behind_restart), "hidden_data",
       data_at(restarting(2, 5, behind_restart), behind_restart) + 4},
      {"bytes behind a restart at the end", restarting(2, 2, two + rst(0) + "x"), "hidden_data",
       std::nullopt},
      {"bytes within a refining scan", refined(12, coded("0" + times(12, "1")) + "hidden"), "hidden_data",
       refined_at(12) + 3},
      {"a scan that is too short", grey_image(80, 80, coded(times(99, empty_block))), "missing_pixels",
       first + 25},
      {"a scan without data", grey_image(8, 8, {}), "missing_pixels", first},
      {"a code cut by the marker", grey_image(8, 8, coded("0 1111111 1111110 1")), "missing_pixels",
       first + 2},
      {"a refining scan that is too short", refined(12, coded("0 1111111")), "missing_pixels",
       refined_at(12) + 1},
      {"a refining scan of DC that is too short",
       image(frame(0xC2, 80, 8, grey) + scan({1}, coded(times(10, "0")), 0, 0, 1) +
             scan({1}, coded("1"), 0, 0, 0x10)),
       "missing_pixels", std::nullopt},
      {"an interval that is too short", restarting(8, 16, two + rst(0) + two), "bad_order", std::nullopt},
      {"an interval that is missing", restarting(2, 4, two), "missing_pixels", std::nullopt},
      {"a restart marker skipped", restarting(2, 6, two + rst(1) + two), "bad_order", std::nullopt},
      {"a restart marker without DRI", grey_image(32, 8, two + rst(0) + two), "bad_order", first + 1},
      {"a second restart behind the last interval", restarting(2, 2, two + rst(0) + rst(1)), "bad_order",
       std::nullopt},
      {"a restart behind an interval that is not full", restarting(4, 2, two + rst(0)), "bad_order",
       std::nullopt},
      {"a code that no table has", grey_image(8, 8, coded("0 1111111111111110")), "corrupt_data",
       std::nullopt},
      {"a DC code that no table has", grey_image(8, 8, coded("110 0000000000000")), "corrupt_data",
       std::nullopt},
      {"a 64th coefficient behind DC", grey_image(8, 8, coded("0" + times(62, "10 1") + "1110 1")),
       "corrupt_data", std::nullopt},
      {"sixteen zeros beyond the block", grey_image(8, 8, coded("0" + times(4, "110"))), "corrupt_data",
       std::nullopt},
      {"a run of blocks in a sequential scan", grey_image(8, 8, coded("0 11110 0 0000000000")),
       "corrupt_data", std::nullopt},
      {"a DC value of 31 bits",
       image(table(0, {0x1F}) + frame(0xC0, 8, 8, grey) + scan({1}, std::string(9, '\0'))), "corrupt_data",
       std::nullopt},
      {"a run of blocks beyond the scan",
       image(frame(0xC2, 16, 16, grey) + scan({1}, coded("0000"), 0, 0) +
             scan({1}, coded("11110 1 11110 1"), 1, 63)),
       "corrupt_data", std::nullopt},
      {"a run of blocks beyond an interval",
       image(jpeg_segment(0xDD, big(2, 2)) + frame(0xC2, 16, 16, grey) +
             scan({1}, coded("00") + rst(0) + coded("00"), 0, 0) +
             scan({1}, coded("11110 1") + rst(0) + coded("0"), 1, 63)),
       "corrupt_data", std::nullopt},
      {"a coefficient beyond its band",
       image(frame(0xC2, 8, 8, grey) + scan({1}, coded("0"), 0, 0) + scan({1}, coded("1110 1 1110 1"), 1, 3)),
       "corrupt_data", std::nullopt},
      {"a new coefficient where none is zero", image(all_known + scan({1}, coded("10 1"), 1, 63, 0x10)),
       "corrupt_data", std::nullopt},
      {"a refined value of two bits", refined(2, coded("1111110 11 0")), "corrupt_data", std::nullopt},
      {"a table with a code of ones", image(jpeg_segment(0xC4, bytes({0, 2}) + std::string(15, '\0') + "ab")),
       "bad_value", tables.size() + 6},
      {"no table", jpeg_soi + frame(0xC0, 8, 8, grey) + scan({1}, block) + jpeg_eoi, "missing_part",
       std::nullopt},
      {"no table for AC", jpeg_soi + table(0, {0}) + frame(0xC0, 8, 8, grey) + scan({1}, block) + jpeg_eoi,
       "missing_part", std::nullopt},
      {"eleven blocks in an MCU", image(frame(0xC0, 8, 8, {{1, 0x42}, {2, 0x13}}) + scan({1, 2}, block)),
       "bad_value", std::nullopt},
      {"a component in two scans", image(frame(0xC0, 8, 8, grey) + scan({1}, block) + scan({1}, block)),
       "duplicate_part", std::nullopt},
      {"a band in two scans",
       image(frame(0xC2, 8, 8, grey) + scan({1}, coded("0"), 0, 0) + scan({1}, coded("0"), 0, 0)),
       "duplicate_part", std::nullopt},
      {"AC before DC", image(frame(0xC2, 8, 8, grey) + scan({1}, coded("0"), 1, 63)), "bad_order",
       std::nullopt},
      {"a refinement of what came whole",
       image(frame(0xC2, 8, 8, grey) + scan({1}, coded("0"), 0, 0) + scan({1}, coded("0"), 0, 0, 0x10)),
       "bad_order", std::nullopt},
      {"a refinement that leaves out a bit", image(rough(1) + scan({1}, coded("0"), 1, 63, 0x20)),
       "bad_value", std::nullopt},
      {"DC and AC in one progressive scan", image(frame(0xC2, 8, 8, grey) + scan({1}, coded("00"), 0, 63)),
       "bad_value", std::nullopt},
      {"the last scans cut off, and an end put on", image(rough(3)), "missing_pixels", std::nullopt},
      {"five components in a progressive image",
       image(frame(0xC2, 8, 8, {{1, 0x11}, {2, 0x11}, {3, 0x11}, {4, 0x11}, {5, 0x11}}) +
             scan({5}, coded("0"), 0, 0)),
       "bad_value", std::nullopt},
      {"65535x65535 in a few bytes", image(frame(0xC0, 65535, 65535, grey) + scan({1}, "0123456789")),
       "too_many_pixels", tables.size() + 7},
  };
  judge_each(jpeg, cases, {}, deep);
  // Where a policy allows so many pixels, they take neither time nor memory.
  const structure_limits huge{.depth = depth::deep,
                              .image = {.max_pixels = 1ULL << 40, .max_total_pixels = 1ULL << 40}};
  CHECK(read_every_split(jpeg, image(big_rough), huge).reason == "missing_pixels");
  const std::string runs = frame(0xC2, 65535, 8, grey) + scan({1}, coded(times(8192, "0")), 0, 0, 1) +
                           scan({1}, coded(run_of_4096 + run_of_4096), 1, 63, 1) +
                           scan({1}, coded(times(8192, "1")), 0, 0, 0x10);
  CHECK(read(jpeg, image(runs + scan({1}, coded(run_of_4096 + run_of_4096), 1, 63, 0x10)), deep).ok());
  CHECK(read(jpeg, image(runs + scan({1}, coded(run_of_4096), 1, 63, 0x10)), deep).reason ==
        "missing_pixels");
}

TEST_CASE("a second image is walked too, and one of another coding is not called whole", "[jpeg]") {
  const std::string first =
      jpeg_soi + jpeg_mpf(2) + image(frame(0xC0, 8, 8, grey) + scan({1}, coded(empty_block))).substr(2);
  CHECK(read(jpeg, first + grey_image(8, 8, coded(empty_block)), deep).ok());
  CHECK(read(jpeg, first + grey_image(8, 8, coded(empty_block) + "hidden"), deep).reason == "hidden_data");
  for (const int marker : {0xC3, 0xC9, 0xCA, 0xCB}) {
    const std::string other = image(frame(marker, 8, 8, grey) + scan({1}, "coded", 0, 0));
    const outcome o = read_every_split(jpeg, other, deep);
    CHECK(o.ok());
    CHECK(o.found.examined == examined::prefix);
    CHECK(o.found.examined_note.find("not decoded") != std::string::npos);
    CHECK(read(jpeg, other).found.examined == examined::whole);
  }
}

}  // namespace
}  // namespace uploadgate::formats
