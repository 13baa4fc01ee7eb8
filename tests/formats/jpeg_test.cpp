#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/image_bytes.hpp"
#include "support/judge.hpp"

#include <initializer_list>
#include <string>

namespace uploadgate::formats {
namespace {

using namespace test;

// MPF that announces n images: a TIFF directory of one entry.
std::string mpf(std::uint64_t n) {
  return jpeg_segment(0xE2, std::string("MPF\0MM\0*\0\0\0\10\0\1", 14) + big(0xB001, 2) + big(4, 2) +
                                big(1, 4) + big(n, 4) + big(0, 4));
}
std::string xmp(std::string_view text) {
  return jpeg_segment(0xE1, std::string("http://ns.adobe.com/xap/1.0/\0", 29) + std::string{text});
}
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
       small_jpeg(exif() + xmp("<?xpacket begin=''?><x:xmpmeta/>") +
                  jpeg_segment(0xE2, std::string("ICC_PROFILE\0\1\1....", 18)) + jpeg_segment(0xFE, "hello")),
       1},
      {"two images that MPF announces", small_jpeg(mpf(2), small_jpeg()), 2},
      {"three, with padding between", small_jpeg(mpf(3), std::string(7, '\0') + small_jpeg({}, small_jpeg())),
       3},
      {"a gain map that XMP announces", small_jpeg(xmp(directory), small_jpeg()), 2},
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
  read_every_truncation(jpeg, small_jpeg(exif() + mpf(2)));
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
      {"a third image where two are announced", small_jpeg(mpf(2), small_jpeg() + small_jpeg()),
       "trailing_data", 2 * n + mpf(2).size()},
      {"an announced image with a script behind it", small_jpeg(mpf(2), small_jpeg() + "<?php"),
       "trailing_data", 2 * n + mpf(2).size()},
      {"an announced image that is none", small_jpeg(mpf(2), "\xFF\xD8\xFF<?php"), "bad_structure",
       n + mpf(2).size() + 2},
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

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  return text.replace(text.find(what), what.size(), with);
}
const std::string announced = xmp("<x GCamera:MotionPhoto=\"1\"/>");
std::string box(std::string_view type, const std::string& content) {
  return big(content.size() + 8, 4) + std::string{type} + content;
}
// A movie without tracks, its samples in front of its header as a phone writes it.
std::string movie(const std::string& samples = "samples", std::string_view brand = "mp42") {
  return box("ftyp", std::string{brand} + big(0, 4) + std::string{brand}) + box("mdat", samples) +
         box("moov", box("mvhd", std::string(12, '\0') + big(1000, 4) + std::string(84, '\0')));
}
std::string block(std::uint64_t type, std::string_view name, const std::string& content) {
  return little(0, 2) + little(type, 2) + little(name.size(), 4) + std::string{name} + content;
}
std::string video_block(const std::string& content) { return block(0x0A30, "MotionPhoto_Data", content); }
const std::string utc = block(0x0A01, "Image_UTC_Data", "1592929223741");
const std::string version = block(0x0A31, "MotionPhoto_Version", "mpv3");
std::string directory_of(std::initializer_list<std::string> blocks) {
  std::uint64_t distance = 0;
  for (const std::string& b : blocks) distance += b.size();
  std::string head = "SEFH" + little(107, 4) + little(blocks.size(), 4);
  for (const std::string& b : blocks) {
    head += b.substr(0, 4) + little(distance, 4) + little(b.size(), 4);
    distance -= b.size();
  }
  return head + little(head.size(), 4) + "SEFT";
}
std::string samsung(std::initializer_list<std::string> blocks) {
  std::string all;
  for (const std::string& b : blocks) all += b;
  return all + directory_of(blocks);
}

