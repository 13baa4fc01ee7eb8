#include <uploadgate/maintenance/difference.hpp>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/folder.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace {

using namespace uploadgate;

item_source below(const std::string& root) {
  auto all = std::make_shared<store_walk>(root);
  return [=] { return all->next(); };
}

struct seen_changes {
  std::map<std::string, file_outcome> files;
  change_sink sink() {
    return [this](const file_change& c) { files[c.path.substr(c.path.rfind('/') + 1)] = c.outcome; };
  }
};

// A store of samples: 3 honest files, 2 hostile ones.
class store {
 public:
  store() {
    for (const char* name : {"honest/gradient.png", "honest/photo.jpg", "honest/two files.zip",
                             "hostile/png-with-zip-behind.png", "hostile/bomb.zip"})
      here.write(name, test::sample(name));
  }
  test::folder here;
};

std::string line(const std::string& path, const std::string& reason, const std::string& unreadable = "") {
  baseline_entry e{.path = path, .unreadable = unreadable};
  e.accepted = reason.empty();
  e.reason = reason;
  if (!reason.empty()) e.rule = "structure";
  return to_json(e) + "\n";
}

}  // namespace

TEST_CASE("each setting that differs is said, with its direction") {
  struct {
    const char* name;
    std::function<void(policy_document&)> change;
    const char* words;
    setting_effect direction;
  } const cases[] = {
      {"a smaller size", [](auto& d) { d.max_size = 5 * MiB; }, "max_size: 100 MiB became 5 MiB (tightened)",
       setting_effect::tightened},
      {"a larger size in bytes", [](auto& d) { d.max_size = 100 * MiB + 1; },
       "max_size: 100 MiB became 104857601 (loosened)", setting_effect::loosened},
      {"a larger least size", [](auto& d) { d.min_size = 10; }, "min_size: 1 became 10 (tightened)",
       setting_effect::tightened},
      {"an emptier least size", [](auto& d) { d.min_size = 0; }, "min_size: 1 became 0 (loosened)",
       setting_effect::loosened},
      {"fewer pixels", [](auto& d) { d.image.max_pixels = 1; },
       "image.max_pixels: 250000000 became 1 (tightened)", setting_effect::tightened},
      {"macros warned of", [](auto& d) { d.document.macros = handling::warn; },
       "document.macros: reject became warn (loosened)", setting_effect::loosened},
      {"programs refused", [](auto& d) { d.archive.executables = handling::reject; },
       "archive.executables: allow became reject (tightened)", setting_effect::tightened},
      {"partial structure", [](auto& d) { d.content.structure = structure_check::partial; },
       "content.structure: strict became partial (loosened)", setting_effect::loosened},
      {"deep", [](auto& d) { d.content.depth = depth::deep; },
       "content.depth: standard became deep (tightened)", setting_effect::tightened},
      {"no magic", [](auto& d) { d.content.magic = false; }, "content.magic: true became false (loosened)",
       setting_effect::loosened},
      {"report", [](auto& d) { d.mode = policy_mode::report; }, "mode: enforce became report (loosened)",
       setting_effect::loosened},
      {"a name", [](auto& d) { d.name = "x"; }, "name: nothing became x", setting_effect::neutral},
      {"a version", [](auto& d) { d.version = 2; }, "version: 1 became 2", setting_effect::neutral},
      {"no digest", [](auto& d) { d.content.digest = false; }, "content.digest: true became false",
       setting_effect::neutral},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    policy_document after;
    c.change(after);
    const auto changes = compare({}, after);
    REQUIRE(changes.size() == 1);
    CHECK(in_words(changes[0]) == c.words);
    CHECK(changes[0].effect == c.direction);
    const auto back = compare(after, {});
    REQUIRE(back.size() == 1);
    const setting_effect opposite = c.direction == setting_effect::neutral    ? setting_effect::neutral
                                    : c.direction == setting_effect::loosened ? setting_effect::tightened
                                                                              : setting_effect::loosened;
    CHECK(back[0].effect == opposite);
  }
  CHECK(compare({}, {}).empty());
}

