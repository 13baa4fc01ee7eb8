#include "formats/grammars.hpp"
#include "formats/tar_header.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"
#include "support/pack.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using test::pax;
using test::pax_record;
using test::tar_end;
using test::tar_entry;
using test::tar_file;

std::string link(std::string_view name, std::string_view target, char type = '2') {
  return tar_entry({.name = std::string{name}, .type = type, .link = std::string{target}});
}
std::string folder(std::string_view name) { return tar_entry({.name = std::string{name}, .type = '5'}); }
std::string long_name(std::string_view name, char type = 'L') {
  return tar_entry({.name = "././@LongLink", .type = type}, std::string{name} + '\0');
}
std::string binary_size(std::uint64_t value, char first = '\x80') {
  std::string out(12, '\0');
  out[0] = first;
  for (std::size_t i = 11; i > 3; --i, value >>= 8) out[i] = static_cast<char>(value & 0xFF);
  return out;
}
std::string with(std::string s, std::size_t at, char c) {
  s.at(at) = c;
  return s;
}

const std::string gnu{"ustar  \0", 8};
const std::string old(8, '\0');
const std::string data = "some bytes of data";
const std::string path_of_120(120, 'p');

TEST_CASE("what every tar writes passes", "[tar]") {
  struct {
    std::string_view name;
    std::string input;
    std::uint64_t entries;
  } const cases[] = {
      {"nothing", tar_end(), 0},
      {"one file", tar_file("a.txt", data) + tar_end(), 1},
      {"a whole record", tar_file("a.txt", data) + tar_end() + std::string(8192, '\0'), 1},
      {"a file of one block", tar_file("a", std::string(512, 'x')) + tar_end(), 1},
      {"an empty file", tar_file("a") + tar_end(), 1},
      {"the root, folders and files", folder("./") + folder("./a/") + tar_file("./a/b", data) + tar_end(), 3},
      {"a folder twice", folder("a/") + tar_file("a/b") + folder("a") + tar_end(), 3},
      {"v7", tar_entry({.name = "a", .type = '\0', .magic = old}, data) + tar_end(), 1},
      {"a folder of v7", tar_entry({.name = "a/", .type = '\0', .magic = old}) + tar_file("a/b") + tar_end(),
       2},
      {"a prefix", tar_entry({.name = "b", .prefix = "a"}, data) + tar_end(), 1},
      {"GNU's magic", tar_entry({.name = "a", .magic = gnu}, data) + tar_end(), 1},
      {"GNU's times", tar_entry({.name = "a", .magic = gnu, .prefix = "14000000000"}, data) + tar_end(), 1},
      {"GNU's long name", long_name(path_of_120) + tar_file("ppp", data) + tar_end(), 1},
      {"GNU's long link", long_name(path_of_120, 'K') + link("l", "ppp") + tar_end(), 1},
      {"a label", tar_entry({.name = "label", .type = 'V'}) + tar_file("a") + tar_end(), 1},
      {"base 256", tar_entry({.name = "a", .size = binary_size(data.size())}, data) + tar_end(), 1},
      {"a time before 1970", tar_entry({.name = "a", .mtime = std::string(11, '\xFF')}, data) + tar_end(), 1},
      {"a size with spaces", tar_entry({.name = "a", .size = "         22 "}, data) + tar_end(), 1},
      {"pax path", pax(pax_record("path", path_of_120)) + tar_file("ppp", data) + tar_end(), 1},
      {"pax size that agrees", pax(pax_record("size", "18")) + tar_file("a", data) + tar_end(), 1},
      {"pax times and owners",
       pax(pax_record("mtime", "1.25") + pax_record("uname", "\xC3\xA9") + pax_record("x.y", "a=b\n")) +
           tar_file("a", data) + tar_end(),
       1},
      {"git's comment", pax(pax_record("comment", "0123abc"), 'g') + tar_file("a", data) + tar_end(), 1},
      {"a link to a neighbour", tar_file("a") + link("b", "a") + tar_end(), 2},
      {"a link up and down", link("a/b/c", "../d/e") + tar_end(), 1},
      {"a link to the root", link("a/b", "..") + tar_end(), 1},
      {"a hard link", tar_file("a", data) + link("b", "a", '1') + link("c", "./b", '1') + tar_end(), 3},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(tar, c.input);
    CHECK(o.reason == "");
    CHECK(o.found.entries == c.entries);
    CHECK(o.found.examined == examined::whole);
  }
}

