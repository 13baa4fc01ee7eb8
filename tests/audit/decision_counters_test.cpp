#include <uploadgate/decision_counters.hpp>

#include "decisions.hpp"
#include "uploadgate/audit.hpp"

#include <thread>

namespace uploadgate {
namespace {

std::string all_of(const std::string& text, std::string_view beginning) {
  std::istringstream in{text};
  std::string found;
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(beginning)) found += line + "\n";
  return found;
}

TEST_CASE("uploads are counted by policy, rule and reason", "[counters]") {
  decision_counters c;
  const auto good = test::accepted();
  const auto bad = test::rejected();
  const auto broken = test::unfinished();
  for (const auto* j : {&good, &good, &bad, &broken})
    c.count({.verdict = j->verdict, .facts = j->facts, .policy = {.name = "avatars", .version = 3}});
  c.count({.verdict = bad.verdict, .facts = bad.facts, .policy = {.name = "papers", .version = 1}});
  const auto policies = c.policies();
  REQUIRE(policies.size() == 2);
  CHECK(policies[0].policy == "avatars");
  CHECK(policies[0].accepted == 2);
  CHECK(policies[0].rejected == 1);
  CHECK(policies[0].unfinished == 1);
  CHECK(policies[0].version == 3);
  const auto reasons = c.reasons();
  REQUIRE(reasons.size() == 2);
  CHECK(reasons[1].policy == "papers");
  CHECK(reasons[1].rule == "max_size");
  CHECK(reasons[1].reason == "size_exceeded");
  CHECK(reasons[1].rejected == 1);
}

TEST_CASE("a candidate is compared with the policy that decided", "[counters]") {
  decision_counters c;
  const auto good = test::accepted();
  const auto bad = test::rejected();
  const auto count = [&](const test::judged& enforced, const test::judged& would) {
    c.count({.verdict = enforced.verdict,
             .facts = enforced.facts,
             .candidate = candidate_decision{.policy = {.name = "next"}, .verdict = would.verdict}});
  };
  count(good, good);
  count(bad, bad);
  count(good, bad);
  count(bad, good);
  count(bad, good);
  count(bad, test::unfinished());
  const auto seen = c.candidates();
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].policy == "next");
  CHECK(seen[0].agreed == 2);
  CHECK(seen[0].would_reject == 1);
  CHECK(seen[0].would_accept == 2);
  CHECK(seen[0].undecided == 1);
}

TEST_CASE("names cannot make more and more series", "[counters]") {
  decision_counters c;
  const auto bad = test::rejected();
  for (int i = 0; i < 1000; ++i) {
    const std::string name = std::to_string(i);
    c.count({.verdict = bad.verdict,
             .facts = bad.facts,
             .policy = {.name = name},
             .candidate = candidate_decision{.policy = {.name = name}, .verdict = bad.verdict}});
  }
  CHECK(c.policies().size() == max_counted_policies + 1);
  CHECK(c.policies().back().policy == "other");
  CHECK(c.policies().back().rejected == 1000 - max_counted_policies);
  CHECK(c.reasons().size() == max_counted_policies + 1);
  CHECK(c.candidates().size() == max_counted_policies + 1);
}

TEST_CASE("the formats differ where they must", "[counters]") {
  audit log{{callback_sink([](auto&&...) {})}};
  const auto bad = test::rejected();
  log.record({.verdict = bad.verdict,
              .facts = bad.facts,
              .duration = std::chrono::microseconds{1'250'000},
              .policy = {.name = "a\"\\\n", .version = 2}});
  log.record({.verdict = bad.verdict, .facts = bad.facts, .duration = std::chrono::microseconds{100}});
  const std::string plain = log.prometheus();
  const std::string open = log.open_metrics();
  CHECK(all_of(plain, "# TYPE uploadgate_dec") ==
        "# TYPE uploadgate_decisions_total counter\n# TYPE uploadgate_decision_duration_seconds histogram\n");
  CHECK(all_of(open, "# TYPE uploadgate_dec") ==
        "# TYPE uploadgate_decisions counter\n# TYPE uploadgate_decision_duration_seconds histogram\n");
  CHECK(all_of(open, "# UNIT") ==
        "# UNIT uploadgate_decision_duration_seconds seconds\n# UNIT uploadgate_upload_size_bytes bytes\n");
  CHECK(plain.find("# UNIT") == std::string::npos);
  CHECK(open.ends_with("# EOF\n"));
  for (const std::string& text : {plain, open}) {
    CHECK(
        all_of(text, "uploadgate_rejections_total{policy=\"a") ==
        "uploadgate_rejections_total{policy=\"a\\\"\\\\\\\\x0a\",rule=\"max_size\",reason=\"size_exceeded\"} "
        "1\n");
    CHECK(all_of(text, "uploadgate_audit_lines_total") ==
          "uploadgate_audit_lines_total{sink=\"callback\",number=\"0\"} 2\n");
    CHECK(all_of(text, "uploadgate_decision_duration_seconds_") ==
          "uploadgate_decision_duration_seconds_bucket{le=\"0.0001\"} 1\n"
          "uploadgate_decision_duration_seconds_bucket{le=\"0.00025\"} 1\n"
          "uploadgate_decision_duration_seconds_bucket{le=\"0.001\"} 1\n"
          "uploadgate_decision_duration_seconds_bucket{le=\"0.0025\"} 1\n"
          "uploadgate_decision_duration_seconds_bucket{le=\"0.01\"} 1\n"
          "uploadgate_decision_duration_seconds_bucket{le=\"0.025\"} 1\n"
          "uploadgate_decision_duration_seconds_bucket{le=\"0.1\"} 1\n"
          "uploadgate_decision_duration_seconds_bucket{le=\"0.25\"} 1\n"
          "uploadgate_decision_duration_seconds_bucket{le=\"1.0\"} 1\n"
          "uploadgate_decision_duration_seconds_bucket{le=\"2.5\"} 2\n"
          "uploadgate_decision_duration_seconds_bucket{le=\"10.0\"} 2\n"
          "uploadgate_decision_duration_seconds_bucket{le=\"60.0\"} 2\n"
          "uploadgate_decision_duration_seconds_bucket{le=\"600.0\"} 2\n"
          "uploadgate_decision_duration_seconds_bucket{le=\"+Inf\"} 2\n"
          "uploadgate_decision_duration_seconds_sum 1.250100\n"
          "uploadgate_decision_duration_seconds_count 2\n");
  }
}

TEST_CASE("many threads count all", "[counters]") {
  decision_counters c;
  const auto bad = test::rejected();
  {
    std::vector<std::jthread> all;
    for (int t = 0; t < 4; ++t)
      all.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) c.count({.verdict = bad.verdict, .facts = bad.facts});
      });
  }
  CHECK(c.reasons().at(0).rejected == 4000);
}

}  // namespace
}  // namespace uploadgate
