#include "formats/part_list.hpp"

#include "formats/grammar.hpp"
#include "formats/registry.hpp"
#include "support/catch.hpp"
#include "support/image_bytes.hpp"
#include "support/pdf_bytes.hpp"
#include "support/seeds.hpp"
#include "support/zip_builder.hpp"

#include <algorithm>
#include <numeric>

namespace uploadgate::formats {
namespace {

std::vector<file_part> parts_of(std::string_view file, std::string_view extension, std::size_t chunk) {
  structure_limits limits;
  limits.list_parts = true;
  const format* const row = find_extension(extension);
  parse p{row->read, limits, row};
  for (std::size_t at = 0; at < file.size(); at += chunk) (void)p.feed(as_bytes(file.substr(at, chunk)));
  (void)p.finish();
  return p.found().parts;
}

std::string words(const std::vector<file_part>& parts) {
  std::string all;
  for (const file_part& p : parts) {
    all += (all.empty() ? "" : ", ") + p.name + " " + std::to_string(p.count) + "x" + std::to_string(p.size) +
           "@" + std::to_string(p.offset);
  }
  return all;
}

TEST_CASE("the parts of a file are named, and each byte belongs to one", "[parts]") {
  using namespace std::string_literals;
  const struct {
    std::string_view extension;
    std::string file;
    std::string_view parts;
  } cases[] = {
      {"png", test::small_png(test::png_chunk("tEXt", "a\0b"s)),
       "signature 1x8@0, IHDR 1x25@8, tEXt 1x15@33, IDAT 1x29@48, IEND 1x12@77"},
      {"jpg",
       test::small_jpeg(test::jpeg_segment(0xEE, "Adobe\0dxyzabc"s) + test::jpeg_segment(0xFE, "hello")),
       "SOI 1x2@0, APP0 JFIF 1x18@2, APP14 Adobe 1x17@20, COM 1x9@37, DQT 1x69@46, SOF0 1x13@115, "
       "DHT 1x22@128, SOS and its scan 1x21@150, EOI 1x2@171"},
      {"gif",
       test::gif_header(1, 1) + test::gif_extension(0xFE, "hi") + test::gif_frame(1, 1) +
           test::gif_frame(1, 1) + ";",
       "header 1x19@0, a comment 1x6@19, image 2x30@25, trailer 1x1@55"},
      {"zip", test::zipped({{"a", "b"}, {"c", "d"}}),
       "entry 2x68@0, directory 1x94@68, end of the directory 1x22@162"},
      {"txt", "hello\n", "text 1x6@0"},
      {"png", "", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.extension);
    CHECK(words(parts_of(c.file, c.extension, c.file.size() + 1)) == c.parts);
    CHECK(words(parts_of(c.file, c.extension, 1)) == c.parts);
  }
}

TEST_CASE("the parts of every sample add up to the file, or to where its reading ends", "[parts]") {
  std::size_t listed = 0;
  for (const test::seed& seed : test::seeds()) {
    const format* const row = find_extension(seed.path.substr(seed.path.rfind('.') + 1));
    if (!row || !row->read) continue;
    CAPTURE(seed.path);
    structure_limits limits;
    limits.list_parts = true;
    parse p{row->read, limits, row};
    const bool good = p.feed(as_bytes(seed.content)).ok() && p.finish().ok();
    std::uint64_t sum = 0;
    for (const file_part& part : p.found().parts) sum += part.size;
    CHECK(sum == p.claimed());
    if (good) CHECK(sum == seed.content.size());
    listed += p.found().parts.size();
  }
  CHECK(listed > 100);
}

TEST_CASE("parts end where the reading ends", "[parts]") {
  const std::string cut = test::small_png().substr(0, 50);
  CHECK(words(parts_of(cut, "png", 7)) == "signature 1x8@0, IHDR 1x25@8, IDAT 1x17@33");
}

TEST_CASE("as many different parts as are listed, and one more", "[parts]") {
  for (const std::size_t different : {facts::max_parts - 1, facts::max_parts, facts::max_parts + 9}) {
    part_list list;
    for (std::size_t i = 0; i < different; ++i) list.begin("part " + std::to_string(i), 10 * i);
    list.begin("part 0", 10 * different);
    const std::vector<file_part> all = list.all(10 * different + 5);
    CHECK(all.size() == std::min(different, facts::max_parts));
    CHECK(all.front().count == 2);
    CHECK(all.front().size == 15);
    CHECK((all.back().name == "others") == (different >= facts::max_parts));
    CHECK(std::accumulate(all.begin(), all.end(), std::uint64_t{0}, [](std::uint64_t n, const file_part& p) {
            return n + p.size;
          }) == 10 * different + 5);
  }
}

}  // namespace
}  // namespace uploadgate::formats