TEST_CASE("a tar that is dangerous or read in two ways is refused, each with its reason", "[tar]") {
  const std::string file = tar_file("a", data);
  const test::judged cases[] = {
      {"no tar", std::string(600, 'x'), "bad_signature", 0},
      {"tar slip", tar_file("../a", data) + tar_end(), "entry_name", 0},
      {"tar slip in the middle", file + tar_file("b/../../c", data) + tar_end(), "entry_name", 1024},
      {"tar slip by prefix", tar_entry({.name = "c", .prefix = "../.."}) + tar_end(), "entry_name", 0},
      {"tar slip by long name", long_name("../../etc/passwd") + tar_file("x") + tar_end(), "entry_name",
       1024},
      {"tar slip by pax", pax(pax_record("path", "../x")) + tar_file("x") + tar_end(), "entry_name", 1024},
      {"absolute path", tar_file("/etc/passwd") + tar_end(), "entry_name", 0},
      {"no name", tar_file("") + tar_end(), "entry_name", 0},
      {"NUL in a pax path", pax(pax_record("path", std::string_view{"a\0b", 3})) + file + tar_end(),
       "entry_name", 1024},
      {"link to an absolute path", link("a", "/etc") + tar_end(), "entry_link", 0},
      {"link out", link("a", "../b") + tar_end(), "entry_link", 0},
      {"link out, deeper", link("a/b", "../../c") + tar_end(), "entry_link", 0},
      {"link that climbs behind a name", link("a/b", "c/../../d") + tar_end(), "entry_link", 0},
      {"link to nothing", link("a", "") + tar_end(), "entry_link", 0},
      {"long link out", long_name("../x", 'K') + link("a", "x") + tar_end(), "entry_link", 1024},
      {"pax link out", pax(pax_record("linkpath", "../x")) + link("a", "x") + tar_end(), "entry_link", 1024},
      {"file written through a link", folder("d") + link("a", "d") + tar_file("a/b") + tar_end(),
       "entry_link", 1024},
      {"link over a folder with files", tar_file("a/b") + link("a", "c") + tar_end(), "duplicate_entry", 512},
      {"hard link out", link("a", "../b", '1') + tar_end(), "entry_link", 0},
      {"hard link to what comes later", link("b", "a", '1') + file + tar_end(), "entry_link", 0},
      {"hard link to a link", tar_file("t") + link("a", "t") + link("b", "a", '1') + tar_end(), "entry_link",
       1024},
      {"link with data", tar_entry({.name = "a", .type = '2', .link = "b"}, data) + tar_end(),
       "entry_conflict", 0},
      {"character device", tar_entry({.name = "a", .type = '3'}) + tar_end(), "entry_special", 0},
      {"block device", tar_entry({.name = "a", .type = '4'}) + tar_end(), "entry_special", 0},
      {"fifo", tar_entry({.name = "a", .type = '6'}) + tar_end(), "entry_special", 0},
      {"sparse file", tar_entry({.name = "a", .type = 'S'}) + tar_end(), "unsupported_feature", 0},
      {"sparse file by pax", pax(pax_record("GNU.sparse.major", "1")) + file + tar_end(),
       "unsupported_feature", 512},
      {"part of a volume", tar_entry({.name = "a", .type = 'M'}) + tar_end(), "unsupported_feature", 0},
      {"file twice", file + file + tar_end(), "duplicate_entry", 1024},
      {"file twice, said differently", file + tar_file("./a") + tar_end(), "duplicate_entry", 1024},
      {"file and folder", file + tar_file("a/b") + tar_end(), "duplicate_entry", 1024},
      {"folder with data", tar_entry({.name = "a", .type = '5'}, data) + tar_end(), "entry_conflict", 0},
      {"pax size over the header's",
       pax(pax_record("size", "1024")) + tar_file("a") + tar_file("b") + tar_end(), "entry_conflict", 1024},
      {"pax size under the header's", pax(pax_record("size", "0")) + tar_file("a", data) + tar_end(),
       "entry_conflict", 1024},
      {"pax size twice", pax(pax_record("size", "18") + pax_record("size", "18")) + file + tar_end(),
       "entry_conflict", 523},
      {"pax size of all entries", pax(pax_record("size", "18"), 'g') + file + tar_end(), "entry_conflict",
       512},
      {"pax size that is none", pax(pax_record("size", "-1")) + file + tar_end(), "bad_value", 512},
      {"pax path taken back", pax(pax_record("path", "")) + file + tar_end(), "entry_conflict", 512},
      {"pax and long name", long_name("b") + pax(pax_record("path", "c")) + file + tar_end(),
       "entry_conflict", 1536},
      {"two long names", long_name("b") + long_name("c") + file + tar_end(), "entry_conflict", 1536},
      {"two pax headers", pax(pax_record("mtime", "1")) + pax(pax_record("mtime", "1")) + file + tar_end(),
       "duplicate_part", 1536},
      {"bytes behind a long name",
       tar_entry({.name = "x", .type = 'L'}, std::string{"b\0c\0", 4}) + file + tar_end(), "unclaimed_data",
       512},
      {"GNU's magic with a prefix", tar_entry({.name = "a", .magic = gnu, .prefix = "etc"}) + tar_end(),
       "entry_conflict", 345},
      {"negative size", tar_entry({.name = "a", .size = std::string(12, '\xFF')}) + tar_end(), "bad_value",
       124},
      {"size beyond 63 bits", tar_entry({.name = "a", .size = '\x80' + std::string(11, '\xFF')}) + tar_end(),
       "bad_value", 124},
      {"size that is no number", tar_entry({.name = "a", .size = "00000000x00"}) + tar_end(), "bad_value",
       124},
      {"digits behind a space", tar_entry({.name = "a", .size = "0000 000777"}) + tar_end(), "bad_value",
       124},
      {"pax record too long", pax("99 a=b\n") + file + tar_end(), "bad_length", 512},
      {"pax record too short", pax("3 a=b\n") + file + tar_end(), "bad_length", 512},
      {"pax record without key", pax("6 =bc\n") + file + tar_end(), "bad_structure", 512},
      {"pax record without length", pax("abc\n") + file + tar_end(), "bad_structure", 512},
      {"pax record without newline", pax("6 a=bc") + file + tar_end(), "bad_structure", 512},
      {"checksum", file + with(tar_file("b"), 3, 'x') + tar_end(), "checksum_mismatch", 1024},
      {"bytes in the padding", with(file, 600, 'x') + tar_end(), "unclaimed_data", 530},
      {"a lone block of zeros", file + std::string(512, '\0') + file + tar_end(), "bad_structure", 1536},
      {"bytes behind the end", file + tar_end() + "x", "trailing_data", 2048},
      {"an archive behind the end", file + tar_end() + file + tar_end(), "trailing_data", 2048},
      {"half a block of zeros", file + tar_end() + std::string(100, '\0'), "bad_length", 2148},
      {"no end", file, "truncated", 1024},
      {"size beyond the file", tar_entry({.name = "a", .size = "00000077777"}, data) + tar_end(), "truncated",
       2048},
      {"an extension at the end", file + pax(pax_record("path", "b")) + tar_end(), "bad_order", 2560},
      {"an extension of megabytes", tar_entry({.name = "x", .type = 'x', .size = "00001000001"}),
       "metadata_too_large", 0},
  };
  test::judge_each(tar, cases);
}

