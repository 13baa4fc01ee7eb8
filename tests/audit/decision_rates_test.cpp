#include <uploadgate/maintenance/decision_rates.hpp>

#include "support/catch.hpp"

namespace uploadgate {
namespace {

using std::chrono::seconds;

constexpr decision_rates::time_point noon{seconds{1'795'346'523}};  // 2026-11-22 11:22:03 UTC

std::string accepted(std::string_view time = "") {
  return R"({"verdict":"accepted")" + (time.empty() ? "" : R"(,"time":")" + std::string{time} + '"') + "}";
}

std::string rejected(std::string_view rule = "max_size", std::string_view reason = "size_exceeded") {
  return R"({"verdict":"rejected","rule":")" + std::string{rule} + R"(","reason":")" + std::string{reason} +
         R"("})";
}

rate_report after(int good, int bad, int usual_good, int usual_bad) {
  decision_rates rates;
  for (int i = 0; i < usual_good; ++i) rates.add_usual(accepted());
  for (int i = 0; i < usual_bad; ++i) rates.add_usual(rejected());
  for (int i = 0; i < good; ++i) rates.add(accepted(), noon);
  for (int i = 0; i < bad; ++i) rates.add(rejected(), noon);
  return rates.report(noon);
}

TEST_CASE("the most frequent refusal stands first", "[rates]") {
  decision_rates rates;
  for (const char* rule : {"a", "b", "b", "c", "b", "c"}) rates.add(rejected(rule), noon);
  const rate_report r = rates.report(noon);
  REQUIRE(r.rows.size() == 3);
  CHECK(r.rows[0].rule == "b");
  CHECK(r.rows[0].count == 3);
  CHECK(r.rows[0].share == 0.5);
  CHECK_FALSE(r.rows[0].usual);
  CHECK(r.rows[2].rule == "a");
}

TEST_CASE("what is no decision is counted as unreadable", "[rates]") {
  decision_rates rates;
  for (const char* line : {"", "x", "[]", "{}", R"({"verdict":5})", R"({"verdict":"perhaps"})",
                           R"({"verdict":"rejected","reason":"unreadable"})"})
    rates.add(line, noon);
  const rate_report r = rates.report(noon);
  CHECK(r.unreadable == 7);
  CHECK(r.accepted + r.rejected + r.unfinished == 0);
  CHECK(r.accepted_share == 0);
}

TEST_CASE("a drop is a warning only where chance does not explain it", "[rates]") {
  struct {
    const char* what;
    int good, bad, usual_good, usual_bad;
    bool drop;
  } const cases[] = {
      {"as usual", 98, 2, 980, 20, false},
      {"all refused, and too few to tell", 0, 29, 980, 20, false},
      {"all refused", 0, 30, 980, 20, true},
      {"a little more", 965, 35, 980, 20, true},
      {"less than a hundredth more", 9710, 290, 980, 20, false},
      {"fewer refusals than usual", 100, 0, 90, 10, false},
      {"no baseline", 0, 100, 0, 0, false},
      {"a small baseline without refusals", 95, 5, 20, 0, false},
      {"a large one", 95, 5, 1000, 0, true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    CHECK(after(c.good, c.bad, c.usual_good, c.usual_bad).honest_drop == c.drop);
  }
}

TEST_CASE("the window forgets, and lines without a time are of now", "[rates]") {
  decision_rates rates{seconds{10}};
  rates.add(accepted("2026-11-22T11:21:53Z"), noon);  // ten seconds before noon
  rates.add(accepted("2026-11-22T11:21:54.999Z"), noon);
  rates.add(accepted("2026-13-22T11:21:53Z"), noon);
  rates.add(accepted("now"), noon);
  rates.add(accepted(), noon);
  CHECK(rates.latest() == noon - seconds{9});
  CHECK(rates.report(noon).accepted == 4);
  CHECK(rates.report(noon + seconds{2}).accepted == 3);
  CHECK(rates.report(noon + seconds{10}).accepted == 0);
}

TEST_CASE("times that the clock cannot hold are none", "[rates]") {
  decision_rates rates{seconds{10}};
  for (const char* time : {"4052-11-22T11:22:03Z", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z",
                           "2201-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
    rates.add(accepted(time), noon);
  }
  CHECK_FALSE(rates.latest());
  CHECK(rates.report(noon).accepted == 5);
  rates.add(accepted("1970-01-01T00:00:00Z"), noon);
  CHECK(rates.latest() == decision_rates::time_point{});
}

TEST_CASE("reasons beyond the limit are one", "[rates]") {
  decision_rates rates;
  for (int i = 0; i < 1200; ++i) rates.add(rejected("r" + std::to_string(i)), noon);
  const rate_report r = rates.report(noon);
  CHECK(r.rows.size() <= decision_rates::max_reasons + 1);
  CHECK(r.rows[0].rule == "other");
  CHECK(r.rows[0].count >= 200);
  CHECK(r.rejected == 1200);
}

TEST_CASE("a report as JSON", "[rates]") {
  decision_rates rates;
  rates.add_usual(accepted());
  rates.add(R"({"verdict":"accepted","policy":"photos","policy_version":3})", noon);
  rates.add(rejected(), noon);
  CHECK(
      to_json(rates.report(noon)) ==
      R"({"accepted":1,"rejected":1,"unfinished":0,"unreadable":0,"accepted_share":5E-1,)"
      R"("usual_accepted_share":1E0,"policies":["photos 3"],"honest_drop":false,"refusals":[)"
      R"({"rule":"max_size","reason":"size_exceeded","count":1,"share":5E-1,"usual_share":0E0,"unusual":false}]})");
}

}  // namespace
}  // namespace uploadgate
