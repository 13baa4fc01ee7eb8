#include <uploadgate/policy.hpp>
#include <uploadgate/validators/path_guard.hpp>

#include "honest_names.hpp"
#include "hostile_names.hpp"
#include "support/catch.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace uploadgate {
namespace {

struct judged {
  result answer;
  facts found;
  [[nodiscard]] std::string reason() const {
    return answer.ok() ? "" : std::string{uploadgate::reason(answer.why().code)} + ": " + answer.why().detail;
  }
};

judged judge(std::string_view name, const path_guard& guard = {}) {
  judged j;
  j.answer = guard.begin({.filename = name}, j.found);
  return j;
}

TEST_CASE("hostile names are refused, each for its reason", "[path_guard]") {
  static_assert(std::size(test::hostile_names) >= 150);
  for (const auto& row : test::hostile_names) {
    const judged j = judge(row.name);
    CAPTURE(row.what, row.name, j.reason(), reason(row.reason));
    CHECK_FALSE(j.answer.ok());
    if (j.answer.ok()) continue;
    CHECK(j.answer.why().code == row.reason);
    CHECK_FALSE(j.answer.why().offset);
  }
}

TEST_CASE("honest names of every script pass", "[path_guard]") {
  static_assert(std::size(test::honest_names) >= 150);
  for (const std::string_view name : test::honest_names) {
    const judged j = judge(name);
    CAPTURE(name, j.reason());
    CHECK(j.answer.ok());
    CHECK_FALSE(j.found.safe_name.empty());
  }
}

TEST_CASE("the length is counted in bytes", "[path_guard]") {
  const auto ok = [](std::size_t bytes, std::size_t allowed) {
    return judge(std::string(bytes, 'a'), path_guard{path_guard_options{.max_length = allowed}}).answer.ok();
  };
  CHECK(ok(254, 255));
  CHECK(ok(255, 255));
  CHECK_FALSE(ok(256, 255));
  CHECK(ok(20, 20));
  CHECK_FALSE(ok(21, 20));
  CHECK_FALSE(judge("ééééé", path_guard{path_guard_options{.max_length = 9}}).answer.ok());
  CHECK(judge("ééééé", path_guard{path_guard_options{.max_length = 10}}).answer.ok());
}

TEST_CASE("decoding is bounded", "[path_guard]") {
  const auto encoded = [](std::size_t layers) {
    std::string name = "a%";
    for (std::size_t i = 0; i < layers; ++i) name += "25";
    return name + "41.txt";
  };
  CHECK(judge(encoded(7)).answer.ok());  // eight rounds
  CHECK(judge(encoded(8)).answer.why().code == errc::name_percent_encoded);
}

TEST_CASE("details say which character stands where", "[path_guard]") {
  CHECK(judge("ab\u202Ec").answer.why().detail == "U+202E at byte 2");
  CHECK(judge("é\u200B").answer.why().detail == "U+200B at byte 2");
  CHECK(judge("a/b").answer.why().detail == "at byte 1");
}

TEST_CASE("a wrong configuration throws", "[path_guard]") {
  CHECK_THROWS_AS(path_guard{path_guard_options{.max_length = 0}}, configuration_error);
  CHECK_THROWS_AS(path_guard{path_guard_options{.max_length = 4097}}, configuration_error);
  CHECK_NOTHROW(path_guard{path_guard_options{.max_length = 4096}});
  CHECK_THROWS_AS(path_guard{std::string{}}, configuration_error);
  CHECK_THROWS_AS(path_guard{"/nowhere/at/all"}, configuration_error);
  CHECK_THROWS_AS(path_guard{"/etc/passwd"}, configuration_error);
}

struct temporary_folder {
  std::filesystem::path path;
  temporary_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "uploadgateXXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~temporary_folder() { std::filesystem::remove_all(path); }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
};

TEST_CASE("with a root, the name must lead inside it without a link", "[path_guard]") {
  const temporary_folder base;
  const auto root = base.path / "root";
  std::filesystem::create_directory(root);
  std::ofstream{root / "there.txt"} << "x";
  std::ofstream{base.path / "outside.txt"} << "x";
  std::filesystem::create_symlink("../outside.txt", root / "up.txt");
  std::filesystem::create_symlink("there.txt", root / "link.txt");
  std::filesystem::create_symlink("gone.txt", root / "dangling.txt");
  std::filesystem::create_directory_symlink(root, base.path / "root_link");

  for (const auto& given : {root, base.path / "root_link"}) {
    const path_guard guard{given.string()};
    CAPTURE(given);
    CHECK(judge("there.txt", guard).answer.ok());
    CHECK(judge("new.txt", guard).answer.ok());
    CHECK(judge("re\u0301sume\u0301.txt", guard).answer.ok());
    for (const auto* link : {"up.txt", "link.txt", "dangling.txt"}) {
      CAPTURE(link);
      const judged j = judge(link, guard);
      REQUIRE_FALSE(j.answer.ok());
      CHECK(j.answer.why().code == errc::name_outside_root);
    }
    CHECK(judge("../outside.txt", guard).answer.why().code == errc::name_traversal);
  }
}

TEST_CASE("the composed name is proved too", "[path_guard]") {
  const temporary_folder base;
  std::filesystem::create_symlink("/etc/passwd", base.path / "é.txt");
  const judged j = judge("e\u0301.txt", path_guard{base.path.string()});
  REQUIRE_FALSE(j.answer.ok());
  CHECK(j.answer.why().code == errc::name_outside_root);
}

TEST_CASE("a policy shares one guard among threads", "[path_guard]") {
  const temporary_folder base;
  const policy p{path_guard{base.path.string()}};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&p] {
      for (int i = 0; i < 50; ++i) {
        inspection in = p.inspect({.filename = "日本.txt"});
        if (!in.finish().accepted() || in.facts().safe_name != "日本.txt") std::terminate();
      }
    });
  }
  for (auto& t : threads) t.join();
  inspection bad = p.inspect({.filename = "../x.txt"});
  CHECK(bad.verdict().rule() == "path_guard");
  CHECK(bad.facts().safe_name == "x.txt");
}

}  // namespace
}  // namespace uploadgate
