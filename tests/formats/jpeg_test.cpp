#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/image_bytes.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using namespace test;

const std::string directory =
    "<Container:Directory><rdf:li Item:Mime=\"image/jpeg\"/><rdf:li Item:Mime=\"image/jpeg\"/>";
std::string sefh(std::uint64_t first_distance, std::uint64_t first_size, std::uint64_t second_size) {
  const std::string head = "SEFH" + little(106, 4) + little(2, 4) + little(0x0A010000, 4) +
                           little(first_distance, 4) + little(first_size, 4) + little(0x0A080000, 4) +
                           little(second_size, 4) + little(second_size, 4);
  return head + little(head.size(), 4) + "SEFT";
}
const std::string samsung_blocks =
    std::string("\0\0\1\x0A\16\0\0\0Image_UTC_Data1234", 26) + std::string("\0\0\10\x0A\4\0\0\0Name", 12);
std::string exif(std::string_view more = "....") {
  return jpeg_segment(0xE1, std::string("Exif\0\0MM\0*\0\0\0\10\0\0", 16) + std::string{more});
}

TEST_CASE("whole JPEGs are read to the last byte, at every split", "[jpeg]") {
  struct {
    std::string_view name;
    std::string file;
    std::uint64_t frames;
  } const cases[] = {
      {"baseline", small_jpeg(), 1},
      {"fill bytes before a marker", small_jpeg("\xFF\xFF\xFF" + jpeg_segment(0xFE, "hello").substr(1)), 1},
      {"progressive, two scans",
       jpeg_soi + jpeg_frame(8, 8, 0xC2) + jpeg_scan("one") + jpeg_scan("two") + jpeg_eoi, 1},
      {"restart markers",
       jpeg_soi + jpeg_segment(0xDD, big(1, 2)) + jpeg_frame(8, 80) +
           jpeg_scan("a\xFF\xD0"
                     "b\xFF\xD1"
                     "c\xFF\xFF\xD2"
                     "d\xFF\xD3"
                     "e\xFF\xD4"
                     "f\xFF\xD5"
                     "g\xFF\xD6"
                     "h\xFF\xD7"
                     "i\xFF\xD0") +
           jpeg_eoi,
       1},
      {"DNL that repeats the height",
       jpeg_soi + jpeg_frame(8, 8) + jpeg_scan("x") + jpeg_segment(0xDC, big(8, 2)) + jpeg_eoi, 1},
      {"EXIF, XMP, profile, a comment",
       small_jpeg(exif() + jpeg_xmp("<?xpacket begin=''?><x:xmpmeta/>") +
                  jpeg_segment(0xE2, std::string("ICC_PROFILE\0\1\1....", 18)) + jpeg_segment(0xFE, "hello")),
       1},
      {"two images that MPF announces", small_jpeg(jpeg_mpf(2), small_jpeg()), 2},
      {"three, with padding between",
       small_jpeg(jpeg_mpf(3), std::string(7, '\0') + small_jpeg({}, small_jpeg())), 3},
      {"a gain map that XMP announces", small_jpeg(jpeg_xmp(directory), small_jpeg()), 2},
      {"zeros to fill a sector", small_jpeg({}, std::string(3000, '\0')), 1},
      {"0xFF to fill a sector", small_jpeg({}, std::string(3000, '\xFF')), 1},
      {"Samsung's trailer", small_jpeg({}, samsung_blocks + sefh(38, 26, 12)), 1},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = read_every_split(jpeg, c.file);
    CHECK(o.reason == "");
    CHECK(o.detail == "");
    CHECK(o.found.frames == c.frames);
    CHECK(o.found.width == 8);
    CHECK(o.found.examined == examined::whole);
  }
  read_every_truncation(jpeg, small_jpeg(exif() + jpeg_mpf(2)));
}

