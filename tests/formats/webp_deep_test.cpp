#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/image_bytes.hpp"
#include "support/judge.hpp"

#include <algorithm>
#include <string>

namespace uploadgate::formats {
namespace {

using namespace test;

const structure_limits deep{.depth = depth::deep};

std::string file(std::string_view chunks) { return riff_file("WEBP", chunks); }
std::string seed(std::string_view name) {
  return read_file(std::string{UPLOADGATE_TEST_DATA} + "/../fuzz/seeds/webp/" + std::string{name});
}
// The content of a chunk of a seed, of which it has one.
std::string content(const std::string& whole, std::string_view chunk) {
  const std::size_t at = whole.find(chunk);
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(whole[at + i]));
  };
  return whole.substr(at + 8, byte(4) | byte(5) << 8);
}

// --- VP8L, by hand ---
std::string bits_of(std::string_view bits) {  // the first is the lowest
  std::string s;
  unsigned n = 0;
  for (const char c : bits) {
    if (c == ' ') continue;
    if (n % 8 == 0) s += '\0';
    if (c == '1') s.back() = static_cast<char>(static_cast<unsigned char>(s.back()) | 1U << n % 8);
    ++n;
  }
  return s;
}
std::string number(unsigned value, unsigned bits) {
  std::string s;
  for (unsigned i = 0; i < bits; ++i) s += (value >> i & 1) != 0 ? '1' : '0';
  return s;
}
std::string one(unsigned symbol) { return "101" + number(symbol, 8); }  // a code of one symbol
const std::string plain = "000";                                        // no transform, cache or meta codes
const std::string grey = one(0) + one(0) + one(255);                    // red, blue, alpha
const std::string two_greens = "110 0" + number(1, 8);                  // 0: green 0; 1: green 1
// 0: green 0; 1: the symbol, with no other one or eleven at least on each side.
std::string green_or(unsigned symbol, unsigned alphabet = 280) {
  // Codes for lengths: 0 for 1, 1 for a run of zeros.
  std::string s = "0" + number(0, 4) + number(0, 3) + number(1, 3) + number(0, 3) + number(1, 3) + "0";
  const auto zeros = [&s](unsigned n) {
    while (n > 0) {
      const unsigned most = std::min(n, 138U);
      const unsigned run = n - most > 0 && n - most < 11 ? n - 11 : most;
      s += "1" + number(run - 11, 7);
      n -= run;
    }
  };
  s += "0";
  zeros(symbol - 1);
  s += "0";
  zeros(alphabet - symbol - 1);
  return s;
}
std::string lossless(std::uint64_t width, std::uint64_t height, std::string_view coded) {
  return riff_chunk("VP8L", "\x2F" + little((height - 1) << 14 | (width - 1), 4) + std::string{coded});
}
std::string image(std::string_view bits, std::string_view behind = {}) {
  return file(lossless(4, 4, bits_of(bits) + std::string{behind}));
}
std::string times(unsigned n, std::string_view text) {
  std::string s;
  for (unsigned i = 0; i < n; ++i) s += text;
  return s;
}
const std::string flat = plain + one(7) + grey + one(0);
const std::string with_copies = plain + green_or(256) + grey;
const std::uint64_t coded_at = 12 + 8 + 5;

TEST_CASE("real WebPs end where their last pixel does", "[webp]") {
  for (const std::string_view name :
       {"lossy.webp", "lossy_photo.webp", "lossy_alpha.webp", "raw_alpha.webp", "lossless.webp",
        "lossless_photo.webp", "lossless_drawing.webp", "lossless_colours.webp", "lossless_near.webp",
        "animated.webp", "exif.webp"}) {
    CAPTURE(name);
    const outcome o = read_every_split(webp, seed(name), deep);
    CHECK(o.reason == "");
    CHECK(o.detail == "");
    CHECK(o.found.examined == examined::whole);
    read_every_truncation(webp, seed(name), deep);
  }
  const outcome o = read_every_split(webp, seed("partitions.webp"), deep);
  CHECK(o.ok());
  CHECK(o.found.examined == examined::prefix);
  CHECK(read(webp, seed("partitions.webp")).found.examined == examined::whole);
}

