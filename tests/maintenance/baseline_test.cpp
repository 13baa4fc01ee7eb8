#include <uploadgate/maintenance/baseline.hpp>
#include <uploadgate/maintenance/capture.hpp>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/folder.hpp"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <limits>

namespace {

using namespace uploadgate;

baseline_entry observe(const policy_document& d, const std::string& path, std::string_view content,
                       std::size_t chunk = 1U << 20U) {
  const baseline_judge judge{d};
  observation o = judge.observe(path, content.size());
  for (std::size_t at = 0; at < content.size(); at += chunk) o.feed(as_bytes(content.substr(at, chunk)));
  return o.finish();
}

std::string says(const baseline_entry& e, std::string_view rule) {
  const auto found = std::ranges::find(e.rules, rule, &rule_answer::rule);
  return found == e.rules.end() ? "no such rule" : found->reason;
}

std::vector<std::string> samples(const std::string& folder) {
  std::vector<std::string> paths;
  const std::string root = UPLOADGATE_TEST_DATA "/../../examples/samples/" + folder;
  for (const auto& e : boost::filesystem::directory_iterator{root}) paths.push_back(e.path().string());
  return paths;
}

baseline_entry full_entry() {
  baseline_entry e{.path = "a\n\"b\".png"};
  e.policy = "0123456789abcdef";
  e.size = std::numeric_limits<std::uint64_t>::max();
  e.sha256 = std::string(64, 'a');
  e.claimed = "png";
  e.type = "image/png";
  e.mismatch = true;
  e.name = "name_control_character";
  e.safe_name = "a_b.png";
  e.width = 1;
  e.height = 2;
  e.frames = 3;
  e.entries = 4;
  e.unpacked_size = 5;
  e.seen = examined::prefix;
  e.features = {"formulas", "macros"};
  e.rule = "structure";
  e.reason = "macros";
  e.detail = "vbaProject.bin";
  e.offset = 0;
  e.rules = {{"path_guard", "name_control_character"}, {"extension"}, {"structure", "macros"}};
  e.loosened = "accepted";
  return e;
}

}  // namespace

TEST_CASE("an entry stands on one line and is read back as it was") {
  const baseline_entry full = full_entry();
  baseline_entry accepted{.path = "a.txt"};
  accepted.accepted = true;
  const baseline_entry entries[] = {
      full, accepted, {.path = "gone.png", .unreadable = "No such file or directory", .policy = "p"}};
  for (const baseline_entry& e : entries) {
    const std::string line = to_json(e);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(parse_baseline_entry(line) == e);
  }
}

TEST_CASE("paths of any bytes come back") {
  const std::string paths[] = {"\xff\xfe.png", "a/\xc0\xaf/b",    "tab\there",
                               "back\\slash",  "caf\xc3\xa9.png", std::string(4000, 'x') + "\x80"};
  for (const std::string& path : paths) {
    baseline_entry e{.path = path};
    CHECK(parse_baseline_entry(to_json(e)).path == path);
  }
  CHECK(to_json(baseline_entry{.path = "\xff"}).find("\"path_hex\":\"ff\"") != std::string::npos);
  CHECK(to_json(baseline_entry{.path = "plain"}).find("path_hex") == std::string::npos);
}

TEST_CASE("lines that are no entries are refused") {
  const char* const lines[] = {"",
                               "{",
                               "[]",
                               "{}",
                               R"({"path":"a"})",
                               R"({"path":1,"verdict":"accepted"})",
                               R"({"path":"a","verdict":"maybe"})",
                               R"({"path":"a","verdict":"accepted","size":-1})",
                               R"({"path":"a","verdict":"accepted","features":"macros"})",
                               R"({"path":"a","verdict":"accepted","rules":["x"]})",
                               R"({"path":"a","path_hex":"zz","verdict":"accepted"})",
                               R"({"path":"a","verdict":"accepted"} more)"};
  for (const char* line : lines) {
    INFO(line);
    CHECK_THROWS_AS(parse_baseline_entry(line), configuration_error);
  }
  CHECK(parse_baseline_entry(R"({"path":"a","verdict":"accepted","later":{"key":1}})").accepted);
}

