#include <uploadgate/storage/policy_folder.hpp>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/temp_folder.hpp"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <fstream>
#include <system_error>
#include <thread>

namespace uploadgate {
namespace {

using std::chrono::seconds;

constexpr std::chrono::system_clock::time_point noon{seconds{1'795'346'523}};

std::string of_size(int mebibytes) {
  return R"({"name": "avatars", "version": 5, "max_size": ")" + std::to_string(mebibytes) + R"( MiB"})";
}

std::string shown(const std::vector<policy_change>& changes) {
  std::string all;
  for (const policy_change& c : changes)
    all += (c.rollback ? "back to " : "") + std::to_string(c.number) + (c.current ? "* " : " ");
  return all;
}

TEST_CASE("each applied version is kept, and the last one is in force", "[versions]") {
  const test::temp_folder temporary;
  const policy_folder folder{temporary / "policy"};
  const policy_change first = folder.apply(of_size(1), noon, "the beginning");
  CHECK(first.number == 1);
  CHECK(first.current);
  CHECK(first.name == "avatars");
  CHECK(first.sha256.size() == 64);
  folder.apply(of_size(2), noon + seconds{60}, "larger\nphotos");
  CHECK(folder.current() == 2);
  CHECK(folder.text(1) == of_size(1));
  CHECK(folder.text(2) == of_size(2));
  const auto changes = folder.history();
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].sha256 == first.sha256);
  CHECK(changes[1].time == noon + seconds{60});
  CHECK(changes[1].note == "larger\nphotos");
  CHECK(shown(changes) == "1 2* ");
  CHECK(test::read_file(temporary / "policy/current") == of_size(2));  // for whatever reads a plain file
}

TEST_CASE("a wrong policy is refused and changes nothing", "[versions]") {
  const test::temp_folder temporary;
  const policy_folder folder{temporary / "policy"};
  folder.apply(of_size(1), noon);
  struct {
    const char* what;
    std::string text;
  } const cases[] = {
      {"no JSON", "{"},
      {"an unknown key", R"({"max_sise": 5})"},
      {"a value out of range", R"({"max_size": 0})"},
      {"a form with an unknown policy", R"({"fields": {"a": {"policy": "there"}}})"},
      {"a form with a policy in another file", R"({"fields": {"a": {"policy": "/etc/policy.json"}}})"},
      {"too long", std::string(1024 * 1024 + 1, ' ')},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    CHECK_THROWS_AS(folder.apply(c.text, noon), configuration_error);
    CHECK(shown(folder.history()) == "1* ");
  }
  CHECK_THROWS_AS(folder.apply(of_size(2), noon, std::string(max_version_note + 1, 'x')),
                  configuration_error);
  CHECK_NOTHROW(folder.apply(of_size(2), noon, std::string(max_version_note, 'x')));
}

TEST_CASE("form policies are versions too", "[versions]") {
  const test::temp_folder temporary;
  const policy_folder folder{temporary / "policy"};
  const std::string form =
      R"({"fields": {"a": {"policy": "small"}, "b": {"policy": {}}, "c": {"text": 10}}, "policies": {"small": {"max_size": 5}}})";
  CHECK(folder.apply(form, noon).number == 1);
  CHECK(folder.text(1) == form);
}

TEST_CASE("applying what is in force changes nothing", "[versions]") {
  const test::temp_folder temporary;
  const policy_folder folder{temporary / "policy"};
  folder.apply(of_size(1), noon, "first");
  const policy_change again = folder.apply(of_size(1), noon + seconds{9}, "again");
  CHECK(again.number == 1);
  CHECK(again.note == "first");
  CHECK(shown(folder.history()) == "1* ");
}

TEST_CASE("rollback goes to what the current version replaced, and never back to a bad one", "[versions]") {
  const test::temp_folder temporary;
  const policy_folder folder{temporary / "policy"};
  for (int i = 1; i <= 3; ++i) folder.apply(of_size(i), noon);
  CHECK(folder.rollback(noon, "too large").number == 2);
  CHECK(shown(folder.history()) == "1 2 3 back to 2* ");
  CHECK(folder.rollback(noon).number == 1);
  CHECK_THROWS_AS(folder.rollback(noon), configuration_error);
  CHECK(folder.current() == 1);
  CHECK(folder.rollback(noon, "", 3).number == 3);
  CHECK_THROWS_AS(folder.rollback(noon, "", 4), configuration_error);
  CHECK_THROWS_AS(folder.rollback(noon, "", 0), configuration_error);
  CHECK(folder.apply(of_size(4), noon).number == 4);
  CHECK(folder.rollback(noon).number == 3);
  CHECK(shown(folder.history()) == "1 2 3 back to 2 back to 1 back to 3 4 back to 3* ");
}

TEST_CASE("an empty folder and a missing one have nothing in force", "[versions]") {
  const test::temp_folder temporary;
  CHECK(policy_folder{temporary.path()}.current() == 0);
  CHECK(policy_folder{temporary.path()}.history().empty());
  CHECK_THROWS_AS(policy_folder{temporary.path()}.rollback(noon), configuration_error);
  CHECK_THROWS_AS(policy_folder{temporary / "no"}.current(), std::system_error);
  std::ofstream{temporary / "file"} << "x";
  CHECK_THROWS_AS(policy_folder{temporary / "file"}.apply(of_size(1), noon), std::system_error);
}

TEST_CASE("half a line of the history, and a file half written, are no harm", "[versions]") {
  const test::temp_folder temporary;
  const policy_folder folder{temporary / "policy"};
  folder.apply(of_size(1), noon);
  std::ofstream{temporary / "policy/history.ndjson", std::ios::app} << R"({"number":2,"ch)";
  std::ofstream{temporary / "policy/versions/new"} << std::string(100'000, 'x');
  boost::filesystem::create_symlink("nowhere", temporary / "policy/current.new");
  CHECK(shown(folder.history()) == "1* ");
  CHECK(folder.apply(of_size(2), noon).number == 2);
  CHECK(folder.text(2) == of_size(2));
  CHECK(shown(folder.history()) == "1 2* ");
}

TEST_CASE("a change that a crash kept from coming into force is not the current one", "[versions]") {
  const test::temp_folder temporary;
  const policy_folder folder{temporary / "policy"};
  folder.apply(of_size(1), noon);
  folder.apply(of_size(2), noon);
  boost::filesystem::remove(temporary / "policy/current");
  boost::filesystem::create_symlink("versions/000001.json", temporary / "policy/current");
  CHECK(folder.current() == 1);
  CHECK(shown(folder.history()) == "1* 2 ");
  CHECK(folder.apply(of_size(3), noon).number == 3);
}

TEST_CASE("appliers at once wait for each other, and readers always see a whole version", "[versions]") {
  const test::temp_folder temporary;
  const policy_folder folder{temporary / "policy"};
  folder.apply(of_size(1), noon);
  constexpr int appliers = 4;
  constexpr int each = 10;
  std::atomic<bool> done = false;
  std::jthread reader{[&] {
    while (!done) {
      const std::uint64_t number = folder.current();
      const std::string text = folder.text(number);
      if (number == 0 || !text.ends_with("MiB\"}")) FAIL("no whole version in force");
    }
  }};
  {
    std::vector<std::jthread> all;
    for (int t = 0; t < appliers; ++t)
      all.emplace_back([&folder, t] {
        for (int i = 0; i < each; ++i) {
          folder.apply(of_size(100 + t * each + i), noon);
          if (i % 3 == 0) folder.rollback(noon, "", 1);
        }
      });
  }
  done = true;
  reader.join();
  auto changes = folder.history();
  CHECK(changes.size() == 1 + appliers * (each + 4));
  CHECK(std::ranges::count_if(changes, [](const policy_change& c) { return c.current; }) == 1);
  std::erase_if(changes, [](const policy_change& c) { return c.rollback; });
  for (std::size_t i = 0; i < changes.size(); ++i) CHECK(changes[i].number == i + 1);
}

}  // namespace
}  // namespace uploadgate
