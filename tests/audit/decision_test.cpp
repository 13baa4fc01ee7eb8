#include <uploadgate/decision.hpp>
#include <uploadgate/display.hpp>

#include "decisions.hpp"

#include <boost/json/parse.hpp>

#include <random>

namespace uploadgate {
namespace {

namespace bj = boost::json;

bj::object line_of(const decision& d) {
  const std::string line = to_json(d);
  CAPTURE(line);
  REQUIRE(line.size() < max_audit_line);
  return bj::parse(line).as_object();
}

std::string filename_in(const bj::object& line) { return line.at("filename").as_string().c_str(); }

TEST_CASE("the line of a rejected upload has all that the host knows", "[audit]") {
  const auto [verdict, facts] = test::rejected();
  const auto would = test::accepted();
  const decision d{
      .verdict = verdict,
      .facts = facts,
      .time = test::noon,
      .duration = std::chrono::microseconds{1500},
      .request_id = "r-1",
      .client = "192.0.2.7",
      .policy = {.name = "avatars", .version = 7, .sha256 = "ab"},
      .filename = "a.png",
      .content_type = "image/png",
      .field = "avatar",
      .failure = "",
      .candidate = candidate_decision{.policy = {.name = "next", .version = 8}, .verdict = would.verdict}};
  CHECK(to_json(d) ==
        R"({"time":"2026-11-22T11:22:03.000456Z","request_id":"r-1","client":"192.0.2.7","policy":"avatars",)"
        R"("policy_version":7,"policy_sha256":"ab","filename":"a.png","content_type":"image/png",)"
        R"("field":"avatar","verdict":"rejected","rule":"max_size","reason":"size_exceeded",)"
        R"("condition":"too_large","offset":2,"detail":"the limit is 2 bytes","size":3,"examined":"none",)"
        R"("duration_us":1500,"candidate":{"policy":"next","policy_version":8,"verdict":"accepted"}})");
}

TEST_CASE("what is not known is left out", "[audit]") {
  const auto [verdict, facts] = test::unfinished();
  CHECK(to_json({.verdict = verdict, .facts = facts, .failure = "the client went"}) ==
        R"({"verdict":"pending","size":0,"examined":"none","failure":"the client went"})");
}

TEST_CASE("no name forges a line or steers a terminal, and a reader sees it whole", "[audit]") {
  const auto [verdict, facts] = test::accepted();
  struct {
    const char* what;
    std::string name;
    std::string written;
  } const cases[] = {
      {"a line feed and a forged line", "a\n{\"verdict\":\"accepted\"}", R"(a\n{\"verdict\":\"accepted\"})"},
      {"an escape sequence", "\x1b[2Ja", R"(\u001b[2Ja)"},
      {"DEL", "a\x7f", R"(a\u007f)"},
      {"a C1 control", "a\u009b31m", R"(a\u009b31m)"},
      {"NEL", "a\u0085b", R"(a\u0085b)"},
      {"a line separator", "a\u2028b", R"(a\u2028b)"},
      {"right-to-left override", "a\u202egnp.exe", R"(a\u202egnp.exe)"},
      {"a tag character of plane 14", "a\U000e0041", R"(a\udb40\udc41)"},
      {"honest letters", "Grüße 日本 😀.txt", "Grüße 日本 😀.txt"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    const decision d{.verdict = verdict, .facts = facts, .filename = c.name};
    const std::string line = to_json(d);
    CHECK(line.find("\"filename\":\"" + c.written + "\"") != std::string::npos);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(filename_in(line_of(d)) == c.name);
  }
  CHECK(filename_in(line_of({.verdict = verdict, .facts = facts, .filename = "a\xff.txt"})) == "a\ufffd.txt");
}

TEST_CASE("a line fits into a pipe, whatever it is made of", "[audit]") {
  auto [verdict, facts] = test::rejected();
  for (std::size_t i = 0; i < facts::max_warnings; ++i)
    facts.warn(std::string(300, '\x1b') + std::to_string(i));
  facts.media_type = facts.extension = facts.safe_name = facts.sha256 = std::string(500, '\x7f');
  const std::string big(100'000, '\x1b');
  const decision d{.verdict = verdict,
                   .facts = facts,
                   .time = test::noon,
                   .duration = std::chrono::hours{1000},
                   .request_id = big,
                   .client = big,
                   .policy = {.name = big, .version = ~0ULL, .sha256 = big},
                   .filename = big,
                   .content_type = big,
                   .field = big,
                   .failure = big,
                   .candidate = candidate_decision{.policy = {.name = big, .version = ~0ULL, .sha256 = big},
                                                   .verdict = verdict}};
  const bj::object o = line_of(d);
  CHECK(o.at("cut").as_bool());
  CHECK(filename_in(o) == std::string(32, '\x1b'));
}

TEST_CASE("whatever bytes a client sends, the line is one line of plain JSON", "[audit]") {
  const auto [verdict, facts] = test::rejected();
  std::mt19937 random{7};
  for (int i = 0; i < 5000; ++i) {
    std::string name(random() % 300, ' ');
    for (char& c : name) c = static_cast<char>(random() % (i % 2 ? 256 : 0x30) + (i % 2 ? 0 : 0x80));
    const std::string line = to_json({.verdict = verdict, .facts = facts, .filename = name, .field = name});
    CAPTURE(line);
    REQUIRE(line.size() < max_audit_line);
    REQUIRE(printable(line) == line);
    const bj::object o = bj::parse(line).as_object();
    REQUIRE((name.empty() || o.count("cut") || filename_in(o).starts_with(valid_utf8(name).c_str())));
  }
}

TEST_CASE("a long text is cut between two characters, and only as far as needed", "[audit]") {
  const auto [verdict, facts] = test::accepted();
  std::string name = "x";
  for (int i = 0; i < 3000; ++i) name += "é";
  const bj::object o = line_of({.verdict = verdict, .facts = facts, .filename = name});
  CHECK(filename_in(o) == name.substr(0, 511));
  name = name.substr(0, 3001);
  CHECK(line_of({.verdict = verdict, .facts = facts, .filename = name}).count("cut") == 0);
}

}  // namespace
}  // namespace uploadgate
