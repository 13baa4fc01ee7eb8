#include <uploadgate/display.hpp>
#include <uploadgate/validators/max_size.hpp>

#include "support/uploads.hpp"

namespace uploadgate {
namespace {

TEST_CASE("printable text cannot steer a terminal or forge a line", "[display]") {
  CHECK(printable("Grüße 日本.txt") == "Grüße 日本.txt");
  CHECK(printable("a\nb\x1b[31m\x7f") == "a\\x0ab\\x1b[31m\\x7f");
  CHECK(printable("a\u202egnp.exe") == "a\\u{202e}gnp.exe");
  CHECK(printable("a\u2028b") == "a\\u{2028}b");
  CHECK(printable("a\xff"
                  "b") == "a\ufffdb");
}

TEST_CASE("valid_utf8 keeps what is valid and replaces the rest", "[display]") {
  CHECK(valid_utf8("h\u00e9\n") == "h\u00e9\n");
  CHECK(valid_utf8("\xc0\xaf!") == "\ufffd!");
  CHECK(valid_utf8("x\xe2\x82") == "x\ufffd");
}

TEST_CASE("sizes for a person", "[display]") {
  const std::pair<std::uint64_t, const char*> cases[] = {
      {0, "0 B"},        {1023, "1023 B"},     {1024, "1.0 KiB"},
      {1536, "1.5 KiB"}, {5 * MiB, "5.0 MiB"}, {~std::uint64_t{0}, "16777216.0 TiB"}};
  for (const auto& [bytes, text] : cases) CHECK(human_size(bytes) == text);
}

TEST_CASE("to_json gives a verdict with its facts and leaves out what has no value", "[display]") {
  const policy p{max_size{2}};
  const auto rejected = test::judge(p, {}, "abc");
  const json_member lead[] = {{"path", "a\"\xff"}, {"id", ""}};
  CHECK(to_json(rejected.verdict, rejected.facts, lead) ==
        R"({"path":"a\")"
        "\ufffd"
        R"(","verdict":"rejected","rule":"max_size","reason":"size_exceeded",)"
        R"("condition":"too_large","offset":2,"detail":"the limit is 2 bytes","size":3,"examined":"none"})");
  auto accepted = test::judge(p, {}, "ab");
  accepted.facts.width = 7;
  accepted.facts.warn("w");
  CHECK(to_json(accepted.verdict, accepted.facts) ==
        R"({"verdict":"accepted","size":2,"examined":"none","width":7,"warnings":["w"]})");
}

}  // namespace
}  // namespace uploadgate
