#include <uploadgate/storage/vault.hpp>
#include <uploadgate/validators/digest.hpp>

#include "storage/vault_fixture.hpp"

#include <thread>

namespace uploadgate::test {
namespace {

struct forgetful {
  static constexpr std::string_view name = digest::name;
  result finish() { return {}; }
};

}  // namespace

TEST_CASE("an accepted file is published under its digest and nothing else is left") {
  for (const kind& k : kinds) {
    CAPTURE(k.name);
    const temp_folder root;
    const vault v = vault_access::open(root.path(), {.durability = k.level, .min_free = 0}, *k.calls);
    std::error_code ec;
    slot s = v.receive(rules.inspect({.filename = "a.txt"}), "alice", ec, 11);
    REQUIRE_FALSE(ec);
    REQUIRE_FALSE(s.write(as_bytes("hello ")));
    REQUIRE_FALSE(s.write(as_bytes("world")));
    CHECK(s.offset() == 11);
    CHECK(v.list("alice", ec).empty());
    REQUIRE(s.finish().accepted());
    CHECK(s.facts().sha256 == sha256_hex("hello world"));
    const stored out = s.publish(ec, "a note");
    REQUIRE_FALSE(ec);
    CHECK(out.id == sha256_hex("hello world") + ".txt");
    CHECK(out.size == 11);
    CHECK_FALSE(out.existed);
    CHECK(content(v, out.id) == "hello world");
    CHECK(v.note("alice", out.id, ec) == "a note");
    CHECK(v.owns("alice", out.id, ec));
    CHECK_FALSE(v.owns("bob", out.id, ec));
    CHECK(files_in(root.path()).size() == 3);  // the object, the link of the key, the note
    struct stat status {};
    REQUIRE(::stat((root / ("objects/" + out.id.substr(0, 2) + "/" + out.id)).c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    CHECK(status.st_nlink == 2);
    CHECK(s.write(as_bytes("x")) == storage_errc::slot_closed);
    s.publish(ec);
    CHECK(ec == storage_errc::slot_closed);
  }
}

TEST_CASE("the digest comes from the policy where it has one, and must be there") {
  const temp_folder root;
  const vault v{root.path(), quick};
  std::error_code ec;
  slot s = v.receive(rules.with(digest{}).inspect({.filename = "a.txt"}), "", ec);
  REQUIRE_FALSE(s.write(as_bytes("hello world")));
  REQUIRE(s.finish().accepted());
  CHECK(s.publish(ec).id == sha256_hex("hello world") + ".txt");
  slot without = v.receive(rules.with(forgetful{}).inspect({.filename = "a.txt"}), "", ec);
  REQUIRE_FALSE(without.write(as_bytes("hello world")));
  CHECK_FALSE(without.finish().accepted());
  without.publish(ec);
  CHECK(ec == storage_errc::digest_failed);
}

TEST_CASE("what is rejected, given up or only pending leaves nothing") {
  for (const kind& k : kinds) {
    CAPTURE(k.name);
    const temp_folder root;
    const vault v = vault_access::open(root.path(), {.durability = k.level, .min_free = 0}, *k.calls);
    std::error_code ec;
    {
      slot s = v.receive(rules.inspect({.filename = "a.txt"}), "", ec);
      REQUIRE_FALSE(s.write(as_bytes("fine so far")));
      CHECK(s.write(as_bytes("bad!")) == errc::content_mismatch);
      CHECK(files_in(root.path()).empty());
      CHECK(s.finish().rejected());
      s.publish(ec);
      CHECK(ec == storage_errc::not_accepted);
    }
    {
      slot s = v.receive(rules.inspect({.filename = "a.txt"}), "", ec);
      REQUIRE_FALSE(s.write(as_bytes("never finished")));
      s.publish(ec);
      CHECK(ec == storage_errc::not_accepted);
    }
    {
      slot s = v.receive(rules.inspect({.filename = "a.txt"}), "", ec);
      REQUIRE_FALSE(s.write(as_bytes("accepted, not published")));
      REQUIRE(s.finish().accepted());
    }
    CHECK(files_in(root.path()).empty());
  }
}

TEST_CASE("identical content is stored once and goes with its last owner") {
  const temp_folder root;
  const vault v{root.path(), quick};
  const stored first = put(v, "same", "alice");
  const stored second = put(v, "same", "bob");
  CHECK(second.existed);
  CHECK(first.id == second.id);
  CHECK(put(v, "same", "bob").existed);
  struct stat status {};
  REQUIRE(::stat((root / ("objects/" + first.id.substr(0, 2) + "/" + first.id)).c_str(), &status) == 0);
  CHECK(status.st_nlink == 3);
  REQUIRE_FALSE(v.remove("alice", first.id));
  CHECK(v.remove("alice", first.id) == storage_errc::no_such_file);
  CHECK(content(v, first.id) == "same");
  REQUIRE_FALSE(v.remove("bob", first.id));
  std::error_code ec;
  (void)v.open(first.id, ec);
  CHECK(ec == storage_condition::missing);
  CHECK(files_in(root.path()).empty());
}

TEST_CASE("quotas are exact, and survive a restart") {
  const temp_folder root;
  const vault_options limits{
      .durability = durability::fast, .max_key_bytes = 10, .max_key_files = 3, .min_free = 0};
  std::error_code ec;
  {
    const vault v{root.path(), limits};
    put(v, "1234", "alice");
    put(v, "1234", "alice");  // owned already: costs nothing
    put(v, "12345", "alice");
    put(v, "12", "alice", ec);
    CHECK(ec == storage_errc::quota_bytes);
    CHECK(v.used("alice", ec).bytes == 9);
  }
  const vault v{root.path(), limits};
  put(v, "12", "alice", ec);
  CHECK(ec == storage_errc::quota_bytes);
  CHECK(ec == storage_condition::quota);
  put(v, "1", "alice");
  put(v, "", "alice", ec);
  CHECK(ec == storage_errc::quota_files);
  put(v, "1234567890", "bob");
  const vault other{root.path(), limits};  // what another process does is seen
  REQUIRE_FALSE(other.remove("alice", sha256_hex("12345") + ".txt"));
  CHECK(v.used("alice", ec).bytes == 5);
  CHECK(v.used("alice", ec).files == 2);
  put(v, "12345678", "carol");
  put(other, "90", "carol");
  put(v, "x", "carol", ec);
  CHECK(ec == storage_errc::quota_bytes);
}

TEST_CASE("a client that sends more than its quota is stopped while it sends") {
  const temp_folder root;
  const vault v{root.path(), {.durability = durability::fast, .max_key_bytes = 10, .min_free = 0}};
  std::error_code ec;
  slot s = v.receive(rules.inspect({.filename = "a.txt"}), "alice", ec);
  REQUIRE_FALSE(s.write(as_bytes("1234567890")));
  CHECK(s.write(as_bytes("1")) == storage_errc::quota_bytes);
  CHECK(s.write(as_bytes("1")) == storage_errc::quota_bytes);
  CHECK_FALSE(s.finish().accepted());
  (void)v.receive(rules.inspect({.filename = "a.txt"}), "alice", ec, 11);
  CHECK(ec == storage_errc::quota_bytes);
}

TEST_CASE("the free-space floor refuses before the disk is full") {
  const temp_folder root;
  const vault v{root.path(), {.durability = durability::fast, .min_free = std::uint64_t{1} << 60}};
  std::error_code ec;
  (void)v.receive(rules.inspect({.filename = "a.txt"}), "", ec);
  CHECK(ec == storage_errc::free_space_floor);
  CHECK(ec == storage_condition::full);
  CHECK(http_status(storage_condition_of(ec)) == 507);
}

TEST_CASE("a note replaces an older one, and has a limit") {
  const temp_folder root;
  const vault v{root.path(), quick};
  std::error_code ec;
  put(v, "x", "", ec, "one");
  const stored out = put(v, "x", "", ec, "two");
  REQUIRE_FALSE(ec);
  CHECK(v.note("", out.id, ec) == "two");
  put(v, "y", "", ec, std::string(max_note, 'n'));
  CHECK_FALSE(ec);
  put(v, "z", "", ec, std::string(max_note + 1, 'n'));
  CHECK(ec == storage_errc::note_too_long);
}

TEST_CASE("threads that publish and remove the same content agree") {
  const temp_folder root;
  const vault v{root.path(), {.durability = durability::fast, .max_key_files = 100, .min_free = 0}};
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i) {
        std::error_code ec;
        const stored out = put(v, "content " + std::to_string(i % 5), std::to_string(t), ec);
        if (ec) {
          ++failures;
          continue;
        }
        const stored_file file = v.open(out.id, ec);
        if (ec || file.size() != out.size) ++failures;
        if (i % 2 == 0 && v.remove(std::to_string(t), out.id)) ++failures;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  CHECK(failures == 0);
  CHECK_FALSE(v.sweep());
  std::error_code ec;
  for (int t = 0; t < 4; ++t) {
    for (const entry& e : v.list(std::to_string(t), ec)) {
      CHECK(sha256_hex(content(v, e.id)) + ".txt" == e.id);
      CHECK_FALSE(v.remove(std::to_string(t), e.id));
    }
  }
  CHECK(files_in(root.path()).empty());
}

}  // namespace uploadgate::test
