#include "formats/utf8.hpp"

#include "support/catch.hpp"
#include "support/splits.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

struct utf8_case {
  std::string_view what;
  std::string bytes;
  std::optional<std::uint64_t> ill;
};

// The borders of table 3-7 of the Unicode Standard, and what lies one beyond them.
const utf8_case cases[] = {
    {"nothing", "", {}},
    {"ASCII", "plain text", {}},
    {"two, three and four bytes",
     "\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF",
     {}},
    {"before the surrogates", "\xED\x9F\xBF", {}},
    {"behind the surrogates", "\xEE\x80\x80", {}},
    {"overlong slash in two bytes", "ab\xC0\xAF", 2},
    {"overlong with C1", "\xC1\xBF", 0},
    {"overlong in three bytes", "a\xE0\x9F\xBF", 1},
    {"overlong in four bytes", "\xF0\x8F\xBF\xBF", 0},
    {"first surrogate", "abc\xED\xA0\x80", 3},
    {"last surrogate", "\xED\xBF\xBF", 0},
    {"above U+10FFFF", "\xF4\x90\x80\x80", 0},
    {"F5", "x\xF5\x80\x80\x80", 1},
    {"FF", "\xFF", 0},
    {"lone continuation", "a\x80", 1},
    {"missing continuation", "a\xC3(", 1},
    {"third byte missing", "\xE2\x82(", 0},
    {"cut in two", "abc\xC3", 3},
    {"cut in three", "abc\xE2\x82", 3},
    {"cut in four", "abc\xF0\x9F\x98", 3},
    {"an ill-formed beginning that is cut", "ab\xE0\x80", 2},
    {"late in a long text", std::string(5000, 'x') + "\xC3\xA4" + std::string(600, 'y') + "\xC0\x80", 5602},
    {"after many characters",
     [] {
       std::string s;
       for (int i = 0; i < 700; ++i) s += "\xE2\x82\xAC";
       return s + "\xED\xA0\x80";
     }(),
     2100},
};

TEST_CASE("the first ill-formed sequence is found, at every split", "[utf8]") {
  for (const utf8_case& c : cases) {
    CAPTURE(c.what);
    CHECK(is_utf8(as_bytes(c.bytes)) == !c.ill.has_value());
    test::for_every_split(as_bytes(c.bytes), [&](std::string_view how, auto deliver) {
      utf8_validator v;
      std::optional<std::uint64_t> ill;
      deliver([&](bytes_view piece) {
        if (!ill) ill = v.feed(piece);
      });
      if (!ill) ill = v.finish();
      CAPTURE(how);
      REQUIRE(ill == c.ill);
    });
  }
}

TEST_CASE("every code point is taken, and no other", "[utf8]") {
  const auto encode = [](std::uint32_t c) {
    std::string s;
    const auto add = [&](std::uint32_t b) { s += static_cast<char>(b); };
    if (c < 0x80) {
      add(c);
    } else if (c < 0x800) {
      add(0xC0 | c >> 6), add(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      add(0xE0 | c >> 12), add(0x80 | (c >> 6 & 0x3F)), add(0x80 | (c & 0x3F));
    } else {
      add(0xF0 | c >> 18), add(0x80 | (c >> 12 & 0x3F)), add(0x80 | (c >> 6 & 0x3F)), add(0x80 | (c & 0x3F));
    }
    return s;
  };
  std::uint32_t wrong = 0;
  for (std::uint32_t c = 0; c < 0x120000; ++c) {
    const bool good = c < 0x110000 && !(c >= 0xD800 && c <= 0xDFFF);
    const std::string s = encode(c);
    const utf8_scan scan = scan_utf8(as_bytes(s));
    if ((scan.valid == s.size()) != good || scan.cut) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a scan says where a character is cut", "[utf8]") {
  const utf8_scan s = scan_utf8(as_bytes("ab\xE2\x82"));
  CHECK(s.valid == 2);
  CHECK(s.cut);
}

}  // namespace
}  // namespace uploadgate::formats