TEST_CASE("motion photos are examined to the end of their video, at every split", "[jpeg]") {
  const std::string container =
      xmp("<x GCamera:MotionPhoto=\"1\"><Container:Directory>"
          "<Item:Mime=\"image/jpeg\" Item:Semantic=\"Primary\" Item:Padding=\"59\"/>"
          "<Item:Mime=\"video/mp4\" Item:Semantic=\"MotionPhoto\" Item:Length=\"213\"/>");
  struct {
    std::string_view name;
    std::string file;
  } const cases[] = {
      {"Google: a video behind the image", small_jpeg(announced, movie())},
      {"Google: a video whose last box has no size",
       small_jpeg(announced, box("ftyp", "mp42" + big(0, 4)) +
                                 box("moov", box("mvhd", std::string(100, '\0'))) + big(0, 4) + "mdat...")},
      {"Samsung: the video last", small_jpeg({}, samsung({utc, version, video_block(movie())}))},
      {"Samsung: the video first", small_jpeg({}, samsung({video_block(movie()), utc, version}))},
      {"Samsung: the video alone", small_jpeg({}, samsung({video_block(movie())}))},
      {"Samsung's trailer, which Google's container announces",
       small_jpeg(container, samsung({utc, video_block(movie()), version}))},
      {"Google's video, then Samsung's trailer", small_jpeg(announced, movie() + samsung({utc, version}))},
      {"the same, where the trailer says only that the video stands elsewhere",
       small_jpeg(announced, movie() + samsung({utc, video_block("mpv2" + big(700, 4) + big(150, 4))}))},
      {"a gain map before both",
       small_jpeg(mpf(2) + container, small_jpeg() + samsung({utc, video_block(movie())}))},
      {"a converted Live Photo", small_jpeg({}, samsung({utc, video_block(movie("samples", "qt  "))}))},
      {"a 64-bit mdat that holds what looks like the trailer's end",
       small_jpeg({}, samsung({video_block(replaced(
                                   movie(samsung({utc})), box("mdat", samsung({utc})),
                                   big(1, 4) + "mdat" + big(16 + samsung({utc}).size(), 8) + samsung({utc}))),
                               utc}))},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = read_every_split(jpeg, c.file);
    CHECK(o.reason == "");
    CHECK(o.detail == "");
    CHECK(o.found.examined == examined::whole);
  }
}

TEST_CASE("a cut motion photo does not pass", "[jpeg]") {
  const std::string still = small_jpeg({}, {});
  const std::string file = small_jpeg({}, samsung({utc, video_block(movie()), version}));
  for (std::size_t n = still.size() + 12; n < file.size(); ++n) {
    CAPTURE(n);
    REQUIRE_FALSE(read(jpeg, file.substr(0, n)).ok());
  }
}

TEST_CASE("hostile motion photos are refused at the byte", "[jpeg]") {
  const std::uint64_t n = small_jpeg().size();
  const std::uint64_t m = small_jpeg(announced).size();
  const std::string head = video_block({});
  const std::uint64_t in_video = n + utc.size() + head.size();
  const std::string php = "<?php system($_GET[0]);";
  const std::string video = video_block(movie());
  const std::string broken("\0\0\0\20ftypisom\0\0\0\0\0\0\0\1", 20);
  const auto with = [](const std::string& trailer) { return small_jpeg({}, trailer); };
  struct {
    std::string_view name;
    std::string file;
    std::string_view reason;
    std::uint64_t offset;
  } const cases[] = {
      {"a video that is none", small_jpeg(announced, broken), "truncated", m + broken.size()},
      {"PHP behind Google's video", small_jpeg(announced, movie() + php), "trailing_data",
       m + movie().size()},
      {"PHP between Google's video and the trailer", small_jpeg(announced, movie() + php + samsung({utc})),
       "trailing_data", m + movie().size()},
      {"PHP instead of the video", with(samsung({utc, video_block(php)})), "bad_signature", in_video},
      {"nothing in the block", with(samsung({utc, video_block({})})), "bad_signature", in_video},
      {"a JPEG instead of the video", with(samsung({utc, video_block(small_jpeg())})), "bad_signature",
       in_video},
      {"a JPEG that says ftyp",
       small_jpeg(mpf(2), samsung({utc, video_block("\xFF\xD8\xFF\xE0"
                                                    "ftyp" +
                                                    small_jpeg())})),
       "bad_length", mpf(2).size() + in_video},
      {"PHP behind the video", with(samsung({utc, video_block(movie() + php)})), "trailing_data",
       in_video + movie().size()},
      {"PHP in a box behind the video", with(samsung({utc, video_block(movie() + box("free", php))})),
       "payload_text", in_video + movie().size() + 8},
      {"PHP in a block behind the video",
       with(samsung({utc, video, block(0x0A33, "MotionPhoto_AutoPlay", php)})), "payload_text",
       n + utc.size() + video.size() + 28},
      {"PHP where the video is said to stand elsewhere", with(samsung({utc, video_block("mpv2" + php)})),
       "payload_text", in_video + 4},
      {"a ZIP in the video", with(samsung({utc, video_block(movie(std::string("PK\5\6\0\0\0\0", 8)))})),
       "unclaimed_data", in_video + 20},
      {"a ZIP in a block, whose comment is the rest",
       with(samsung({utc, block(0x0A41, "Other", std::string("PK\5\6\0\0\0\0", 8) + std::string(14, '\1'))})),
       "unclaimed_data", n},
      {"a PDF in a block", with(samsung({utc, block(0x0A41, "Other", "%PDF-1.7")})), "unclaimed_data", n},
      {"a directory that leaves out the video", with(utc + video + directory_of({utc})), "trailing_data", n},
      {"a directory that hides the video in another block",
       with(block(0x0A01, "Image_UTC_Data", video) + directory_of({block(0x0A01, "Image_UTC_Data", video)})),
       "trailing_data", n},
      {"a directory that ends the video early",
       with(utc + video + directory_of({utc, video.substr(0, video.size() - 9), std::string(9, '\1')})),
       "trailing_data", n},
      {"a directory that ends the video late",
       with(utc + video + version + directory_of({utc, video + version})), "trailing_data", n},
      {"a block of the directory that is longer than the trailer",
       with(utc + video + directory_of({utc, video + std::string(5000, 'x')})), "trailing_data", n},
      {"two videos", with(samsung({utc, video, video})), "duplicate_part", n + utc.size() + video.size()},
      {"a video without a directory", with(utc + video), "trailing_data", n},
      {"a video whose last box swallows the directory",
       with(samsung({utc, video_block(movie() + big(0, 4) + "mdat")})), "trailing_data", n},
      {"a video whose last box is longer than the file",
       with(samsung({utc, video_block(movie() + big(90000, 4) + "mdat")})), "truncated", 0},
      {"a box of 2^64 bytes",
       with(samsung({utc, video_block(movie() + big(1, 4) + "mdat" + std::string(8, '\xFF'))})), "bad_length",
       in_video + movie().size()},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = read_every_split(jpeg, c.file);
    CAPTURE(o.detail);
    CHECK(o.reason == c.reason);
    if (c.offset != 0) CHECK(o.offset == c.offset);
  }
  // A video under another name is not looked for, and so not read: strict refuses it.
  const outcome o = read_every_split(jpeg, with(samsung({utc, block(0x0A30, "Other", movie())})));
  CHECK(o.reason == "");
  CHECK(o.found.examined == examined::prefix);
}