TEST_CASE("a pax size stands in for one that a header cannot hold", "[tar]") {
  const std::string ten_gib =
      pax(pax_record("size", "10737418240")) + tar_entry({.name = "a", .size = "00000000000"});
  structure_limits limits;
  limits.archive.max_unpacked = 10 * GiB;
  CHECK(test::read(tar, ten_gib, limits).reason == "truncated");
  CHECK(test::read(tar, tar_entry({.name = "a", .size = binary_size(10 * GiB)}), limits).reason ==
        "truncated");
  limits.archive.max_unpacked = 10 * GiB - 1;
  CHECK(test::read(tar, ten_gib, limits).reason == "unpacked_too_large");
}

TEST_CASE("a large file in a tar is not dense", "[tar]") {
  structure_limits limits;
  limits.archive.ratio_floor = 1000;
  limits.archive.max_ratio = 1;
  CHECK(test::read(tar, tar_file("a", std::string(100'000, 'x')) + tar_end(), limits).ok());
}

TEST_CASE("a tar cut short is never whole", "[tar]") {
  test::read_every_truncation(
      tar, pax(pax_record("path", "b")) + tar_file("a", data) + link("l", "b") + tar_end());
}

TEST_CASE("the limits of a tar hold at their number", "[tar]") {
  structure_limits limits;
  limits.archive.max_entries = 2;
  const std::string two = tar_file("a") + tar_file("b");
  CHECK(test::read(tar, two + tar_end(), limits).ok());
  CHECK(test::read(tar, two + tar_file("c") + tar_end(), limits).reason == "too_many_entries");
  CHECK(test::read(tar, tar_file("a/b/c/d") + tar_end(), limits).ok());
  CHECK(test::read(tar, tar_file("a/b/c/d/e") + tar_end(), limits).reason == "too_many_entries");
  std::string flood;
  for (int i = 0; i < 6; ++i) flood += pax(pax_record("comment", "x"), 'g');
  CHECK(test::read(tar, flood + tar_end(), limits).reason == "too_many_entries");

  limits = {};
  limits.archive.max_entry_name = 120;
  CHECK(test::read(tar, long_name(path_of_120) + tar_file("p") + tar_end(), limits).ok());
  CHECK(test::read(tar, long_name(path_of_120 + "p") + tar_file("p") + tar_end(), limits).reason ==
        "name_too_long");

  limits = {};
  limits.archive.links = handling::reject;
  CHECK(test::read(tar, link("a", "b") + tar_end(), limits).reason == "entry_link");
  limits.archive.links = handling::allow;
  CHECK(test::read(tar, link("a", "b") + tar_end(), limits).found.warnings.empty());
  limits.archive.links = handling::warn;
  CHECK(test::read(tar, link("a", "b") + link("c", "b") + tar_end(), limits).found.warnings.size() == 1);

  limits = {};
  limits.archive.executables = handling::reject;
  CHECK(test::read(tar, tar_file("a.exe") + tar_end(), limits).reason == "entry_executable");
}

TEST_CASE("an archive in a tar is judged at its depth", "[tar]") {
  const std::string inner = tar_file("../x") + tar_end();
  const auto in_tar = [](std::string_view content) { return tar_file("in.bin", content) + tar_end(); };
  const test::outcome slip = test::read_every_split(tar, in_tar(inner));
  CHECK(slip.reason == "entry_name");
  CHECK(slip.offset == 512);
  const std::string good = in_tar(test::gzipped(in_tar(data)));
  CHECK(test::read_every_split(tar, good).ok());
  CHECK(test::read(tar, in_tar(good)).reason == "nested_too_deep");
  structure_limits limits;
  limits.archive.max_depth = 0;
  CHECK(test::read(tar, good, limits).reason == "nested_too_deep");
}

TEST_CASE("a tar is known by its first block", "[tar]") {
  const std::string file = tar_file("a", data);
  CHECK(tar_signature(as_bytes(file).first(512)) == match::yes);
  CHECK(tar_signature(as_bytes(file).first(511)) == match::more);
  CHECK(tar_signature(as_bytes(with(file, 0, 'b')).first(512)) == match::no);
  CHECK(tar_signature(as_bytes(tar_end()).first(1)) == match::no);
  CHECK(tar_signature(as_bytes(tar_entry({.name = "a", .magic = old})).first(512)) == match::yes);
}

}  // namespace
}  // namespace uploadgate::formats
