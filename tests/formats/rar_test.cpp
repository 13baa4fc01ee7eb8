#include "formats/grammars.hpp"
#include "formats/rar_block.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"
#include "support/zip_builder.hpp"

#include <zlib.h>

#include <optional>
#include <string>

namespace uploadgate::formats {
namespace {

std::string le(std::uint64_t value, int n) {
  std::string out;
  for (int i = 0; i < n; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}
std::string v(std::uint64_t value) {
  std::string out;
  for (; value > 0x7F; value >>= 7) out += static_cast<char>((value & 0x7F) | 0x80);
  return out + static_cast<char>(value);
}
std::uint32_t crc(std::string_view s) {
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(s.data()), static_cast<uInt>(s.size())));
}
std::string changed(std::string s, std::size_t at) {
  s.at(at) = static_cast<char>(s.at(at) ^ 0x55);
  return s;
}

// RAR 5
const std::string sign5{"Rar!\x1A\x07\1\0", 8};
std::string block5(std::string_view body) {
  const std::string counted = v(body.size()) + std::string{body};
  return le(crc(counted), 4) + counted;
}
const std::string main5 = block5(v(1) + v(0) + v(0));
const std::string end5 = block5(v(5) + v(0) + v(0));
struct file5 {
  std::string name = "a.txt";
  std::uint64_t mode = 0100644, unpacked = 5, flags = 0, type = 2, compression = 0;
  std::string extra = "";
  std::optional<std::uint32_t> crc{};
};
std::string entry5(const file5& f, std::string_view data = "hello") {
  std::string body = v(f.type) + v(f.extra.empty() ? 2 : 3);
  if (!f.extra.empty()) body += v(f.extra.size());
  body += v(data.size()) + v(f.flags | (f.crc ? 4 : 0)) + v(f.unpacked) + v(f.mode);
  if (f.crc) body += le(*f.crc, 4);
  body += v(f.compression) + v(1) + v(f.name.size()) + f.name + f.extra;
  return block5(body) + std::string{data};
}

// RAR 4
const std::string sign4{"Rar!\x1A\x07\0", 7};
std::string block4(unsigned type, unsigned flags, std::string_view body, std::string_view data = {}) {
  const std::string head = le(type, 1) + le(flags, 2) + le(7 + body.size(), 2) + std::string{body};
  return le(crc(head) & 0xFFFF, 2) + head + std::string{data};
}
std::string main4(unsigned flags = 0) { return block4(0x73, flags, std::string(6, '\0')); }
const std::string end4 = block4(0x7B, 0, "");
std::string entry4(std::string_view name, unsigned flags = 0x8000, std::uint64_t mode = 0100644) {
  return block4(0x74, flags,
                le(5, 4) + le(5, 4) + le(3, 1) + le(crc("hello"), 4) + le(0, 4) + le(20, 1) + le(0x30, 1) +
                    le(name.size(), 2) + le(mode, 4) + std::string{name},
                "hello");
}

TEST_CASE("a RAR archive is walked block by block, and said to be examined in part", "[rar]") {
  const std::string inputs[] = {
      sign5 + main5 + entry5({}) + entry5({.name = "CMT", .type = 3}) + end5,
      sign4 + main4() + entry4("a.txt") + end4,
      sign4 + main4() + entry4("b\\a.txt"),
  };
  for (const std::string& input : inputs) {
    const test::outcome o = test::read_every_split(rar, input);
    CHECK(o.reason == "");
    CHECK(o.found.entries == 1);
    CHECK(o.found.examined == examined::prefix);
  }
}

TEST_CASE("a RAR archive that is dangerous or does not add up is refused", "[rar]") {
  const std::string five = sign5 + main5;
  const std::string four = sign4 + main4();
  const std::uint64_t at5 = five.size();
  const std::uint64_t at4 = four.size();
  const test::judged cases[] = {
      {"another signature", "Rar!\x1A\x07\2\1", "bad_signature", 0},
      {"slip", five + entry5({.name = "../a"}) + end5, "entry_name", at5},
      {"absolute", five + entry5({.name = "/a"}) + end5, "entry_name", at5},
      {"link by mode", five + entry5({.mode = 0120777}) + end5, "entry_link", at5},
      {"link by record", five + entry5({.extra = v(2) + v(5) + v(1)}) + end5, "entry_link", at5},
      {"device", five + entry5({.mode = 0020644}) + end5, "entry_special", at5},
      {"encrypted file", five + entry5({.extra = v(2) + v(1) + v(0)}) + end5, "encrypted", at5},
      {"encrypted headers", sign5 + block5(v(4) + v(0) + v(0)) + "xxxx", "encrypted", 8},
      {"twice", five + entry5({}) + entry5({}) + end5, "duplicate_entry", at5 + entry5({}).size()},
      {"declares a bomb", five + entry5({.unpacked = 2 * GiB}) + end5, "unpacked_too_large", at5},
      {"alternate stream", five + entry5({.name = "STM", .type = 3}) + end5, "unsupported_feature", at5},
      {"unknown size", five + entry5({.flags = 8}) + end5, "unsupported_feature", at5},
      {"volume", sign5 + block5(v(1) + v(0) + v(1)), "unsupported_feature", 8},
      {"unknown block", five + block5(v(9) + v(0)) + end5, "unsupported_feature", at5},
      {"no main header", sign5 + entry5({}) + end5, "bad_order", 8},
      {"two main headers", five + main5 + end5, "duplicate_part", at5},
      {"checksum", five + changed(entry5({}), 8) + end5, "checksum_mismatch", at5},
      {"name beyond its block",
       five + block5(v(2) + v(0) + v(0) + v(0) + v(0) + v(0) + v(1) + v(99) + "a") + end5, "bad_structure",
       at5},
      {"extra beyond its block", five + block5(v(2) + v(1) + v(500) + v(0)) + end5, "bad_structure", at5},
      {"header of no bytes", five + std::string(8, '\0'), "bad_length", at5},
      {"bytes behind", five + end5 + "x", "trailing_data", at5 + end5.size()},
      {"no end", five + entry5({}), "truncated", at5 + entry5({}).size()},
      {"4: slip", four + entry4("..\\a") + end4, "entry_name", at4},
      {"4: link", four + entry4("a", 0x8000, 0120777) + end4, "entry_link", at4},
      {"4: encrypted file", four + entry4("a", 0x8004) + end4, "encrypted", at4},
      {"4: encrypted headers", sign4 + main4(0x80) + "xxxxxxxx", "encrypted", 7},
      {"4: volume", sign4 + main4(1) + end4, "unsupported_feature", 7},
      {"4: checksum", four + changed(entry4("a"), 9) + end4, "checksum_mismatch", at4},
      {"4: block of six bytes", four + std::string("\0\0\x74\0\0\6\0", 7), "bad_length", at4},
      {"4: bytes behind", four + end4 + "x", "trailing_data", at4 + end4.size()},
  };
  test::judge_each(rar, cases);
  structure_limits limits;
  limits.archive.encrypted = handling::warn;
  const test::outcome hidden =
      test::read_every_split(rar, sign5 + block5(v(4) + v(0) + v(0)) + "xxxx", limits);
  CHECK(hidden.ok());
  CHECK(hidden.found.examined == examined::prefix);
  limits = {};
  limits.archive.max_entries = 1;
  CHECK(test::read(rar, five + entry5({}) + end5, limits).ok());
  CHECK(test::read(rar, five + entry5({}) + entry5({.name = "b"}) + end5, limits).reason ==
        "too_many_entries");
}

TEST_CASE("a RAR archive cut short is never whole", "[rar]") {
  test::read_every_truncation(rar, sign5 + main5 + entry5({}) + end5);
}

TEST_CASE("a RAR archive on a completed file is examined whole", "[rar]") {
  const std::string folder5 = entry5({.name = "d", .mode = 040755, .unpacked = 0, .flags = 1}, "");
  const std::string inputs[] = {
      sign5 + main5 + entry5({.crc = crc("hello")}) + folder5 + entry5({.name = "CMT", .type = 3}) + end5,
      sign4 + main4() + entry4("a.txt") + entry4("b\\a.txt") + end4,
      sign4 + main4() + entry4("a.txt") + entry4("b.txt"),
  };
  for (const std::string& input : inputs) {
    const test::outcome o = test::completed(rar, input);
    CAPTURE(o.detail);
    CHECK(o.reason == "");
    CHECK(o.found.entries == 2);
    CHECK(o.found.unpacked_size == (input.starts_with(sign5) ? 5 : 10));
    CHECK(o.found.examined == examined::whole);
  }
}

TEST_CASE("a RAR archive that does not unpack to what it says is refused", "[rar]") {
  const std::string five = sign5 + main5;
  const std::string four = sign4 + main4();
  const std::uint64_t at5 = five.size();
  const test::judged cases[] = {
      {"wrong checksum", five + entry5({.crc = 1}) + end5, "checksum_mismatch", at5},
      {"stored, says more", five + entry5({.unpacked = 6}) + end5, "entry_conflict", at5},
      {"stored, says less", five + entry5({.unpacked = 4}) + end5, "entry_conflict", at5},
      {"junk for packed data", five + entry5({.compression = 3 << 7}, "\1\2\3\4\5") + end5, "corrupt_data",
       at5},
      {"newer way of packing", five + entry5({.compression = 1}) + end5, "unsupported_feature", at5},
      {"a folder with data", five + entry5({.name = "d", .flags = 1}) + end5, "entry_conflict", at5},
      {"nested slip",
       five + entry5({.unpacked = test::zipped({{"../a", "x"}}).size()}, test::zipped({{"../a", "x"}})) +
           end5,
       "entry_name", at5},
      {"window of 4 GiB for a gigabyte",
       five + entry5({.unpacked = GiB, .compression = 15 << 10 | 3 << 7}) + end5, "budget_exhausted", at5},
      {"4: wrong checksum", four + changed(entry4("a.txt"), 7 + 25 + 5) + end4, "checksum_mismatch",
       four.size()},
  };
  test::judge_each_completed(rar, cases);
  structure_limits limits;
  const std::string packed = five + entry5({.compression = 3 << 7}, "\1\2\3\4\5") + end5;
  for (const std::uint64_t n : {9U, 10U, 11U}) {
    limits.archive.max_completed_window = n;
    CHECK(test::completed(rar, packed, limits).reason == (n < 10 ? "budget_exhausted" : "corrupt_data"));
  }
  const std::string good = five + entry5({.crc = crc("hello")}) + end5;
  const std::string other = changed(good, at5 + entry5({.crc = 1}).size() - 1);
  CHECK_FALSE(test::completed_as(rar, good, test::file_of(other)).ok());
  for (std::size_t n = 0; n < good.size(); ++n) REQUIRE_FALSE(test::completed(rar, good.substr(0, n)).ok());
}

TEST_CASE("a RAR 4 name in Unicode is read, and both its names are judged", "[rar]") {
  const auto named = [](std::string_view field) { return sign4 + main4() + entry4(field, 0x8200) + end4; };
  const std::string nul(1, '\0');
  struct row {
    std::string_view name;
    std::string field;
    std::string_view reason;
  };
  const row rows[] = {
      {"bytes of the low page", "a.txt" + nul + nul + nul + "a.tx" + nul + "t", ""},
      {"bytes of a page", "?.txt" + nul + "\x04\x40\x16.tx" + nul + "t", ""},
      {"whole units", "?.txt" + nul + nul + "\x80\x16\x04.tx" + nul + "t", ""},
      {"a byte that readers take differently", "?.txt" + nul + nul + "\x80\x16\x04.txt",
       "directory_mismatch"},
      {"a run of the plain name", "?.txt" + nul + nul + "\xB0\x16\x04\2", ""},
      {"slip in the second", "aaaa" + nul + nul + nul + "../a", "entry_name"},
      {"slip in the first", "../a" + nul + nul + nul + "aaaa", "entry_name"},
      {"a run beyond the name", "a" + nul + nul + "\xC0\x7F", "entry_name"},
      {"half a unit", "a" + nul + nul + "\x80\x16", "entry_name"},
      {"half a pair", "a" + nul + nul + "\x80" + nul + "\xD8", "entry_name"},
      {"nothing", "a" + nul + nul, "entry_name"},
  };
  for (const row& r : rows) {
    CAPTURE(r.name);
    const test::outcome o = test::completed(rar, named(r.field));
    CAPTURE(o.detail);
    CHECK(o.reason == r.reason);
  }
}

}  // namespace
}  // namespace uploadgate::formats
