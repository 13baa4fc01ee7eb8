#include <uploadgate/maintenance/learn.hpp>

#include "maintenance/round_numbers.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace {

using namespace uploadgate;

baseline_entry image(const std::string& path, std::uint64_t size, std::uint64_t width, std::uint64_t height) {
  baseline_entry e{.path = path};
  e.policy = policy_id({});
  e.size = size;
  e.claimed = path.substr(path.rfind('.') + 1);
  e.accepted = true;
  e.width = width;
  e.height = height;
  e.rules = {{"path_guard"}, {"structure"}};
  return e;
}

baseline_entry archive(const std::string& path, std::uint64_t entries, std::uint64_t unpacked) {
  baseline_entry e{.path = path};
  e.policy = policy_id({});
  e.size = 1'000;
  e.claimed = "zip";
  e.accepted = true;
  e.entries = entries;
  e.unpacked_size = unpacked;
  e.rules = {{"path_guard"}, {"structure"}};
  return e;
}

baseline_entry refused(baseline_entry e, const std::string& rule, const std::string& reason,
                       const std::string& loosened) {
  e.accepted = false;
  e.rule = rule;
  e.reason = reason;
  e.rules = {{rule, reason}};
  e.loosened = loosened;
  return e;
}

learned_policy learn(const std::vector<baseline_entry>& entries, learn_options options = {}) {
  policy_learner l{std::move(options)};
  for (const baseline_entry& e : entries) l.add(e);
  return l.learn();
}

std::string expected(const learned_policy& l, const baseline_entry& e) {
  const auto r = expect(l.document, e);
  return r ? r->reason : "";
}

}  // namespace

