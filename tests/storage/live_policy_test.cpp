#include <uploadgate/storage/live_policy.hpp>
#include <uploadgate/storage/policy_folder.hpp>
#include <uploadgate/storage/receipt.hpp>

#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "uploadgate/policy_file.hpp"

#include <boost/filesystem/operations.hpp>

#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

namespace uploadgate {
namespace {

constexpr std::chrono::system_clock::time_point noon{};

std::string of_size(int bytes) {
  return R"({"name": "avatars", "version": 5, "max_size": )" + std::to_string(bytes) + "}";
}

bool accepts(const loaded_policy& p, std::size_t bytes) {
  inspection in = p.files->inspect({.filename = "a.txt"});
  in.feed(as_bytes(std::string(bytes, 'x')));
  return in.finish().accepted();
}

void write(const std::string& path, std::string_view text) { std::ofstream{path} << text; }

TEST_CASE("a folder's policy has the number of its version", "[live]") {
  const test::temp_folder temporary;
  const policy_folder folder{temporary.path()};
  folder.apply(of_size(10), noon);
  folder.apply(of_size(20), noon);
  const live_policy live{temporary.path()};
  const auto p = live.get();
  CHECK(p->number == 2);
  CHECK(p->files->version() == 2);
  CHECK(p->files->name() == "avatars");
  CHECK(p->sha256 == policy_digest(to_json(parse_policy(of_size(20)))));
  const policy_identity id = p->identity(*p->files);
  CHECK(id.version == 2);
  CHECK(id.sha256 == p->sha256);
  CHECK(accepts(*p, 20));
  CHECK_FALSE(accepts(*p, 21));
}

TEST_CASE("a file's policy has the version that it says", "[live]") {
  const test::temp_folder temporary;
  write(temporary / "p.json", of_size(10));
  CHECK(live_policy{temporary / "p.json"}.get()->files->version() == 5);
  write(temporary / "f.json", R"({"fields": {"a": {"policy": {"name": "x", "version": 3}}}})");
  const live_policy form{temporary / "f.json"};
  REQUIRE(form.get()->form);
  CHECK(form.get()->form->fields().at(0).files->version() == 3);
}

TEST_CASE("a form of a folder gives all its policies the number", "[live]") {
  const test::temp_folder temporary;
  policy_folder{temporary.path()}.apply(R"({"fields": {"a": {"policy": {"name": "x", "version": 3}}}})",
                                        noon);
  const live_policy form{temporary.path()};
  CHECK(form.get()->form->fields().at(0).files->name() == "x");
  CHECK(form.get()->form->fields().at(0).files->version() == 1);
}

TEST_CASE("what is there must be right at the beginning", "[live]") {
  const test::temp_folder temporary;
  CHECK_THROWS_AS(live_policy{temporary.path()}, configuration_error);
  CHECK_THROWS_AS(live_policy{temporary / "no.json"}, configuration_error);
  write(temporary / "p.json", "{");
  CHECK_THROWS_AS(live_policy{temporary / "p.json"}, configuration_error);
}

TEST_CASE("reload takes the new policy, and keeps the old one where the new one is wrong", "[live]") {
  const test::temp_folder temporary;
  const std::string path = temporary / "p.json";
  write(path, of_size(10));
  live_policy live{path};
  const auto first = live.get();
  CHECK_FALSE(live.reload().changed);
  CHECK(live.get() == first);
  write(path, of_size(20));
  CHECK(live.reload().changed);
  CHECK(accepts(*live.get(), 20));
  CHECK_FALSE(accepts(*first, 20));  // an upload that began before keeps what it took
  write(path, R"({"max_sise": 5})");
  const reload_result wrong = live.reload();
  CHECK_FALSE(wrong.changed);
  CHECK(wrong.error.starts_with(path + ": line 1, column 2"));
  CHECK(wrong.error.find(path, 1) == std::string::npos);
  CHECK(accepts(*live.get(), 20));
  boost::filesystem::remove(path);
  CHECK_FALSE(live.reload().error.empty());
  CHECK(accepts(*live.get(), 20));
  write(path, of_size(30));
  CHECK(live.reload().error.empty());
  CHECK(accepts(*live.get(), 30));
}

TEST_CASE("a folder is followed forward and back", "[live]") {
  const test::temp_folder temporary;
  const policy_folder folder{temporary.path()};
  folder.apply(of_size(10), noon);
  live_policy live{temporary.path()};
  folder.apply(of_size(20), noon);
  CHECK(live.reload().changed);
  CHECK(live.get()->number == 2);
  folder.rollback(noon);
  CHECK(live.reload().changed);
  CHECK(live.get()->number == 1);
}

TEST_CASE("readers and reloads at once", "[live]") {
  const test::temp_folder temporary;
  const policy_folder folder{temporary.path()};
  for (int i = 1; i <= 3; ++i) folder.apply(of_size(i), noon);
  live_policy live{temporary.path()};
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::vector<std::jthread> readers;
  for (int t = 0; t < 2; ++t)
    readers.emplace_back([&] {
      while (!done) {
        const auto p = live.get();
        if (!accepts(*p, p->number) || accepts(*p, p->number + 1)) ++wrong;
      }
    });
  for (std::uint64_t i = 0; i < 60; ++i) {
    folder.rollback(noon, "", 1 + i % 3);
    live.reload();
  }
  done = true;
  readers.clear();
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace uploadgate