TEST_CASE("hostile JPEGs are refused at the byte", "[jpeg]") {
  const std::uint64_t n = small_jpeg().size();
  const std::uint64_t app = 20;  // where the first segment behind APP0 begins
  const auto scan_of = [](std::string_view coded) {
    return jpeg_soi + jpeg_frame(8, 8) + jpeg_scan(coded) + jpeg_eoi;
  };
  const std::uint64_t coded = 2 + 13 + 10;
  std::string scans = jpeg_soi + jpeg_frame(8, 8, 0xC2);
  for (int i = 0; i < 257; ++i) scans += jpeg_scan("x");
  struct {
    std::string_view name;
    std::string file;
    std::string_view reason;
    std::uint64_t offset;
  } const cases[] = {
      {"no JPEG", "\xFF\xD9\xFF\xD9", "bad_signature", 0},
      {"64250x64250 in a few bytes", jpeg_soi + jpeg_frame(64250, 64250), "too_many_pixels", 7},
      {"a script behind the end", small_jpeg({}, "<?php system($_GET[0]);"), "trailing_data", n},
      {"a JAR behind the end (GIFAR's sister)", small_jpeg({}, "PK\3\4"), "trailing_data", n},
      {"a script behind padding", small_jpeg({}, std::string(9, '\0') + "<?php"), "trailing_data", n + 9},
      {"a script behind 0xFF", small_jpeg({}, std::string(9, '\xFF') + "<?php"), "trailing_data", n + 9},
      {"padding without end", small_jpeg({}, std::string((64 << 10) + 1, '\0')), "trailing_data",
       n + (64 << 10)},
      {"a second image that nothing announces", small_jpeg({}, small_jpeg()), "trailing_data", n},
      {"a third image where two are announced", small_jpeg(jpeg_mpf(2), small_jpeg() + small_jpeg()),
       "trailing_data", 2 * n + jpeg_mpf(2).size()},
      {"an announced image with a script behind it", small_jpeg(jpeg_mpf(2), small_jpeg() + "<?php"),
       "trailing_data", 2 * n + jpeg_mpf(2).size()},
      {"an announced image that is none", small_jpeg(jpeg_mpf(2), "\xFF\xD8\xFF<?php"), "bad_structure",
       n + jpeg_mpf(2).size() + 2},
      {"a video that nothing announces", small_jpeg({}, std::string("\0\0\0\10ftypisom....", 16)),
       "trailing_data", n},
      {"a Samsung trailer that covers a script only in part",
       small_jpeg({}, samsung_blocks + "<!-- -->" + sefh(38, 26, 12)), "trailing_data", n},
      {"PHP in a Samsung trailer", small_jpeg({}, samsung_blocks + "<?php ?>" + sefh(46, 26, 20)),
       "payload_text", n + 38},
      {"a Samsung trailer without its end", small_jpeg({}, samsung_blocks), "trailing_data", n},
      {"PHP in a quantisation table",
       small_jpeg(
           jpeg_segment(0xDB, std::string(1, '\0') + "<?php system($_GET[0]);" + std::string(41, '\1'))),
       "payload_text", app + 5},
      {"PHP in a comment", small_jpeg(jpeg_segment(0xFE, "hi <?php phpinfo();")), "payload_text", app + 7},
      {"PHAR's stub in a comment", small_jpeg(jpeg_segment(0xFE, "__HALT_COMPILER(); ?>")), "payload_text",
       app + 4},
      {"HTML in EXIF", small_jpeg(exif("<script>alert(1)</script>")), "payload_text", app + 4 + 16},
      {"a script in UTF-16 in EXIF", small_jpeg(exif(std::string("<\0s\0c\0r\0i\0p\0t\0>\0", 16))),
       "payload_text", app + 4 + 16},
      {"a script in a private segment", small_jpeg(jpeg_segment(0xEB, "<svg onload=alert(1)>")),
       "payload_text", app + 9},
      {"EXIF that is none", small_jpeg(jpeg_segment(0xE1, std::string("Exif\0\0PK\3\4....", 14))),
       "bad_structure", app + 10},
      {"EXIF whose directory lies outside",
       small_jpeg(jpeg_segment(0xE1, std::string("Exif\0\0MM\0*\0\0\xFF\0", 14))), "bad_value", app + 14},
      {"bytes in JFIF behind its thumbnail",
       jpeg_soi + jpeg_segment(0xE0, std::string("JFIF\0\1\2\0\0\1\0\1\0\0hidden", 20)), "bad_length", 18},
      {"bytes between segments", small_jpeg("hidden"), "unclaimed_data", app},
      {"a segment of length 1", small_jpeg(std::string("\xFF\xFE\0\1", 4)), "bad_length", app + 2},
      {"tables of 60000 bytes", small_jpeg(jpeg_segment(0xC4, std::string(60000, '\0'))), "bad_length",
       app + 2},
      {"a second SOI", small_jpeg(jpeg_soi), "bad_order", app},
      {"a restart marker before any scan", small_jpeg("\xFF\xD0"), "bad_order", app},
      {"a reserved marker", small_jpeg("\xFF\x02"), "bad_structure", app},
      {"JPEG-LS", small_jpeg(jpeg_segment(0xF7, "x")), "unsupported_feature", app},
      {"hierarchical", small_jpeg(jpeg_segment(0xDE, "x")), "unsupported_feature", app},
      {"two frame headers", small_jpeg(jpeg_frame(1, 1)), "duplicate_part", 0},
      {"no width", jpeg_soi + jpeg_frame(0, 8), "zero_pixels", 7},
      {"a height that comes later", jpeg_soi + jpeg_frame(8, 0), "unsupported_feature", 7},
      {"DNL that contradicts the header",
       jpeg_soi + jpeg_frame(8, 8) + jpeg_scan("x") + jpeg_segment(0xDC, big(60000, 2)), "bad_value",
       coded + 5},
      {"a frame header that is too long",
       jpeg_soi + jpeg_segment(0xC0, bytes({8, 0, 8, 0, 8, 1, 1, 0x11, 0}) + "hidden"), "bad_length", 6},
      {"five bits of sampling", jpeg_soi + jpeg_segment(0xC0, bytes({8, 0, 8, 0, 8, 1, 1, 0x51, 0})),
       "bad_value", 13},
      {"a scan before the frame", jpeg_soi + jpeg_scan("x") + jpeg_eoi, "bad_order", 6},
      {"a scan of another component",
       jpeg_soi + jpeg_frame(8, 8) + jpeg_segment(0xDA, bytes({1, 9, 0, 0, 63, 0})), "bad_value", 20},
      {"no scan", jpeg_soi + jpeg_frame(8, 8) + jpeg_eoi, "missing_part", 15},
      {"nothing between SOI and EOI", jpeg_soi + jpeg_eoi, "missing_part", 2},
      {"257 scans", scans, "too_many_scans", 15 + 256 * 11 + 4},
      {"too many Huffman codes",
       small_jpeg(jpeg_segment(0xC4, bytes({0, 3}) + std::string(15, '\0') + "abc")), "bad_value", app + 4},
      {"a quantisation table that is cut off", small_jpeg(jpeg_segment(0xDB, std::string(64, '\0'))),
       "bad_length", app + 4},
      {"a restart marker without DRI", scan_of("x\xFF\xD0y"), "bad_order", coded + 1},
      {"restart markers out of order",
       jpeg_soi + jpeg_segment(0xDD, big(1, 2)) + jpeg_frame(8, 8) + jpeg_scan("x\xFF\xD1y"), "bad_order",
       coded + 7},
      {"coded data without end", jpeg_soi + jpeg_frame(8, 8) + jpeg_scan(std::string(5000, 'x')), "truncated",
       coded + 5000},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = c.file.size() < 8000 ? read_every_split(jpeg, c.file) : read(jpeg, c.file);
    CHECK(o.reason == c.reason);
    if (c.offset != 0 || c.reason == "bad_signature") CHECK(o.offset == c.offset);
  }
}

TEST_CASE("the limits of JPEG hold at N-1, N and N+1", "[jpeg]") {
  CHECK(read(jpeg, small_jpeg(), {.image = {.max_pixels = 64}}).ok());
  CHECK(read(jpeg, small_jpeg(), {.image = {.max_pixels = 63}}).reason == "too_many_pixels");
  const std::string two = small_jpeg(jpeg_mpf(2), small_jpeg());
  CHECK(read(jpeg, two, {.image = {.max_frames = 2, .max_total_pixels = 128}}).ok());
  CHECK(read(jpeg, two, {.image = {.max_frames = 1}}).reason == "too_many_frames");
  CHECK(read(jpeg, two, {.image = {.max_total_pixels = 127}}).reason == "too_many_total_pixels");
  const std::string comment = small_jpeg(jpeg_segment(0xFE, "0123456789"));  // and 14 bytes of JFIF
  CHECK(read(jpeg, comment, {.image = {.max_metadata = 25}}).ok());
  CHECK(read(jpeg, comment, {.image = {.max_metadata = 24}}).ok());
  CHECK(read(jpeg, comment, {.image = {.max_metadata = 23}}).reason == "metadata_too_large");
}

}  // namespace
}  // namespace uploadgate::formats
