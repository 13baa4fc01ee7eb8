#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using namespace std::string_literals;

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST_CASE("JSON, to the last byte", "[json]") {
  const test::judged cases[] = {
      {"an object", "{\"a\": [1, -2.5e3, true, false, null, \"\\u00e4\\n\"]}\n", ""},
      {"a number", "42", ""},
      {"a string", "  \"x\" \r\n", ""},
      {"a byte order mark", "\xEF\xBB\xBF{}", ""},
      {"a long string", "\"" + std::string(9000, 'x') + "\"", ""},
      {"at the depth limit", nested(256), ""},
      {"over the depth limit", nested(257), "nested_too_deep", 256},
      {"nothing", "", "truncated", 0},
      {"white space", " \n", "truncated", 2},
      {"an open object", "{\"a\":1", "truncated", 6},
      {"an open string", "\"abc", "truncated", 4},
      {"a number cut", "-", "truncated", 1},
      {"two values", "{} {}", "trailing_data", 3},
      {"a script behind", "{}<script>", "trailing_data", 2},
      {"a comment", "{/*x*/}", "not_well_formed"},
      {"a trailing comma", "[1,]", "not_well_formed"},
      {"a single quote", "{'a':1}", "not_well_formed"},
      {"NaN", "[NaN]", "not_well_formed"},
      {"a NUL", "[1\0]"s, "not_well_formed"},
      {"a control character in a string", "\"a\x01\"", "not_well_formed"},
      {"ill-formed UTF-8", "\"a\xC0\xAF\"", "not_well_formed"},
      {"a lone surrogate", "\"\\ud800\"", "not_well_formed"},
      {"UTF-16", "\xFF\xFE{\0}\0"s, "not_well_formed", 0},
      {"lines of values", "{}\n{}\n", "trailing_data", 3},
      {"HTML", "<html>", "not_well_formed", 0},
  };
  test::judge_each(json, cases);
}

TEST_CASE("newline-delimited JSON", "[json]") {
  const test::judged cases[] = {
      {"nothing", "", ""},
      {"lines", "{\"a\":1}\r\n[2]\n3\n\n\"x\"", ""},
      {"two values in a line", "{} {}\n", "trailing_data", 3},
      {"a value over two lines", "{\n}\n", "not_well_formed", 1},
      {"an open last line", "{}\n{", "not_well_formed", 4},
      {"no JSON", "{}\nhello\n", "not_well_formed"},
      {"too deep in a later line", "1\n" + nested(257), "nested_too_deep", 258},
  };
  test::judge_each(ndjson, cases);
}

TEST_CASE("JSON is followed over block ends", "[json]") {
  const std::string value =
      "{\"key\":\"" + std::string(4080, 'v') + "\\u00e4\xE2\x82\xAC\",\"n\":12345678901234567890.5}";
  test::judge_one(json, {"whole", value, ""});
  test::judge_one(json, {"and more", value + "x", "trailing_data", value.size()});
  test::read_every_truncation(json, "{\"a\":[1,2,{\"b\":null}],\"c\":\"d\"}");
}

}  // namespace
}  // namespace uploadgate::formats