TEST_CASE("extensions are compared as sets, and the word known as what it stands for") {
  const auto with = [](std::vector<std::string> list) {
    policy_document d;
    d.extensions = std::move(list);
    return d;
  };
  CHECK(compare(with({"png", "jpg"}), with({"JPG", "png", "png"})).empty());
  const auto changes = compare(with({"png", "jpg"}), with({"png", "gif", "webp"}));
  REQUIRE(changes.size() == 1);
  CHECK(in_words(changes[0]) == "extensions: no longer jpg; also gif webp (mixed)");
  CHECK(compare({}, with({"png"}))[0].effect == setting_effect::tightened);
  CHECK(compare(with({"png"}), {})[0].effect == setting_effect::loosened);
}

TEST_CASE("files are judged by both policies") {
  const store s;
  policy_document stricter;
  stricter.extensions = {"png", "jpg"};
  seen_changes seen;
  const store_difference d = compare_files({}, stricter, below(s.here.path()), {}, seen.sink());
  CHECK(d.files == 5);
  CHECK(d.newly_refused == 1);
  CHECK(d.newly_accepted == 0);
  CHECK(d.reason_changed == 1);
  CHECK(d.same == 3);
  CHECK(d.refused_for.at("extension_not_allowed") == 1);
  CHECK(seen.files == std::map<std::string, file_outcome>{{"two files.zip", file_outcome::newly_refused},
                                                          {"bomb.zip", file_outcome::reason_changed}});
  seen_changes other;
  const store_difference back = compare_files(stricter, {}, below(s.here.path()),
                                              {.jobs = 3, .on_bytes = {}, .stop = {}}, other.sink());
  CHECK(back.newly_accepted == 1);
  CHECK(other.files.at("two files.zip") == file_outcome::newly_accepted);
}

TEST_CASE("a mode of report hides no refusal from the comparison") {
  const store s;
  policy_document report;
  report.mode = policy_mode::report;
  const store_difference d = compare_files({}, report, below(s.here.path()), {}, [](const file_change&) {});
  CHECK(d.same == 5);
}

TEST_CASE("what cannot be read is counted apart") {
  const auto d = compare_files(
      {}, {},
      [i = 0]() mutable { return i++ == 0 ? std::optional{store_item{"/nonexistent"}} : std::nullopt; }, {},
      [](const file_change&) { FAIL("no change"); });
  CHECK(d.files == 1);
  CHECK(d.unreadable == 1);
}

TEST_CASE("two baselines are joined by path") {
  const test::folder here;
  const std::string before =
      here.write("before", line("same.png", "") + line("refused.png", "") + line("accepted.png", "macros") +
                               line("reason.png", "macros") + line("gone.png", "") + line("lost.png", "") +
                               line("never.png", "", "Permission denied"));
  const std::string after = here.write(
      "after", line("new.png", "") + line("reason.png", "truncated") + line("accepted.png", "") +
                   line("refused.png", "size_exceeded") + line("same.png", "") +
                   line("lost.png", "", "Permission denied") + line("never.png", "", "Permission denied"));
  seen_changes seen;
  const store_difference d = compare_baselines(before, after, seen.sink());
  CHECK(seen.files == std::map<std::string, file_outcome>{{"refused.png", file_outcome::newly_refused},
                                                          {"accepted.png", file_outcome::newly_accepted},
                                                          {"reason.png", file_outcome::reason_changed},
                                                          {"gone.png", file_outcome::gone},
                                                          {"lost.png", file_outcome::gone},
                                                          {"new.png", file_outcome::appeared}});
  CHECK(d.files == 8);
  CHECK(d.same == 1);
  CHECK(d.gone == 2);
  CHECK(d.unreadable == 1);
  CHECK(d.refused_for.at("size_exceeded") == 1);
  const store_difference none =
      compare_baselines(before, before, [](const file_change&) { FAIL("no change"); });
  CHECK(none.same == 6);
}