TEST_CASE("numbers are rounded up to what a person would write") {
  using namespace maintenance;
  const std::pair<std::uint64_t, std::uint64_t> counts[] = {
      {0, 1},
      {1, 1},
      {2, 2},
      {3, 5},
      {5, 5},
      {6, 10},
      {11, 20},
      {999, 1'000},
      {1'000, 1'000},
      {1'001, 2'000},
      {20'000'001, 50'000'000},
      {10'000'000'000'000'000'000U, 10'000'000'000'000'000'000U}};
  for (const auto& [n, rounded] : counts) CHECK(round_count(n) == rounded);
  CHECK(round_count(std::numeric_limits<std::uint64_t>::max()) == std::numeric_limits<std::uint64_t>::max());
  const std::pair<std::uint64_t, std::uint64_t> bytes[] = {
      {0, KiB},         {1, KiB},   {KiB, KiB},         {KiB + 1, 2 * KiB}, {3 * MiB, 5 * MiB},
      {501 * KiB, MiB}, {MiB, MiB}, {MiB + 1, 2 * MiB}, {600 * MiB, GiB},   {GiB, GiB}};
  for (const auto& [n, rounded] : bytes) {
    INFO(n);
    CHECK(round_bytes(n) == rounded);
  }
  CHECK(round_bytes(std::numeric_limits<std::uint64_t>::max()) >=
        std::numeric_limits<std::uint64_t>::max() / 2);
}

TEST_CASE("a histogram gives the least limit that few values pass") {
  maintenance::round_histogram h{maintenance::round_count};
  CHECK(h.empty());
  for (std::uint64_t i = 1; i <= 100; ++i) h.add(i);
  CHECK(h.least(0).limit == 100);
  CHECK(h.least(49).limit == 100);
  CHECK(h.least(50).limit == 50);
  CHECK(h.least(50).above == 50);
  CHECK(h.least(50).largest == 50);
  CHECK(h.least(100).above == 100);
}

TEST_CASE("the learned policy accepts what was there, and no more than a round number above it") {
  const std::vector<baseline_entry> entries{
      image("a.png", 300 * KiB, 800, 600), image("b.jpg", 2 * MiB, 4000, 3000), archive("c.zip", 7, 3 * MiB)};
  const learned_policy l = learn(entries);
  const policy_document& d = l.document;
  CHECK(l.files == 3);
  CHECK(l.keepable == 3);
  CHECK(d.extensions == std::vector<std::string>{"jpg", "png", "zip"});
  CHECK(d.max_size == 2 * MiB);
  CHECK(d.filename.max_length == 50);
  CHECK(d.image.max_pixels == 20'000'000);
  CHECK(d.image.max_frames == 1);
  CHECK(d.archive.max_entries == 20);
  CHECK(d.archive.max_unpacked == 5 * MiB);
  CHECK(d.document.formulas == handling::reject);
  CHECK(d.archive.executables == handling::reject);
  CHECK(d.document.hyperlinks == handling::allow);
  CHECK(d.archive.max_ratio == archive_limits{}.max_ratio);
  CHECK(d.version == 2);
  CHECK_NOTHROW(make_policy(d));
  for (const baseline_entry& e : entries) CHECK(expected(l, e).empty());
}

TEST_CASE("a limit is never above the old one unless a kept file needs it") {
  policy_document start;
  start.max_size = 120 * MiB;
  baseline_entry e = image("a.png", 110 * MiB, 10, 10);
  e.policy = policy_id(start);
  CHECK(learn({e}, {.start = start}).document.max_size == 120 * MiB);
  baseline_entry larger = refused(image("b.png", 130 * MiB, 10, 10), "max_size", "size_exceeded", "");
  larger.policy = e.policy;
  CHECK(learn({e, larger}, {.start = start}).document.max_size == 120 * MiB);
  CHECK(learn({e, larger}, {.start = start, .loosen = true}).document.max_size == 200 * MiB);
}

TEST_CASE("outliers go within what may be lost, and are counted") {
  std::vector<baseline_entry> entries;
  for (int i = 0; i < 999; ++i) entries.push_back(image("a.png", 100 * KiB, 100, 100));
  entries.push_back(image("huge.png", 80 * MiB, 20'000, 10'000));
  const learned_policy all = learn(entries);
  CHECK(all.document.max_size == 100 * MiB);
  for (const std::uint64_t keep : {999'000U, 990'000U, 900'000U}) {
    const learned_policy l = learn(entries, {.start = {}, .keep = keep});
    std::uint64_t lost = 0;
    for (const baseline_entry& e : entries) lost += expected(l, e).empty() ? 0 : 1;
    INFO(keep);
    CHECK(lost * 1'000'000 <= (1'000'000 - keep) * entries.size());
  }
  const learned_policy l = learn(entries, {.start = {}, .keep = 980'000});
  CHECK(l.document.max_size == 100 * KiB);
  CHECK(l.document.image.max_pixels == 10'000);
  CHECK(expected(l, entries.back()) == "size_exceeded");
  const auto size = std::ranges::find(l.settings, "max_size", &learned_setting::key);
  REQUIRE(size != l.settings.end());
  CHECK(size->before == "100 MiB");
  CHECK(size->after == "100 KiB");
  CHECK(size->left_out == 1);
}

TEST_CASE("the rarest extension goes first") {
  std::vector<baseline_entry> entries;
  for (int i = 0; i < 900; ++i) entries.push_back(image("a.png", KiB, 10, 10));
  for (int i = 0; i < 99; ++i) entries.push_back(image("a.jpg", KiB, 10, 10));
  entries.push_back(image("a.bmp", KiB, 10, 10));
  CHECK(learn(entries).document.extensions == std::vector<std::string>{"bmp", "jpg", "png"});
  const learned_policy l = learn(entries, {.start = {}, .keep = 980'000});
  CHECK(l.document.extensions == std::vector<std::string>{"jpg", "png"});
  CHECK(expected(l, entries.back()) == "extension_not_allowed");
}

TEST_CASE("what is refused stays refused, and is said with the settings that could let it in") {
  const std::vector<baseline_entry> entries{
      image("a.png", KiB, 10, 10),
      refused(image("trailing.png", KiB, 10, 10), "structure", "trailing_data", ""),
      refused(archive("m.docm", 5, KiB), "structure", "macros", "accepted"),
      refused(image("a:b.png", KiB, 10, 10), "path_guard", "name_colon", "")};
  const learned_policy l = learn(entries);
  CHECK(l.keepable == 1);
  CHECK(l.document.document.macros == handling::reject);
  const auto macros = expect(l.document, entries[2]);
  REQUIRE(macros);
  CHECK(macros->reason == "macros");
  CHECK(macros->settings == std::vector<std::string>{"document.macros"});
  const auto trailing = expect(l.document, entries[1]);
  REQUIRE(trailing);
  CHECK(trailing->settings.empty());
  CHECK(expected(l, entries[3]) == "name_colon");
}

TEST_CASE("with loosen, what a setting can let in comes in, and the rest does not") {
  baseline_entry macros = refused(archive("m.zip", 5, KiB), "structure", "macros", "accepted");
  macros.features = {"macros"};
  const std::vector<baseline_entry> entries{
      image("a.png", KiB, 10, 10), macros,
      refused(image("t.png", KiB, 10, 10), "structure", "trailing_data", ""),
      refused(archive("bomb.zip", 1, GiB), "structure", "ratio_exceeded", "accepted"),
      refused(image("broken.png", KiB, 10, 10), "structure", "too_many_pixels", "truncated")};
  const learned_policy l = learn(entries, {.start = {}, .loosen = true});
  CHECK(l.keepable == 2);
  CHECK(l.document.document.macros == handling::warn);
  CHECK(l.document.document.javascript == handling::reject);
  CHECK(expected(l, macros).empty());
  CHECK(expected(l, entries[2]) == "trailing_data");
  CHECK(expected(l, entries[3]) == "ratio_exceeded");
  CHECK(expected(l, entries[4]) == "too_many_pixels");
}

TEST_CASE("pages of sizes that are not known leave the pixel limits alone") {
  baseline_entry pages = image("scan.tiff", MiB, 100, 100);
  pages.frames = 12;
  const learned_policy l = learn({image("a.png", KiB, 10, 10), pages});
  CHECK(l.document.image.max_pixels == image_limits{}.max_pixels);
  CHECK(l.document.image.max_frames == 20);
}

TEST_CASE("a switch that a kept file needs stays as it was") {
  baseline_entry formulas = image("a.csv", KiB, 1, 1);
  formulas.features = {"formulas"};
  CHECK(learn({formulas}).document.document.formulas == handling::warn);
  policy_document start;
  start.document.formulas = handling::allow;
  formulas.policy = policy_id(start);
  CHECK(learn({formulas}, {.start = start}).document.document.formulas == handling::allow);
}

TEST_CASE("a baseline of another policy is refused, an empty one changes nothing") {
  baseline_entry e = image("a.png", 1, 1, 1);
  e.policy = "another";
  policy_learner l{{}};
  CHECK_THROWS_AS(l.add(e), configuration_error);
  const learned_policy none = policy_learner{{}}.learn();
  CHECK(none.keepable == 0);
  CHECK(none.settings.empty());
}
