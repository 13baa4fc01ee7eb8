#include "formats/packed.hpp"

#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"
#include "support/pack.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using test::bzip2ed;
using test::deflated;
using test::gzip_member;
using test::gzipped;
using test::xzed;
using test::zstded;

const std::string text = "The quick brown fox jumps over the lazy dog, twice: over the lazy dog.\n";
const std::string zeros(1'000'000, '\0');

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int v : values) out += static_cast<char>(v);
  return out;
}
// A gzip header with flags, and what they announce.
std::string header(int flags, std::string_view fields = {}) {
  return bytes({0x1F, 0x8B, 8, flags, 0, 0, 0, 0, 0, 3}) + std::string{fields};
}
std::string changed(std::string s, std::size_t at) {
  s.at(at) = static_cast<char>(s.at(at) ^ 0x55);
  return s;
}
std::string skippable(std::size_t n) {
  const auto size = static_cast<int>(n);
  return bytes({0x50, 0x2A, 0x4D, 0x18, size & 255, size >> 8 & 255, size >> 16 & 255, 0}) +
         std::string(n, 'x');
}

structure_limits limits_of(std::uint64_t unpacked, std::uint64_t ratio = 200, std::uint64_t floor = 8 * MiB,
                           std::uint64_t depth = 1) {
  structure_limits limits;
  limits.archive.max_unpacked = unpacked;
  limits.archive.max_ratio = ratio;
  limits.archive.ratio_floor = floor;
  limits.archive.max_depth = depth;
  return limits;
}

TEST_CASE("packed files of every kind pass, and what came out is counted", "[packed]") {
  struct {
    std::string_view name;
    grammar_function read;
    std::string input;
    std::uint64_t unpacked;
  } const cases[] = {
      {"gzip", gzip, gzipped(text), text.size()},
      {"gzip of nothing", gzip, gzipped(""), 0},
      {"gzip of two members", gzip, gzipped(text) + gzipped("more"), text.size() + 4},
      {"gzip with a name", gzip, gzip_member(header(0x08, std::string_view{"fox.txt\0", 8}), text),
       text.size()},
      {"gzip with an empty name", gzip, gzip_member(header(0x08, std::string_view{"\0", 1}), text),
       text.size()},
      {"gzip with a name and a comment", gzip, gzip_member(header(0x18, std::string_view{"f\0c\0", 4}), text),
       text.size()},
      {"bgzip's extra field", gzip, gzip_member(header(4, bytes({6, 0, 'B', 'C', 2, 0, 9, 0})), text),
       text.size()},
      {"gzip with a header checksum", gzip, gzip_member(header(2, bytes({0xA7, 0x77})), text), text.size()},
      {"bzip2", bzip2, bzip2ed(text), text.size()},
      {"bzip2 of nothing", bzip2, bzip2ed(""), 0},
      {"bzip2 of two streams", bzip2, bzip2ed(text) + bzip2ed(text), 2 * text.size()},
      {"xz", xz, xzed(text), text.size()},
      {"xz of nothing", xz, xzed(""), 0},
      {"xz of two streams with padding", xz,
       xzed(text) + std::string(4, '\0') + xzed(text) + std::string(8, '\0'), 2 * text.size()},
      {"a small xz -9", xz, xzed(text, 9), text.size()},
      {"zstd", zstd, zstded(text), text.size()},
      {"zstd of nothing", zstd, zstded(""), 0},
      {"zstd of two frames and one to skip", zstd, skippable(4) + zstded(text) + zstded(text) + skippable(0),
       2 * text.size()},
      {"a small zstd with a long window", zstd, zstded(text, 1, 27), text.size()},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(c.read, c.input);
    CHECK(o.reason == "");
    CHECK(o.found.unpacked_size == c.unpacked);
    CHECK(o.found.examined == examined::whole);
  }
}

