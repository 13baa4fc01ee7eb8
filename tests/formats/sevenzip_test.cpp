#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <zlib.h>

#include <string>

namespace uploadgate::formats {
namespace {

std::string le(std::uint64_t value, int n) {
  std::string out;
  for (int i = 0; i < n; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}
std::uint32_t crc(std::string_view s) {
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(s.data()), static_cast<uInt>(s.size())));
}
std::string head(std::uint64_t offset, std::uint64_t size, std::uint32_t sum, char major = 0) {
  const std::string start = le(offset, 8) + le(size, 8) + le(sum, 4);
  return std::string{"7z\xBC\xAF\x27\x1C"} + major + '\4' + le(crc(start), 4) + start;
}
std::string seven(std::string_view streams, std::string_view header) {
  return head(streams.size(), header.size(), crc(header)) + std::string{streams} + std::string{header};
}
std::string changed(std::string s, std::size_t at) {
  s.at(at) = static_cast<char>(s.at(at) ^ 0x55);
  return s;
}
const std::string header{"\x01\x04\0", 3};

TEST_CASE("a 7z archive is claimed from end to end, and said to be examined in part", "[sevenzip]") {
  const test::outcome o = test::read_every_split(sevenzip, seven("packed streams", header));
  CHECK(o.reason == "");
  CHECK(o.found.examined == examined::prefix);
  CHECK(test::read_every_split(sevenzip, head(0, 0, 0)).found.examined == examined::whole);
}

TEST_CASE("a 7z archive that does not add up is refused", "[sevenzip]") {
  const std::string good = seven("packed streams", header);
  const test::judged cases[] = {
      {"another signature", changed(good, 5), "bad_signature", 0},
      {"newer version", head(0, 0, 0, 1), "unsupported_feature", 6},
      {"start header", changed(good, 12), "checksum_mismatch", 8},
      {"end header", changed(good, good.size() - 1), "checksum_mismatch", good.size() - 3},
      {"end header beyond 63 bits", head(UINT64_MAX - 2, 3, 0), "bad_length", 12},
      {"sum beyond 63 bits", head(INT64_MAX, 1, 0), "bad_length", 12},
      {"no end header, but streams", head(9, 0, 0) + "123456789", "bad_value", 12},
      {"end header of gigabytes", head(0, GiB, 0), "too_many_entries", 20},
      {"no header at the end", seven("packed", "zzz"), "bad_structure", 38},
      {"bytes behind", good + "x", "trailing_data", good.size()},
      {"junk between", seven("packed", header).insert(34, "junk"), "bad_structure", 38},
      {"cut short", good.substr(0, good.size() - 1), "truncated", good.size() - 1},
  };
  test::judge_each(sevenzip, cases);
  test::read_every_truncation(sevenzip, good);
}

}  // namespace
}  // namespace uploadgate::formats