TEST_CASE("the answer is that of the policy itself, for every sample") {
  for (const char* kind : {"honest", "hostile"}) {
    for (const std::string& path : samples(kind)) {
      INFO(path);
      const std::string content = test::read_file(path);
      const std::string name = path.substr(path.rfind('/') + 1);
      inspection in = make_policy({}).inspect({.filename = name, .size = content.size()});
      in.feed(as_bytes(content));
      const verdict v = in.finish();
      const baseline_entry e = observe({}, path, content);
      CHECK(e.accepted == v.accepted());
      CHECK(e.rule == v.rule());
      CHECK(e.offset == v.offset());
      CHECK(e.reason == (v.accepted() ? "" : v.reason()));
      CHECK(e.sha256.size() == 64);
      CHECK(e.size == content.size());
      if (v.accepted()) {
        CHECK(e.type == in.facts().media_type);
        CHECK(e.sha256 == in.facts().sha256);
        CHECK(e.width == in.facts().width);
      }
    }
  }
}

TEST_CASE("every rule answers for itself, and the first to object is the policy's answer") {
  const std::string png = test::sample("honest/gradient.png");
  policy_document d;
  d.max_size = 100;
  const baseline_entry e = observe(d, "store/..%2fx.jpg", png);
  CHECK(says(e, "path_guard") == "name_percent_encoded");
  CHECK(says(e, "extension") == "");
  CHECK(says(e, "max_size") == "size_exceeded");
  CHECK(says(e, "magic_type") == "type_mismatch");
  CHECK(says(e, "structure") == "bad_signature");
  CHECK(says(e, "digest") == "");
  CHECK(e.rule == "path_guard");
  CHECK(e.mismatch);
  CHECK(e.type == "image/png");
  CHECK(e.claimed == "jpg");
}

TEST_CASE("the policy is asked as if it were enforced, and its identity is its own") {
  policy_document d;
  d.mode = policy_mode::report;
  const baseline_entry e = observe(d, "a.png", "no PNG");
  CHECK(!e.accepted);
  CHECK(e.reason == "type_mismatch");
  CHECK(e.policy == policy_id(d));
  CHECK(policy_id(d) != policy_id({}));
  CHECK(policy_id(d).size() == 16);
}

TEST_CASE("chunks change nothing") {
  for (const std::string& path : samples("hostile")) {
    const std::string content = test::read_file(path);
    const baseline_entry whole = observe({}, path, content);
    const baseline_entry bytewise = observe({}, path, content, 1);
    INFO(path);
    CHECK(whole.reason == bytewise.reason);
    CHECK(whole.offset == bytewise.offset);
    CHECK(whole.type == bytewise.type);
    CHECK(whole.sha256 == bytewise.sha256);
    CHECK(whole.features == bytewise.features);
  }
}

TEST_CASE("an empty file and a file without an extension") {
  const baseline_entry empty = observe({}, "a.txt", "");
  CHECK(empty.reason == "empty_file");
  CHECK(empty.type.empty());
  CHECK(!empty.mismatch);
  const baseline_entry bare = observe({}, "README", "text");
  CHECK(bare.reason == "extension_missing");
  CHECK(bare.claimed.empty());
  CHECK(bare.type == "text/plain");
}

TEST_CASE("features are told whether the policy refuses, warns or allows") {
  const std::string formula = "name,total\nx,=SUM(A1)\n";
  for (const handling how : {handling::reject, handling::warn, handling::allow}) {
    policy_document d;
    d.document.formulas = how;
    const baseline_entry e = observe(d, "a.csv", formula);
    CHECK(e.accepted == (how != handling::reject));
    CHECK(e.features == std::vector<std::string>{"formulas"});
  }
}

TEST_CASE("a second look says whether a setting could let a file in") {
  const test::folder here;
  const baseline_judge judge{policy_document{}};
  const auto looked_at = [&](const std::string& name) {
    return capture_file(judge, {UPLOADGATE_TEST_DATA "/../../examples/samples/hostile/" + name});
  };
  const baseline_entry macros = looked_at("macro-inside.docx");
  CHECK(macros.loosened == "accepted");
  CHECK(macros.features == std::vector<std::string>{"macros"});
  CHECK(looked_at("opens-and-runs.pdf").loosened == "accepted");
  CHECK(looked_at("png-with-zip-behind.png").loosened.empty());  // no setting is about that
  const baseline_entry bomb = looked_at("bomb.zip");
  CHECK(bomb.reason == "ratio_exceeded");
  CHECK(!bomb.loosened.empty());
}
