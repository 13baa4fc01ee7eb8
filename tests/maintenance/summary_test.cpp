#include <uploadgate/maintenance/summary.hpp>

#include "support/catch.hpp"
#include "support/folder.hpp"

#include <sys/resource.h>

#include <string>

namespace {

using namespace uploadgate;

baseline_entry accepted(const std::string& path, std::uint64_t size, const std::string& type) {
  baseline_entry e{.path = path};
  e.size = size;
  e.type = type;
  e.claimed = path.substr(path.rfind('.') + 1);
  e.accepted = true;
  e.policy = "p";
  e.rules = {{"structure"}};
  return e;
}

baseline_entry refused(const std::string& path, const std::string& reason) {
  baseline_entry e = accepted(path, 10, "image/png");
  e.accepted = false;
  e.rule = "structure";
  e.reason = reason;
  e.rules = {{"magic_type", "type_mismatch"}, {"structure", reason}};
  e.mismatch = true;
  e.name = "name_colon";
  e.features = {"macros"};
  return e;
}

std::vector<baseline_entry> some_entries() {
  return {accepted("a.png", 100, "image/png"),
          accepted("b.jpg", 1'000, "image/jpeg"),
          refused("c.png", "trailing_data"),
          refused("d.png", "trailing_data"),
          refused("e.png", "truncated"),
          {.path = "gone", .unreadable = "No such file or directory", .policy = "p"}};
}

void without_examples(baseline_summary& s) {
  for (auto* counts :
       {&s.types, &s.extensions, &s.rules, &s.reasons, &s.names, &s.features, &s.failures, &s.policies})
    for (auto& [word, count] : *counts) count.examples.clear();
}

}  // namespace

TEST_CASE("a summary counts what the entries say") {
  baseline_summary s;
  for (const baseline_entry& e : some_entries()) s.add(e);
  CHECK(s.files == 6);
  CHECK(s.accepted == 2);
  CHECK(s.rejected == 3);
  CHECK(s.unreadable == 1);
  CHECK(s.mismatches == 3);
  CHECK(s.bytes == 1'130);
  CHECK(s.largest == 1'000);
  CHECK(s.types.at("image/png").files == 4);
  CHECK(s.types.at("image/png").rejected == 3);
  CHECK(s.extensions.at("jpg").bytes == 1'000);
  CHECK(s.rules.at("structure").files == 3);
  CHECK(s.rules.at("magic_type").files == 3);
  CHECK(s.reasons.at("trailing_data").files == 2);
  CHECK(s.reasons.at("trailing_data").examples == std::vector<std::string>{"c.png", "d.png"});
  CHECK(s.names.at("name_colon").files == 3);
  CHECK(s.features.at("macros").files == 3);
  CHECK(s.failures.at("No such file or directory").files == 1);
  CHECK(s.policies.at("p").files == 6);
  CHECK(s.sizes[7] == 1);   // 64 to 127 bytes
  CHECK(s.sizes[10] == 1);  // 512 to 1023
}

TEST_CASE("the summary of parts is the summary of the whole, wherever it is cut") {
  const auto entries = some_entries();
  baseline_summary whole;
  for (const baseline_entry& e : entries) whole.add(e);
  without_examples(whole);
  for (std::size_t cut = 0; cut <= entries.size(); ++cut) {
    baseline_summary first;
    baseline_summary second;
    for (std::size_t i = 0; i < entries.size(); ++i) (i < cut ? first : second).add(entries[i]);
    second.merge(first);
    without_examples(second);
    CHECK(second == whole);
  }
}

TEST_CASE("hostile words do not make a summary grow") {
  baseline_summary s;
  constexpr std::uint64_t files = 3 * baseline_summary::max_words;
  for (std::uint64_t i = 0; i < files; ++i)
    s.add(accepted("a." + std::to_string(i), 1, "type/" + std::to_string(i)));
  CHECK(s.extensions.size() == baseline_summary::max_words + 1);
  CHECK(s.extensions.at("(other)").files == files - baseline_summary::max_words);
  CHECK(s.types.size() == baseline_summary::max_words + 1);
}

TEST_CASE("100,000 lines are summed up in bounded memory") {
  const test::folder here;
  std::string text;
  for (int i = 0; i < 1'000; ++i)
    text += to_json(refused("store/" + std::to_string(i) + ".png", "truncated")) + "\n";
  {
    std::ofstream out{here / "b", std::ios::binary};
    for (int i = 0; i < 100; ++i) out << text;
  }
  const auto peak = [] {
    rusage u{};
    ::getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;  // KiB
  };
  const long before = peak();
  const baseline_summary s = summarize(here / "b");
  CHECK(s.files == 100'000);
  CHECK(s.rejected == 100'000);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // these keep what was freed
  CHECK(peak() - before < 16 * 1024);
#else
  (void)before;
#endif
}

TEST_CASE("a baseline with a wrong line is refused with its number, a torn one is taken") {
  const test::folder here;
  const std::string good = to_json(accepted("a.png", 1, "image/png")) + "\n";
  CHECK_THROWS_WITH(summarize(here.write("b", good + "nonsense\n")), Catch::Contains("line 2"));
  CHECK_THROWS_AS(summarize(here.write("b", good + "{}\n")), configuration_error);
  CHECK(summarize(here.write("b", good + good.substr(0, 20))).files == 1);
  CHECK(summarize(here.write("b", good + "\n" + good)).files == 2);
  CHECK(summarize(here.write("b", "")).files == 0);
  CHECK_THROWS_AS(summarize(here.write("b", std::string(max_baseline_line + 1, 'x') + "\n")),
                  configuration_error);
}

TEST_CASE("what a sink throws stays as it is") {
  const test::folder here;
  const std::string path = here.write("b", to_json(accepted("a.png", 1, "image/png")) + "\n");
  CHECK_THROWS_WITH(for_each_entry(path, [](const baseline_entry&) { throw configuration_error("mine"); }),
                    "mine");
}
