#include <uploadgate/maintenance/capture.hpp>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/folder.hpp"

#include <boost/filesystem/operations.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <set>
#include <stdexcept>
#include <thread>

namespace {

using namespace uploadgate;

std::map<std::string, std::string> walk(const std::string& root) {
  std::map<std::string, std::string> found;
  store_walk all{root};
  while (const auto item = all.next()) CHECK(found.emplace(item->path, item->unreadable).second);
  return found;
}

item_source list_of(std::vector<store_item> items) {
  return [items = std::move(items), i = std::size_t{0}]() mutable {
    return i < items.size() ? std::optional{items[i++]} : std::nullopt;
  };
}

}  // namespace

TEST_CASE("a walk gives every name that is no folder, once, and follows no link") {
  const test::folder here;
  const std::string plain = here.write("a.txt", "x");
  const std::string deep = here.write("b/c/d/e.txt", "x");
  const std::string hostile = here.write("b/new\nline \xff.txt", "x");
  REQUIRE(::symlink(here.path().c_str(), (here / "b/loop").c_str()) == 0);
  REQUIRE(::symlink("/etc/passwd", (here / "link").c_str()) == 0);
  REQUIRE(::mkfifo((here / "pipe").c_str(), 0600) == 0);
  boost::filesystem::create_directory(here / "empty");
  const auto found = walk(here.path());
  CHECK(found == std::map<std::string, std::string>{{plain, ""},
                                                    {deep, ""},
                                                    {hostile, ""},
                                                    {here / "b/loop", ""},
                                                    {here / "link", ""},
                                                    {here / "pipe", ""}});
  CHECK(walk(here.path() + "/").size() == found.size());
  const std::string link = here / "root";
  REQUIRE(::symlink((here / "b").c_str(), link.c_str()) == 0);
  CHECK(walk(link).size() == 3);  // a root may be a link
}

TEST_CASE("a folder that cannot be read is said") {
  const test::folder here;
  CHECK(walk(here / "nothing").at(here / "nothing") == "No such file or directory");
  CHECK(walk(here.write("file", "x")).at(here / "file") == "Not a directory");
  here.write("closed/a.txt", "x");
  REQUIRE(::chmod((here / "closed").c_str(), 0) == 0);
  const auto found = walk(here.path());
  if (::geteuid() != 0) CHECK(found.at(here / "closed") == "Permission denied");
  REQUIRE(::chmod((here / "closed").c_str(), 0700) == 0);
}

TEST_CASE("what is no readable file gets an entry with the reason") {
  const test::folder here;
  REQUIRE(::symlink("/etc/passwd", (here / "link").c_str()) == 0);
  REQUIRE(::mkfifo((here / "pipe").c_str(), 0600) == 0);
  const baseline_judge judge{policy_document{}};
  const auto why = [&](const std::string& path) { return capture_file(judge, {path}).unreadable; };
  CHECK(why(here / "link") == "is a symbolic link");
  CHECK(why(here / "pipe") == "is not a regular file");
  CHECK(why(here / "vanished.png") == "No such file or directory");
  CHECK(why(here.path()) == "is a directory");
  CHECK(capture_file(judge, {"x", "Permission denied"}).unreadable == "Permission denied");
  CHECK(capture_file(judge, {here / "link"}).policy == judge.policy_id());
}

TEST_CASE("capture gives each file's entry once, however many threads") {
  const test::folder here;
  constexpr int count = 200;
  for (int i = 0; i < count; ++i)
    here.write("d" + std::to_string(i % 7) + "/" + std::to_string(i) + ".txt", "text " + std::to_string(i));
  const baseline_judge judge{policy_document{}};
  for (const unsigned jobs : {1U, 2U, 8U}) {
    std::set<std::string> seen;
    std::atomic<std::uint64_t> bytes = 0;
    std::uint64_t sizes = 0;
    auto all = std::make_shared<store_walk>(here.path());
    capture(
        judge, [=] { return all->next(); },
        {.jobs = jobs, .on_bytes = [&](std::uint64_t n) { bytes += n; }, .stop = {}},
        [&](const baseline_entry& e) {
          CHECK(e.accepted);
          CHECK(seen.insert(e.path).second);
          sizes += e.size;
        });
    CHECK(seen.size() == count);
    CHECK(bytes == sizes);
  }
}

TEST_CASE("a file is read in blocks and whole") {
  const test::folder here;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{256 * 1024 - 1}, std::size_t{256 * 1024},
        std::size_t{256 * 1024 + 1}, std::size_t{1'000'003}}) {
    const std::string text(size, 'x');
    const std::string path = here.write("a.txt", text);
    std::string read;
    std::uint64_t announced = ~std::uint64_t{0};
    CHECK(read_blocks(
              path, [&](std::uint64_t n) { announced = n; },
              [&](bytes_view b) {
                read += as_text(b);
                return true;
              }) == "");
    CHECK(read == text);
    CHECK(announced == size);
  }
}

TEST_CASE("what is thrown ends the work and comes out") {
  std::atomic<int> done = 0;
  const auto endless = [] { return store_item{"x"}; };
  CHECK_THROWS_AS(each_item(endless, {.jobs = 4, .on_bytes = {}, .stop = {}},
                            [&](const store_item&) {
                              if (++done == 10) throw std::runtime_error("enough");
                            }),
                  std::runtime_error);
  std::vector<store_item> items(100, store_item{"x"});
  done = 0;
  each_item(list_of(items), {.jobs = 4, .on_bytes = {}, .stop = [&] { return done >= 20; }},
            [&](const store_item&) { ++done; });
  CHECK(done >= 20);
  CHECK(done < 30);
}

TEST_CASE("path_set knows a path again") {
  path_set known;
  CHECK(known.insert("a"));
  CHECK(!known.insert("a"));
  CHECK(known.insert(std::string_view{"a\0", 2}));
}
