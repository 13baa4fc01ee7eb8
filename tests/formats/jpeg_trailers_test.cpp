#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/image_bytes.hpp"
#include "support/judge.hpp"

#include <initializer_list>
#include <string>

namespace uploadgate::formats {
namespace {

using namespace test;

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  return text.replace(text.find(what), what.size(), with);
}
const std::string announced = jpeg_xmp("<x GCamera:MotionPhoto=\"1\"/>");
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
  const std::string container = jpeg_xmp(
      "<x GCamera:MotionPhoto=\"1\"><Container:Directory>"
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
       small_jpeg(jpeg_mpf(2) + container, small_jpeg() + samsung({utc, video_block(movie())}))},
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
  const judged cases[] = {
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
       small_jpeg(jpeg_mpf(2), samsung({utc, video_block("\xFF\xD8\xFF\xE0"
                                                         "ftyp" +
                                                         small_jpeg())})),
       "bad_length", jpeg_mpf(2).size() + in_video},
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
       with(samsung({utc, video_block(movie() + big(90000, 4) + "mdat")})), "truncated"},
      {"a box of 2^64 bytes",
       with(samsung({utc, video_block(movie() + big(1, 4) + "mdat" + std::string(8, '\xFF'))})), "bad_length",
       in_video + movie().size()},
  };
  judge_each(jpeg, cases);
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

}  // namespace
}  // namespace uploadgate::formats