TEST_CASE("lossless pictures made by hand", "[webp]") {
  const std::string big_flat = file(lossless(16000, 15000, bits_of(flat)));
  const std::string inner = "0" + one(0) + grey + one(0);
  const judged cases[] = {
      {"one colour, which takes no bits", image(flat), ""},
      {"240 million pixels of it", big_flat, ""},
      {"zeros of an old encoder", image(flat, std::string(2, '\0')), ""},
      {"a bit for each pixel", image(plain + two_greens + grey + one(0) + times(16, "10").substr(0, 16)), ""},
      {"copies of the pixel to the left", image(with_copies + one(1) + "0" + times(15, "1")), ""},
      {"copies of the pixel above", image(with_copies + one(0) + "0000" + times(12, "1")), ""},
      {"a cached colour",
       image("01" + number(1, 4) + "0" + green_or(281, 282) + grey + one(0) + "0" + times(15, "1")), ""},
      {"four transforms",
       image("1 00 000" + inner + "1 10 000" + inner + "1 01" + "1 11" + number(15, 8) + inner + flat), ""},
      {"codes of its own for each block",
       image("00 1 000 0" + ("101" + number(0, 8)) + grey + one(0) + one(7) + grey + one(0)), ""},
      {"a script behind the last pixel", image(flat, "<?php"), "hidden_data",
       coded_at + bits_of(flat).size()},
      {"three zeros", image(flat, std::string(3, '\0')), "hidden_data", coded_at + bits_of(flat).size() + 2},
      {"a byte behind a zero", image(flat, std::string("\0x", 2)), "hidden_data",
       coded_at + bits_of(flat).size() + 1},
      {"nothing", file(lossless(4, 4, {})), "missing_pixels", coded_at},
      {"a pixel too few", image(plain + two_greens + grey + one(0) + times(2, "0")), "missing_pixels",
       std::nullopt},
      {"an end within the codes", image(plain + two_greens + one(0)), "missing_pixels", std::nullopt},
      {"a copy before the first pixel", image(with_copies + one(1) + "1"), "corrupt_data", std::nullopt},
      {"a copy from above the picture", image(with_copies + one(0) + "01"), "corrupt_data", std::nullopt},
      {"a copy beyond the last pixel", image(plain + green_or(279) + grey + one(1) + "01" + number(0, 10)),
       "corrupt_data", std::nullopt},
      {"one transform twice", image("1 00 000" + inner + "1 00 000"), "corrupt_data", std::nullopt},
      {"a cache of no bits", image("01" + number(0, 4)), "corrupt_data", std::nullopt},
      {"a cache of twelve bits", image("01" + number(12, 4)), "corrupt_data", std::nullopt},
      {"a distance that is none", image(plain + one(0) + grey + one(40)), "corrupt_data", std::nullopt},
      {"codes for lengths that are not complete",
       image(plain + "0" + number(0, 4) + times(2, number(2, 3) + number(0, 3))), "corrupt_data",
       std::nullopt},
      {"lengths of too many codes",
       image(plain + "0" + number(0, 4) + number(0, 3) + number(1, 3) + times(2, number(0, 3)) + "0" +
             times(3, number(127, 7))),
       "corrupt_data", std::nullopt},
      {"more blocks than any encoder makes", file(lossless(16000, 15000, bits_of("00 1 000") + "0123456789")),
       "budget_exhausted", std::nullopt},
  };
  judge_each(webp, cases, {}, deep);
  for (const judged& c : cases) {
    CAPTURE(c.name);
    CHECK(read(webp, c.input).ok());
  }
}