TEST_CASE("vivo's trailer is read as metadata to its end", "[jpeg]") {
  const std::string end("\xFF\xFF\xFF\xFF\x1B*9HWfu\x84\x93\xA2\xB1", 15);
  const std::string json = std::string("vivo{\"isColorFulPhoto\":0}\0", 26) + big(26, 4);
  const std::string picture = "streamdata" + small_jpeg() + "streaminfo" + std::string(9, '\2');
  const std::uint64_t n = small_jpeg().size();
  struct {
    std::string_view name;
    std::string trailer;
    std::string_view reason;
    std::uint64_t offset;
  } const cases[] = {
      {"JSON", json + end, "", 0},
      {"a picture and JSON", picture + json + end, "", 0},
      {"no end", json, "trailing_data", n},
      {"a byte behind the end", json + end + "x", "trailing_data", n},
      {"shorter than the end", "vivo{\"}", "trailing_data", n},
      {"PHP in the JSON", "vivo{\"<?php a();" + end, "payload_text", n + 6},
      {"a script behind the JSON", json + "<script>" + end, "payload_text", n + json.size()},
      {"a ZIP whose comment is the end",
       json + std::string("PK\5\6\0\0\0\0", 8) + std::string(14, '\1') + end, "unclaimed_data", n},
      {"a stream of another kind", "streamdata<?php a();" + end, "trailing_data", n},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = read_every_split(jpeg, small_jpeg({}, c.trailer));
    CHECK(o.reason == c.reason);
    if (c.offset != 0) CHECK(o.offset == c.offset);
    if (c.reason.empty()) CHECK(o.found.examined == examined::whole);
  }
  const std::string file = small_jpeg({}, json + end);
  const structure_limits exactly{.image = {.max_metadata = 14 + json.size() + end.size()}};  // 14 of JFIF
  CHECK(read(jpeg, file, exactly).ok());
  const structure_limits less{.image = {.max_metadata = 14 + json.size() + end.size() - 1}};
  CHECK(read(jpeg, file, less).reason == "metadata_too_large");
}

TEST_CASE("the limits of JPEG hold at N-1, N and N+1", "[jpeg]") {
  CHECK(read(jpeg, small_jpeg(), {.image = {.max_pixels = 64}}).ok());
  CHECK(read(jpeg, small_jpeg(), {.image = {.max_pixels = 63}}).reason == "too_many_pixels");
  const std::string two = small_jpeg(mpf(2), small_jpeg());
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
