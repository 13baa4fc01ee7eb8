#include "formats/grammars.hpp"
#include "support/boxes.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <boost/crc.hpp>

#include <string>

namespace uploadgate::formats {
namespace {

using test::be;
using test::where;
using test::zeros;

std::string block(unsigned type, const std::string& payload, bool last = false) {
  return be(type | (last ? 0x80U : 0U), 1) + be(payload.size(), 3) + payload;
}
std::string stream_info(std::uint64_t samples) {
  return be(4096, 2) + be(4096, 2) + zeros(6) + be(44100ULL << 44 | 1ULL << 41 | 15ULL << 36 | samples, 8) +
         zeros(16);
}
std::string frame(unsigned number, const std::string& body) {
  std::string f = be(0xFFF8, 2) + be(0xC9, 1) + be(0x18, 1) + be(number, 1);
  boost::crc_optimal<8, 0x07, 0, 0, false, false> head;
  head.process_bytes(f.data(), f.size());
  f += be(head.checksum(), 1) + body;
  boost::crc_optimal<16, 0x8005, 0, 0, false, false> all;
  all.process_bytes(f.data(), f.size());
  return f + be(all.checksum(), 2);
}
std::string file(const std::string& blocks, const std::string& frames) { return "fLaC" + blocks + frames; }

const std::string info = block(0, stream_info(8192));
// The body of the second frame holds what looks like a header.
const std::string frames = frame(0, "first") + frame(1, "se" + be(0xFFF8C918, 4) + zeros(9));
const std::string good = file(info + block(1, zeros(9), true), frames);

TEST_CASE("FLAC passes, with and without a tag in front", "[flac]") {
  CHECK(test::read_every_split(flac, good, {}, "flac").reason == "");
  CHECK(test::read_every_split(flac, "ID3" + be(4, 1) + zeros(2) + be(3, 4) + "abc" + good, {}, "flac")
            .reason == "");
  const std::string picture = block(6, be(3, 4) + be(9, 4) + "image/png" + zeros(24) + "png", true);
  CHECK(test::read_every_split(flac, file(info + picture, frames), {}, "flac").reason == "");
}

TEST_CASE("a cut FLAC does not pass", "[flac]") { test::read_every_truncation(flac, good, {}, "flac"); }

TEST_CASE("hostile FLAC is refused at the byte at fault", "[flac]") {
  const std::uint64_t body = good.size() - frames.size();
  const std::uint64_t second = body + frame(0, "first").size();
  std::string broken = good;
  broken[body + 7] = 'X';
  const std::string php = file(info + block(4, "TITLE=<?php eval($x); ?>", true), frames);
  const test::judged cases[] = {
      {"ZIP behind the last frame", good + "PK\3\4", "checksum_mismatch", second},
      {"a broken frame", broken, "checksum_mismatch", body},
      {"no STREAMINFO", file(block(4, "", true), frames), "bad_order", 4},
      {"two STREAMINFO", file(info + block(0, stream_info(0), true), frames), "bad_order", 42},
      {"a block of no type", file(info + block(127, "", true), frames), "bad_value", 42},
      {"STREAMINFO of another length", file(block(0, zeros(33), true), frames), "bad_length", 5},
      {"no sample rate", file(block(0, be(4096, 2) + be(4096, 2) + zeros(30), true), frames), "bad_value",
       18},
      {"PHP in a comment", php, "payload_text", where(php, "<?php")},
      {"a picture whose type leaves it",
       file(info + block(6, be(3, 4) + be(0xFFFFFFFF, 4) + zeros(30), true), frames), "bad_length", 50},
      {"HTML in place of frames", file(block(0, stream_info(0), true), "<html><script>alert(1)</script>"),
       "bad_structure", 42},
      {"no frames", file(block(0, stream_info(8192), true), ""), "truncated", 42},
      {"a frame too few", file(block(0, stream_info(8192), true), frame(0, "first")), "truncated", 55},
      {"text", "fLaX and more", "bad_signature", 0},
  };
  test::judge_each(flac, cases, "flac");
}

}  // namespace
}  // namespace uploadgate::formats