TEST_CASE("packed files that lie, hide or break are refused where they do", "[packed]") {
  const std::string gz = gzipped(text);
  const std::string bz = bzip2ed(text);
  const std::string x = xzed(text);
  const std::string zs = zstded(text);
  struct {
    std::string_view name;
    grammar_function read;
    std::string input;
    std::string_view reason;
    std::uint64_t offset;
  } const cases[] = {
      {"empty", gzip, "", "bad_signature", 0},
      {"another magic", gzip, "PK\3\4", "bad_signature", 0},
      {"unknown method", gzip, changed(gz, 2), "bad_value", 2},
      {"reserved flag", gzip, gzip_member(header(0x20), text), "bad_value", 3},
      {"name that climbs", gzip, gzip_member(header(8, std::string_view{"../x\0", 5}), text), "entry_name",
       10},
      {"absolute name", gzip, gzip_member(header(8, std::string_view{"/x\0", 3}), text), "entry_name", 10},
      {"name without end", gzip, header(8, std::string(1025, 'n')) + gz, "name_too_long", 10},
      {"comment without end", gzip, header(16, std::string(5000, 'n')), "metadata_too_large", 10},
      {"extra field that does not add up", gzip,
       gzip_member(header(4, bytes({5, 0, 'B', 'C', 2, 0, 9})), text), "bad_length", 12},
      {"extra field of 64 KiB", gzip, gzip_member(header(4, bytes({255, 255})), text), "bad_length", 10},
      {"header checksum", gzip, gzip_member(header(2, bytes({1, 2})), text), "checksum_mismatch", 10},
      {"corrupt data", gzip, header(0) + "\xFF\xFF\xFF", "corrupt_data", 0},
      {"checksum", gzip, changed(gz, gz.size() - 8), "checksum_mismatch", gz.size() - 8},
      {"lying size", gzip, changed(gz, gz.size() - 4), "bad_length", gz.size() - 4},
      {"text behind", gzip, gz + "<?php", "trailing_data", gz.size()},
      {"zeros behind", gzip, gz + std::string(512, '\0'), "trailing_data", gz.size()},
      {"half a magic behind", gzip, gz + "\x1F", "trailing_data", gz.size()},
      {"half a member behind", gzip, gz + gz.substr(0, 12), "truncated", gz.size() + 12},
      {"bzip2: another magic", bzip2, "BZh0" + bz.substr(4), "bad_signature", 0},
      {"bzip2: no block", bzip2, bz.substr(0, 4) + "abcdef" + bz.substr(10), "bad_signature", 0},
      {"bzip2: checksum", bzip2, changed(bz, 11), "corrupt_data", 0},
      {"bzip2: bytes behind", bzip2, bz + "BZhx", "trailing_data", bz.size()},
      {"xz: another magic", xz, changed(x, 5), "bad_signature", 0},
      {"xz: stream flags", xz, changed(x, 8), "corrupt_data", 0},
      {"xz: index", xz, changed(x, x.size() - 14), "corrupt_data", 0},
      {"xz: bytes behind", xz, x + "abcd", "trailing_data", x.size()},
      {"xz: padding of three", xz, x + std::string(3, '\0'), "bad_length", x.size()},
      {"xz: padding of five and a stream", xz, x + std::string(5, '\0') + x, "bad_length", x.size()},
      {"zstd: another magic", zstd, changed(zs, 0), "bad_signature", 0},
      {"zstd: checksum", zstd, changed(zs, zs.size() - 1), "corrupt_data", 0},
      {"zstd: bytes behind", zstd, zs + "abcd", "trailing_data", zs.size()},
      {"zstd: one byte behind", zstd, zs + "a", "trailing_data", zs.size()},
      {"zstd: nothing but frames to skip", zstd, skippable(10), "missing_part", 18},
      {"zstd: half a frame to skip", zstd, zs + skippable(10).substr(0, 12), "truncated", zs.size() + 12},
      {"zstd: a frame with a dictionary", zstd,
       bytes({0x28, 0xB5, 0x2F, 0xFD, 0x21, 7, 3, 0x19, 0, 0}) + "abc", "unsupported_feature", 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(c.read, c.input);
    CHECK(o.reason == c.reason);
    CHECK(o.offset == c.offset);
  }
}

TEST_CASE("a packed file cut short is truncated", "[packed]") {
  test::read_every_truncation(gzip, gzip_member(header(0x1C, std::string_view{"\0\0f\0c\0", 6}), text));
  test::read_every_truncation(bzip2, bzip2ed(text));
  test::read_every_truncation(xz, xzed(text));
  test::read_every_truncation(zstd, zstded(text));
}

TEST_CASE("each cap holds to the byte, for each kind", "[packed]") {
  struct {
    std::string_view name;
    grammar_function read;
    std::string input;
  } const kinds[] = {{"gzip", gzip, gzipped(zeros)},
                     {"bzip2", bzip2, bzip2ed(zeros)},
                     {"xz", xz, xzed(zeros)},
                     {"zstd", zstd, zstded(zeros)}};
  for (const auto& k : kinds) {
    CAPTURE(k.name);
    CHECK(test::read(k.read, k.input, limits_of(zeros.size() + 1)).ok());
    CHECK(test::read(k.read, k.input, limits_of(zeros.size())).ok());
    const test::outcome size = test::read_every_split(k.read, k.input, limits_of(zeros.size() - 1));
    CHECK(size.reason == "unpacked_too_large");
    CHECK(size.offset == 0);
    CHECK(test::read(k.read, k.input, limits_of(1 * GiB, 0, zeros.size())).ok());
    CHECK(test::read(k.read, k.input, limits_of(1 * GiB, 0, zeros.size() - 1)).reason == "ratio_exceeded");
    // Packed bytes count in whole steps of 4096.
    CHECK(test::read(k.read, k.input, limits_of(1 * GiB, 245, 0)).ok());
    CHECK(test::read(k.read, k.input, limits_of(1 * GiB, 244, 0)).reason == "ratio_exceeded");
  }
}

TEST_CASE("a bomb is refused at the cap and not at its end", "[packed]") {
  const std::string bomb = gzipped(std::string(64 * MiB, '\0'));
  const test::outcome o = test::read(gzip, bomb, limits_of(16 * MiB, 1'000'000));
  CHECK(o.reason == "unpacked_too_large");
  CHECK(o.offset.value() < 20'000);
  const test::outcome ratio = test::read(gzip, bomb);
  CHECK(ratio.reason == "ratio_exceeded");
  CHECK(ratio.offset.value() < 12'000);
}

TEST_CASE("content that needs a longer history than allowed is refused", "[packed]") {
  structure_limits limits;
  limits.archive.max_window = 128 * KiB;
  limits.archive.max_ratio = 1'000'000;
  CHECK(test::read(xz, xzed(zeros, 9), limits).reason == "budget_exhausted");
  CHECK(test::read(xz, xzed(zeros.substr(0, 128 * KiB), 9), limits).ok());
  CHECK(test::read(xz, xzed(zeros.substr(0, 128 * KiB + 1), 9), limits).reason == "budget_exhausted");
  CHECK(test::read(zstd, zstded(zeros.substr(0, 128 * KiB), 1, 20), limits).ok());
  CHECK(test::read(zstd, zstded(zeros.substr(0, 128 * KiB + 1), 1, 20), limits).reason == "budget_exhausted");
  CHECK(test::read(zstd, zstded(zeros, 1, 17), limits).ok());
}

TEST_CASE("what readers of gzip and zstd skip is looked through", "[packed]") {
  const std::string frame = zstded(text);
  const std::string php = "<?php system(1); ?>";
  const std::string archive = "PK\5\6" + std::string(18, '\0');
  const auto skipped = [](std::string_view content) {
    return skippable(content.size()).substr(0, 8) + std::string{content};
  };
  const auto extra = [](std::string_view content) {
    const auto n = static_cast<char>(content.size());
    return std::string{static_cast<char>(n + 4), '\0', 'A', 'B', n, '\0'} + std::string{content};
  };
  const std::string body = gzipped(text).substr(10);
  const struct {
    const char* name;
    grammar_function read;
    std::string input;
    std::string_view reason;
    std::uint64_t offset;
  } cases[] = {
      {"PHP in a frame behind", zstd, frame + skipped("xx" + php), "payload_text", frame.size() + 10},
      {"the end of an archive in a frame", zstd, frame + skipped(archive), "unclaimed_data",
       frame.size() + 8},
      {"PHP in the extra field", gzip, header(4, extra(php)) + body, "payload_text", 16},
      {"the end of an archive in the extra field", gzip, header(4, extra(archive)) + body, "unclaimed_data",
       12},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(c.read, c.input);
    CHECK(o.reason == c.reason);
    CHECK(o.offset == c.offset);
  }
  CHECK(test::read(zstd, frame + skipped("an index")).ok());
  CHECK(test::read(gzip, header(4, extra("bgzip")) + body).ok());
}

TEST_CASE("zstd's frames to skip are capped", "[packed]") {
  const std::string frame = zstded(text);
  CHECK(test::read(zstd, skippable(1 * MiB - 8) + frame).ok());
  CHECK(test::read(zstd, skippable(1 * MiB - 7) + frame).reason == "metadata_too_large");
}

TEST_CASE("an archive inside is judged, and may not lie too deep", "[packed]") {
  const std::string tar = test::tar_file("a.txt", text) + test::tar_end();
  const std::string bad = test::tar_file("../a.txt", text) + test::tar_end();
  struct {
    std::string_view name;
    std::string input;
    std::uint64_t depth;
    std::string_view reason;
  } const cases[] = {
      {"a tar in a stream is one archive", gzipped(tar), 0, ""},
      {"a stream in a stream", gzipped(gzipped(text)), 1, ""},
      {"a stream in a stream where none may nest", gzipped(gzipped(text)), 0, "nested_too_deep"},
      {"three streams", gzipped(gzipped(gzipped(text))), 1, "nested_too_deep"},
      {"tar.gz in tar.gz", gzipped(test::tar_file("b.tgz", gzipped(tar)) + test::tar_end()), 1, ""},
      {"tar.gz in tar.gz where none may nest",
       gzipped(test::tar_file("b.tgz", gzipped(tar)) + test::tar_end()), 0, "nested_too_deep"},
      {"zstd in xz in bzip2", bzip2ed(xzed(zstded(text))), 2, ""},
      {"a dangerous name inside", gzipped(bad), 1, "entry_name"},
      {"a tar cut short inside", gzipped(tar.substr(0, 700)), 1, "truncated"},
      {"bytes behind the tar inside", gzipped(tar + "x"), 1, "trailing_data"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(test::read_every_split(c.input.starts_with("BZ") ? bzip2 : gzip, c.input,
                                 limits_of(1 * GiB, 200, 8 * MiB, c.depth))
              .reason == c.reason);
  }
  const test::outcome o = test::read(gzip, gzipped(tar));
  CHECK(o.found.entries == 1);
  CHECK(o.found.unpacked_size == tar.size());
}

TEST_CASE("what the extension says is a tar inside is one", "[packed]") {
  const std::string tar = test::tar_file("a.txt", text) + test::tar_end();
  CHECK(test::read_every_split(gzip, gzipped(tar), {}, "tar.gz").ok());
  CHECK(test::read_every_split(bzip2, bzip2ed(tar), {}, "tar.bz2").ok());
  CHECK(test::read_every_split(xz, xzed(tar), {}, "tar.xz").ok());
  CHECK(test::read_every_split(zstd, zstded(tar), {}, "tar.zst").ok());
  for (const std::string& other :
       {std::string{text}, std::string{"<script>alert(1)</script>"}, std::string{}}) {
    CHECK_FALSE(test::read_every_split(gzip, gzipped(other), {}, "tar.gz").ok());
    CHECK_FALSE(test::read_every_split(bzip2, bzip2ed(other), {}, "tar.bz2").ok());
    CHECK_FALSE(test::read_every_split(xz, xzed(other), {}, "tar.xz").ok());
    CHECK_FALSE(test::read_every_split(zstd, zstded(other), {}, "tar.zst").ok());
    CHECK(test::read(gzip, gzipped(other), {}, "gzip").ok());
  }
}

TEST_CASE("a script in a gzip's header is refused", "[packed]") {
  using namespace std::string_literals;
  const std::string shell = "<?php system($_GET[0]); ?>";
  const auto header = [](char flags) { return "\x1F\x8B\x08"s + flags + "\0\0\0\0\0\x03"s; };
  CHECK(test::read_every_split(gzip, test::gzip_member(header(0x10) + "a comment\0"s, text)).ok());
  CHECK(test::read_every_split(gzip, test::gzip_member(header(0x10) + shell + "\0"s, text)).reason ==
        "payload_text");
  CHECK(test::read_every_split(gzip, test::gzip_member(header(0x08) + "<b>.txt\0"s, text)).reason ==
        "entry_name");
  const std::string extra = "AB"s + static_cast<char>(shell.size()) + "\0"s + shell;
  const std::string length = std::string{static_cast<char>(extra.size())} + "\0"s;
  CHECK(test::read_every_split(gzip, test::gzip_member(header(0x04) + length + extra, text)).reason ==
        "payload_text");
}

TEST_CASE("what comes out is counted over all depths", "[packed]") {
  const std::string inner = gzipped(zeros);
  const std::string nested = gzipped(inner);
  const std::uint64_t all = inner.size() + zeros.size();
  CHECK(test::read(gzip, nested, limits_of(all)).found.unpacked_size == all);
  CHECK(test::read(gzip, nested, limits_of(all)).ok());
  CHECK(test::read_every_split(gzip, nested, limits_of(zeros.size() - 1)).reason == "unpacked_too_large");
  CHECK(test::read(gzip, nested, limits_of(1 * GiB, 100, 0)).reason == "ratio_exceeded");
}

}  // namespace
}  // namespace uploadgate::formats
