#include <uploadgate/maintenance/journal.hpp>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/folder.hpp"

#include <unistd.h>

#include <stdexcept>
#include <system_error>
#include <vector>

namespace {

using namespace uploadgate;
using lines = std::vector<std::string>;

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

lines open_and_add(const std::string& path, const lines& more, bool complete) {
  lines old;
  journal j{path, [&](std::string_view line) { old.emplace_back(line); }};
  for (const std::string& line : more) j.add(line);
  if (complete) j.complete();
  return old;
}

lines lines_of(const std::string& path, std::size_t most, bool* torn = nullptr) {
  lines all;
  const bool cut = for_each_line(path, most, [&](std::string_view line) { all.emplace_back(line); });
  if (torn) *torn = cut;
  return all;
}

}  // namespace

TEST_CASE("a journal has its name when it is complete, and not before") {
  const test::folder here;
  const std::string path = here.write("out", "older\n");
  CHECK(open_and_add(path, {"one", "two"}, false).empty());
  CHECK(test::read_file(path) == "older\n");
  CHECK(test::read_file(path + ".part") == "one\ntwo\n");
  CHECK(open_and_add(path, {"three"}, true) == lines{"one", "two"});
  CHECK(test::read_file(path) == "one\ntwo\nthree\n");
  CHECK(!exists(path + ".part"));
}

TEST_CASE("a torn last line is cut away, wherever it was torn") {
  const std::string whole = "first line\nsecond\n";
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const test::folder here;
    const std::string path = here / "out";
    here.write("out.part", whole.substr(0, length));
    const lines old = open_and_add(path, {"third"}, true);
    CHECK(old.size() == (length < 11 ? 0U : length < 18 ? 1U : 2U));
    std::string wanted;
    for (const std::string& line : old) wanted += line + "\n";
    CHECK(test::read_file(path) == wanted + "third\n");
  }
}

TEST_CASE("two journals do not write one file") {
  const test::folder here;
  const journal first{here / "out", [](std::string_view) {}};
  try {
    const journal second{here / "out", [](std::string_view) {}};
    FAIL("opened twice");
  } catch (const std::system_error& e) {
    CHECK(e.code() == std::errc::device_or_resource_busy);
  }
}

TEST_CASE("a journal follows no link, and says where it cannot write") {
  const test::folder here;
  const std::string victim = here.write("victim", "mine");
  REQUIRE(::symlink(victim.c_str(), (here / "out.part").c_str()) == 0);
  CHECK_THROWS_AS((journal{here / "out", [](std::string_view) {}}), std::system_error);
  CHECK(test::read_file(victim) == "mine");
  CHECK_THROWS_AS((journal{here / "no/folder", [](std::string_view) {}}), std::system_error);
}

TEST_CASE("lines are read one by one, over the ends of blocks, up to a length") {
  const test::folder here;
  std::string text;
  lines wanted;
  for (std::size_t n : {0U, 1U, 100'000U, 262'143U, 262'144U, 262'145U, 600'000U}) {
    wanted.emplace_back(n, 'x');
    text += wanted.back() + "\n";
  }
  const std::string path = here.write("lines", text);
  bool torn = true;
  CHECK(lines_of(path, 600'000, &torn) == wanted);
  CHECK(!torn);
  CHECK_THROWS_AS(lines_of(path, 300'000), std::length_error);
  CHECK(lines_of(here.write("torn", "a\nb"), 10, &torn) == lines{"a"});
  CHECK(torn);
  CHECK(lines_of(here.write("empty", ""), 10, &torn).empty());
  CHECK(!torn);
  CHECK_THROWS_AS(lines_of(here / "nothing", 10), std::system_error);
}