TEST_CASE("bytes that hide in chunks of pixels, and pixels that are missing", "[webp]") {
  const std::string photo = content(seed("lossy_photo.webp"), "VP8 ");
  const std::string drawing = content(seed("lossless_colours.webp"), "VP8L");
  const std::string alpha = content(seed("lossy_alpha.webp"), "ALPH");
  const std::string coloured = content(seed("lossy_alpha.webp"), "VP8 ");
  const std::string canvas = vp8x(0x10, 96, 80);
  const auto lossy = [](const std::string& c) { return file(riff_chunk("VP8 ", c)); };
  const auto with_alpha = [&](const std::string& a) {
    return file(canvas + riff_chunk("ALPH", a) + riff_chunk("VP8 ", coloured));
  };
  const auto first_partition = [&](int more) {
    std::string c = photo;
    const int tag = static_cast<unsigned char>(c[0]) | static_cast<unsigned char>(c[1]) << 8;
    return lossy(little(static_cast<std::uint64_t>(tag + 32 * more), 2) + c.substr(2));
  };
  const std::uint64_t data = 20;
  const judged cases[] = {
      {"VP8 with a script behind it", lossy(photo + "<?php system($_GET[0]);"), "hidden_data", std::nullopt},
      {"VP8 with a long script behind it", lossy(photo + std::string(20000, 'x')), "hidden_data",
       std::nullopt},
      {"VP8 cut off", lossy(photo.substr(0, photo.size() - 10)), "missing_pixels", data + photo.size() - 10},
      {"VP8 with bytes within, behind the modes", first_partition(20), "hidden_data", std::nullopt},
      {"VP8 with modes cut off", first_partition(-20), "missing_pixels", std::nullopt},
      {"VP8 without a partition", lossy(bytes({0x10, 0, 0, 0x9D, 0x01, 0x2A, 16, 0, 16, 0})),
       "missing_pixels", data + 10},
      {"VP8 of 240 million pixels", lossy(bytes({0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x3E, 0x98, 0x3A})),
       "missing_pixels", data + 10},
      {"VP8L with a script behind it", file(riff_chunk("VP8L", drawing + "<?php system($_GET[0]);")),
       "hidden_data", data + drawing.size()},
      {"VP8L cut off", file(riff_chunk("VP8L", drawing.substr(0, drawing.size() - 10))), "missing_pixels",
       data + drawing.size() - 10},
      {"packed alpha", with_alpha(alpha), ""},
      {"packed alpha with bytes behind it", with_alpha(alpha + "hidden"), "hidden_data", std::nullopt},
      {"packed alpha cut off", with_alpha(alpha.substr(0, alpha.size() - 10)), "missing_pixels",
       std::nullopt},
      {"plain alpha", with_alpha(std::string(1 + 96 * 80, '\0')), ""},
      {"plain alpha with a byte behind it", with_alpha(std::string(2 + 96 * 80, '\0')), "hidden_data",
       12 + 18 + 8 + 1 + 96 * 80},
      {"plain alpha with a byte too few", with_alpha(std::string(96 * 80, '\0')), "missing_pixels",
       std::nullopt},
      {"alpha of no bytes", with_alpha(std::string(1, '\0')), "missing_pixels", std::nullopt},
  };
  judge_each(webp, cases, {}, deep);
  // Sizes of partitions that do not fit their chunk.
  const std::string several = content(seed("partitions.webp"), "VP8 ");
  const auto first =
      (static_cast<unsigned char>(several[0]) | static_cast<unsigned char>(several[1]) << 8) >> 5;
  std::string wrong = several;
  wrong.replace(10 + static_cast<std::size_t>(first), 3, "\xFF\xFF\xFF");
  CHECK(read_every_split(webp, lossy(several), deep).ok());
  CHECK(read_every_split(webp, lossy(wrong), deep).reason == "bad_length");
  CHECK(read_every_split(webp, lossy(several.substr(0, 10 + static_cast<std::size_t>(first) + 2)), deep)
            .reason == "bad_length");
}

}  // namespace
}  // namespace uploadgate::formats
