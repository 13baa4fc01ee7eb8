#include <uploadgate/storage/vault.hpp>

#include "storage/vault_fixture.hpp"

#include <chrono>

namespace uploadgate::test {

TEST_CASE("a resumable slot goes on over requests and restarts, judging again what is stored") {
  const temp_folder root;
  std::string id;
  std::error_code ec;
  {
    const vault v{root.path()};
    slot s = v.create(rules, {.filename = "a.txt", .size = 11}, "alice", ec);
    REQUIRE_FALSE(ec);
    id = s.id();
    CHECK(s.announced() == 11);
    REQUIRE_FALSE(s.write(0, as_bytes("hello ")));
    CHECK(s.write(5, as_bytes("x")) == storage_errc::wrong_offset);
    CHECK(s.write(7, as_bytes("x")) == storage_errc::wrong_offset);
    CHECK(s.offset() == 6);
    REQUIRE_FALSE(s.sync());
    (void)v.resume(rules, id, "alice", ec);
    CHECK(ec == storage_errc::slot_in_use);
    CHECK_FALSE(v.sweep());
  }
  {
    const vault v{root.path()};
    (void)v.resume(rules, id, "bob", ec);
    CHECK(ec == storage_condition::missing);
    CHECK(v.used("alice", ec).bytes == 11);
    slot s = v.resume(rules, id, "alice", ec);
    REQUIRE_FALSE(ec);
    CHECK(s.offset() == 6);
    CHECK(s.announced() == 11);
    REQUIRE_FALSE(s.write(6, as_bytes("world")));
    REQUIRE(s.finish().accepted());
    const stored out = s.publish(ec);
    REQUIRE_FALSE(ec);
    CHECK(content(v, out.id) == "hello world");
    CHECK(v.used("alice", ec).files == 1);
    (void)v.resume(rules, id, "alice", ec);
    CHECK(ec == storage_condition::missing);
  }
  CHECK(files_in(root.path()).size() == 2);
}

TEST_CASE("a stored part that the policy refuses by now is deleted when it is resumed") {
  const temp_folder root;
  std::error_code ec;
  const vault v{root.path(), quick};
  std::string id;
  {
    slot s = v.create(policy{extension{"txt"}}, {.filename = "a.txt"}, "", ec);
    id = s.id();
    REQUIRE_FALSE(s.write(as_bytes("loud!")));
  }
  slot s = v.resume(rules, id, "", ec);
  CHECK(ec == errc::content_mismatch);
  CHECK(s.verdict().rejected());
  CHECK(files_in(root.path()).empty());
}

TEST_CASE("resumable slots count, expire and are discarded") {
  const temp_folder root;
  std::error_code ec;
  const vault v{root.path(),
                {.durability = durability::fast, .max_key_bytes = 10, .max_key_files = 1, .min_free = 0}};
  slot s = v.create(rules, {.filename = "a.txt", .size = 10}, "alice", ec);
  REQUIRE_FALSE(ec);
  put(v, "x", "alice", ec);
  CHECK(ec == storage_errc::quota_files);
  const auto later = std::chrono::system_clock::now() + std::chrono::hours{1};
  CHECK_FALSE(v.expire(later));
  CHECK(v.used("alice", ec).files == 1);  // held
  REQUIRE_FALSE(s.write(as_bytes("1234567890")));
  REQUIRE(s.finish().accepted());
  s.publish(ec);  // its own reservation does not count against it
  CHECK_FALSE(ec);
  REQUIRE_FALSE(v.remove("alice", sha256_hex("1234567890") + ".txt"));
  { const slot left = v.create(rules, {.filename = "a.txt"}, "alice", ec); }
  CHECK_FALSE(v.expire(later - std::chrono::hours{2}));
  CHECK(v.used("alice", ec).files == 1);
  CHECK_FALSE(v.expire(later));
  CHECK(v.used("alice", ec).files == 0);
  slot gone = v.create(rules, {.filename = "a.txt"}, "alice", ec);
  gone.discard();
  CHECK(files_in(root.path()).empty());
}

}  // namespace uploadgate::test
