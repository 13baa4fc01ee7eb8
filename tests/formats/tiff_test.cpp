#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"
#include "support/tiff_bytes.hpp"

#include <string>
#include <vector>

namespace uploadgate::formats {
namespace {

using namespace test;

constexpr tiff_bytes t;
constexpr std::size_t n = tiff_bytes::grey_entries;

// Two strips of a row each, whose offsets and lengths are arrays between the directory and the pixels.
std::string two_strips(bool arrays_first, std::uint64_t second = 4, std::uint64_t lengths = 2) {
  const std::uint64_t dir = arrays_first ? 8 + 16 + 8 : 8;
  const std::uint64_t arrays = arrays_first ? 8 : 8 + t.directory_size(n);
  const std::uint64_t strips = arrays_first ? 8 + 16 : arrays + 16;
  std::vector<std::string> e = t.grey(0);
  e[4] = t.entry(273, 4, 2, arrays);
  e[6] = t.entry(278, 3, 1, 1);
  e[7] = t.entry(279, 4, lengths, arrays + 8);
  const std::string values = little(strips, 4) + little(strips + second, 4) + little(4, 4) + little(4, 4);
  return arrays_first ? t.header(dir) + values + tiff_pixels + t.directory(e)
                      : t.header(dir) + t.directory(e) + values + tiff_pixels;
}
std::string two_pages(std::uint64_t second_at) {
  const std::uint64_t dir = t.directory_size(n);
  return t.header(8) + t.directory(t.grey(8 + dir), second_at) + tiff_pixels +
         t.directory(t.grey(8 + dir + 8 + dir)) + tiff_pixels;
}
// An image whose tag leads to a directory behind the pixels.
std::string with_directory(std::uint64_t tag, const std::string& directory, std::uint64_t count = 1) {
  const std::uint64_t strip = 8 + t.directory_size(n + 1);
  return t.header(8) + t.directory(t.grey(strip, {t.entry(tag, 4, count, strip + 8)})) + tiff_pixels +
         directory;
}
// Exif behind the header, and so many bytes of pixels between it and the directory.
std::string exif_first(const std::string& exif, std::uint64_t pixels) {
  const std::uint64_t strip = 8 + exif.size();
  std::vector<std::string> e = t.grey(strip, {t.entry(34665, 4, 1, 8)}, pixels);
  e[0] = t.entry(256, 3, 1, pixels);
  e[1] = t.entry(257, 3, 1, 1);
  return t.header(strip + pixels) + exif + std::string(pixels, 'p') + t.directory(e);
}
std::string with_entry(std::size_t place, const std::string& entry) {
  std::vector<std::string> e = t.grey(8 + t.directory_size(n));
  e[place] = entry;
  return t.header(8) + t.directory(e) + tiff_pixels;
}

// An old-style JPEG of 8 bytes behind the directory, and a strip so far in it.
std::string old_jpeg(std::uint64_t into, std::uint64_t bytes, std::uint64_t compression = 6) {
  const std::uint64_t jpeg = 8 + t.directory_size(n + 2);
  std::vector<std::string> e = t.grey(jpeg + into, {t.entry(513, 4, 1, jpeg), t.entry(514, 4, 1, 8)}, bytes);
  e[3] = t.entry(259, 3, 1, compression);
  return t.header(8) + t.directory(e) + tiff_pixels;
}

std::string with_entries(const std::vector<std::string>& more) {
  return t.header(8) + t.directory(t.grey(8 + t.directory_size(n + more.size()), more)) + tiff_pixels;
}
// Two smaller copies, which stand in SubIFDs and in a chain too, as tifffile writes.
std::string two_ways() {
  const std::uint64_t strip = 8 + t.directory_size(n + 1);
  const std::uint64_t first = strip + 16;
  const std::uint64_t copy = t.directory_size(n) + 8;
  return t.header(8) + t.directory(t.grey(strip, {t.entry(330, 4, 2, strip + 8)})) + tiff_pixels +
         little(first, 4) + little(first + copy, 4) + t.directory(t.grey(first + copy - 8), first + copy) +
         tiff_pixels + t.directory(t.grey(first + 2 * copy - 8)) + tiff_pixels;
}
// A Cloud Optimized GeoTIFF, with so many bytes behind its last tile.
std::string gdal(std::size_t trailer) {
  const std::string note = "GDAL_STRUCTURAL_METADATA_SIZE=000012 bytes\nLAYOUT=IFDS ";
  const std::uint64_t dir = 8 + note.size();
  return t.header(dir) + note + t.directory(t.grey(dir + t.directory_size(n))) + tiff_pixels +
         std::string(trailer, 'x');
}

// The values of two tags side by side.
std::string tiff_with_two(std::string_view first, std::string_view second) {
  const std::uint64_t at = 8 + t.directory_size(n + 2);
  const std::uint64_t strip = at + first.size() + second.size();
  return t.header(8) +
         t.directory(t.grey(strip, {t.entry(700, 1, first.size(), at),
                                    t.entry(65000, 1, second.size(), at + first.size())})) +
         std::string{first} + std::string{second} + tiff_pixels;
}

TEST_CASE("whole TIFFs are read to the last byte, at every split", "[tiff]") {
  const std::string exif = t.directory({t.entry(0x9000, 7, 4, 0x30323230)});
  struct {
    std::string_view name;
    std::string file;
    std::uint64_t frames;
  } const cases[] = {
      {"directory first", directory_first({}), 1},
      {"pixels first", pixels_first({}), 1},
      {"big-endian", directory_first({.big_endian = true}), 1},
      {"BigTIFF", directory_first({.wide = true}), 1},
      {"BigTIFF, big-endian, pixels first", pixels_first({.big_endian = true, .wide = true}), 1},
      {"two strips", two_strips(false), 1},
      {"arrays before the directory", two_strips(true), 1},
      {"two pages", two_pages(8 + t.directory_size(n) + 8), 2},
      {"XMP", tiff_with_text("<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>"), 1},
      {"text before the directory", tiff_with_text_before("a description", 100), 1},
      {"text far before the directory", tiff_with_text_before("a description", 20'000), 1},
      {"Exif", with_directory(34665, exif), 1},
      {"Exif behind the header and the directory at the end, as Apple writes", exif_first(exif, 20'000), 1},
      {"a smaller copy",
       with_directory(
           330, t.directory(t.grey(8 + t.directory_size(n + 1) + 8 + t.directory_size(n))) + tiff_pixels),
       2},
      {"padding", directory_first({}) + std::string(2, '\0'), 1},
      {"a description twice", with_entries({t.entry(270, 2, 4, 0x61616161), t.entry(270, 2, 4, 0x61616161)}),
       1},
      {"a branch by two ways", two_ways(), 3},
      {"GDAL's order", gdal(4), 1},
      {"room for another directory",
       t.header(8 + 4096) + std::string(4096, '\0') + t.directory(t.grey(8 + 4096 + t.directory_size(n))) +
           tiff_pixels,
       1},
      {"a scan whose strip is its old-style JPEG", old_jpeg(0, 8), 1},
      {"a scan whose strip stands in its old-style JPEG, behind the tables", old_jpeg(6, 2), 1},
      {"a scan whose strip stands behind its old-style JPEG", old_jpeg(8, 4) + "scan", 1},
      {"a gap of alignment",
       t.header(12) + "gap!" + t.directory(t.grey(12 + t.directory_size(n))) + tiff_pixels, 1},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = read_every_split(tiff, c.file);
    CHECK(o.reason == "");
    CHECK(o.detail == "");
    CHECK(o.found.frames == c.frames);
    CHECK(o.found.examined_note == "");
    CHECK(o.found.examined == examined::whole);
  }
  CHECK(read(tiff, directory_first({})).found.width == 4);
  CHECK(read(tiff, directory_first({})).found.height == 2);
  read_every_truncation(tiff, directory_first({}));
  read_every_truncation(tiff, pixels_first({.big_endian = true, .wide = true}));
  read_every_truncation(tiff, two_strips(false));
}

TEST_CASE("hostile TIFFs are refused at the byte", "[tiff]") {
  const std::string good = directory_first({});
  const std::uint64_t end = good.size();
  const std::uint64_t strip = 8 + t.directory_size(n);
  const judged cases[] = {
      {"no TIFF", "MZ" + good.substr(2), "bad_signature", 0},
      {"a camera's raw file of another kind", "IIRO" + good.substr(4), "bad_signature", 0},
      {"an archive behind the end", good + "PK\3\4", "trailing_data", end},
      {"17 zeros behind the end", good + std::string(17, '\0'), "trailing_data", end},
      {"a program between the parts",
       t.header(8 + 4097) + std::string(4097, 'M') + t.directory(t.grey(strip + 4097)) + tiff_pixels,
       "unclaimed_data", 8},
      {"a program before the pixels",
       t.header(8) + t.directory(t.grey(strip + 4097)) + std::string(4097, 'M') + tiff_pixels,
       "unclaimed_data", strip},
      {"a script in a gap of alignment",
       t.header(8 + 8) + "<?php a " + t.directory(t.grey(strip + 8)) + tiff_pixels, "payload_text", 8},
      {"the directory within the header", t.header(4) + good.substr(8), "bad_value", 4},
      {"a directory that follows itself", two_pages(8), "overlap", 8},
      {"a directory within the pixels", two_pages(8 + t.directory_size(n) + 2), "overlap", strip + 2},
      {"strips that share bytes", two_strips(false, 2), "overlap", strip + 16 + 2},
      {"other numbers of offsets and lengths", two_strips(false, 4, 1), "bad_structure", 8},
      {"pixels over the directory", t.header(8) + t.directory(t.grey(20)), "overlap", 20},
      {"a strip that ends behind its old-style JPEG", old_jpeg(6, 3) + "x", "overlap",
       8 + t.directory_size(n + 2) + 6},
      {"a strip that begins before its old-style JPEG", old_jpeg(0, 8).replace(8 + 2 + 4 * 12 + 8, 1, "\x50"),
       "overlap", 0x50},
      {"a strip within the JPEG of an image that is none", old_jpeg(0, 8, 7), "overlap",
       8 + t.directory_size(n + 2)},
      {"an old-style JPEG over its own directory",
       old_jpeg(0, 8).replace(8 + 2 + 8 * 12 + 8, 1, "\x10"), "overlap", 0x10},
      {"PHP in a tag", tiff_with_text("<?php system($_GET[0]);"), "payload_text",
       8 + t.directory_size(n + 1)},
      {"PHP before the directory", tiff_with_text_before("<?php system($_GET[0]);", 100), "payload_text", 8},
      {"PHP far before the directory", tiff_with_text_before("<?php system($_GET[0]);", 20'000),
       "payload_text", 8},
      {"PHP over two tags", tiff_with_two("abcd<?ph", "p system($_GET[0]);"), "payload_text",
       8 + t.directory_size(n + 2) + 4},
      {"PHP over a tag and the pixels", tiff_with_text("abcde<?=`", 700, "ls /`?>!"), "payload_text",
       8 + t.directory_size(n + 1) + 5},
      {"a private tag with a page", tiff_with_text("<script>alert(1)</script>", 65000), "payload_text",
       8 + t.directory_size(n + 1)},
      {"more bytes than pixels", t.header(8) + t.directory(t.grey(strip, {}, 1000)) + std::string(1000, 'p'),
       "unclaimed_data", 8},
      {"more strips than rows",
       [] {
         std::string f = two_strips(false);
         f.replace(8 + 2 + 6 * 12 + 8, 1, "\2");  // rows in a strip
         return f;
       }(),
       "unclaimed_data", 8},
      {"a strip that leads beyond the end", t.header(8) + t.directory(t.grey(strip, {}, 9)) + tiff_pixels,
       "truncated", end},
      {"a value that leads beyond all files",
       t.header(8) + t.directory(t.grey(strip + 12, {t.entry(700, 1, 0xFFFFFFF0, 0xFFFFFFF0)})),
       "metadata_too_large", 0xFFFFFFF0},
      {"values beyond 64 bits",
       [] {
         const tiff_bytes w{.wide = true};
         return w.header(16) +
                w.directory({w.entry(256, 3, 1, 4), w.entry(700, 12, 0x2000'0000'0000'0001, 0)});
       }(),
       "bad_length", 16 + 8 + 20 + 4},
      {"no width", with_entry(0, t.entry(256, 3, 1, 0)), "zero_pixels", 8},
      {"65535x65535", with_entry(0, t.entry(256, 4, 1, 0xFFFFFFFF)), "too_many_pixels", 8},
      {"a width twice, apart", with_entries({t.entry(256, 3, 1, 4)}), "duplicate_part", 8 + 2 + 12 * n},
      {"five bytes behind GDAL's last tile", gdal(5), "trailing_data", gdal(0).size()},
      {"an unknown type", with_entry(3, t.entry(259, 99, 1, 1)), "bad_value", 8 + 2 + 3 * 12 + 2},
      {"a tag twice", with_entry(3, t.entry(258, 3, 1, 8)), "duplicate_part", 8 + 2 + 3 * 12},
      {"a directory without entries", t.header(8) + t.directory({}), "missing_part", 8},
      {"60000 entries", t.header(8) + little(60000, 2) + std::string(100, '\0'), "bad_value", 8},
      {"BigTIFF with offsets of four bytes",
       "II" + little(43, 2) + little(4, 2) + little(0, 2) + little(16, 8), "bad_value", 4},
  };
  judge_each(tiff, cases);
}

TEST_CASE("what a stream cannot follow in a TIFF is said", "[tiff]") {
  const std::uint64_t dir = t.directory_size(n);
  const std::string filler(20'000, 'p');
  const std::string before(8192, 'p');
  const std::uint64_t second = 8 + before.size();
  std::vector<std::string> long_strip = t.grey(second + dir + 8, {}, filler.size());
  long_strip[0] = t.entry(256, 3, 1, filler.size());
  long_strip[1] = t.entry(257, 3, 1, 1);
  struct {
    std::string_view name;
    std::string file;
  } const cases[] = {
      {"the second page far before the first and far from the beginning",
       t.header(second + dir + 8 + filler.size()) + before + t.directory(t.grey(second + dir)) + tiff_pixels +
           filler + t.directory(long_strip, second)},
      {"an old-style JPEG", with_entry(3, t.entry(259, 3, 1, 6))},
      {"no lengths of strips", with_entry(7, t.entry(280, 3, 1, 0))},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = read_every_split(tiff, c.file);
    CHECK(o.reason == "");
    CHECK(o.found.examined == examined::prefix);
    CHECK(o.found.examined_note != "");
  }
}

TEST_CASE("a directory is read from the first 8 KiB that went past, and not from behind them", "[tiff]") {
  const std::string exif = t.directory({t.entry(0x9000, 7, 4, 0x30323230)});
  const auto far = [&](std::uint64_t pixels) {
    const std::uint64_t note = 8 + pixels + exif.size();
    std::vector<std::string> e =
        t.grey(8, {t.entry(270, 2, 9000, note), t.entry(34665, 4, 1, 8 + pixels)}, pixels);
    e[0] = t.entry(256, 3, 1, pixels);
    e[1] = t.entry(257, 3, 1, 1);
    return t.header(note + 9000) + std::string(pixels, 'p') + exif + std::string(9000, 'n') + t.directory(e);
  };
  CHECK(read(tiff, far(8192 - exif.size())).found.examined == examined::whole);
  CHECK(read(tiff, far(8193 - exif.size())).found.examined == examined::prefix);
  // Its values are looked through as any others.
  const std::string text = "<?php system(1);";
  const std::string hostile = t.directory({t.entry(0x9286, 7, text.size(), 8 + t.directory_size(1))}) + text;
  CHECK(read(tiff, exif_first(hostile, 20'000)).reason == "payload_text");
}

TEST_CASE("the limits of images hold for TIFF", "[tiff]") {
  const std::string good = directory_first({});
  CHECK(read(tiff, good, {.image = {.max_pixels = 8}}).ok());
  CHECK(read(tiff, good, {.image = {.max_pixels = 7}}).reason == "too_many_pixels");
  const std::string pages = two_pages(8 + t.directory_size(n) + 8);
  CHECK(read(tiff, pages, {.image = {.max_frames = 2}}).ok());
  CHECK(read(tiff, pages, {.image = {.max_frames = 1}}).reason == "too_many_frames");
  CHECK(read(tiff, pages, {.image = {.max_total_pixels = 16}}).ok());
  CHECK(read(tiff, pages, {.image = {.max_total_pixels = 15}}).reason == "too_many_total_pixels");
  const std::string text = tiff_with_text("twelve bytes");
  CHECK(read(tiff, text, {.image = {.max_metadata = 12}}).ok());
  CHECK(read(tiff, text, {.image = {.max_metadata = 11}}).reason == "metadata_too_large");
}

}  // namespace
}  // namespace uploadgate::formats
