#include <uploadgate/storage/vault.hpp>
#include <uploadgate/validators/extension.hpp>
#include <uploadgate/validators/max_size.hpp>

#include "sha256.hpp"
#include "storage/vault_state.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/temp_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace {

using namespace uploadgate;
using test::temp_folder;
namespace fs = boost::filesystem;

struct refuses_bang {
  static constexpr std::string_view name = "refuses_bang";
  result feed(bytes_view chunk) {
    if (as_text(chunk).find('!') != std::string_view::npos) return errc::content_mismatch;
    return {};
  }
};

const policy rules{extension{"txt"}, max_size{64 * MiB}, refuses_bang{}};
const vault_options quick{.durability = durability::fast, .min_free = 0};

std::string content(const vault& v, std::string_view id) {
  std::error_code ec;
  const stored_file file = v.open(id, ec);
  if (ec) return "error: " + ec.message();
  std::string text(file.size(), '\0');
  REQUIRE(file.read(0, std::as_writable_bytes(std::span{text}), ec) == text.size());
  REQUIRE_FALSE(ec);
  return text;
}

stored put(const vault& v, std::string_view text, std::string_view key, std::error_code& ec,
           std::string_view note = {}) {
  slot s = v.receive(rules.inspect({.filename = "a.txt"}), key, ec, text.size());
  if (!ec) ec = s.write(as_bytes(text));
  if (ec) return {};
  s.finish();
  return s.publish(ec, note);
}

stored put(const vault& v, std::string_view text, std::string_view key = "") {
  std::error_code ec;
  const stored out = put(v, text, key, ec);
  INFO(ec.message());
  REQUIRE_FALSE(ec);
  return out;
}

// All regular files below a folder, but the locks.
std::vector<std::string> files_in(const std::string& root) {
  std::vector<std::string> found;
  for (const auto& e : fs::recursive_directory_iterator{root}) {
    if (e.path().filename() != "generation" && fs::symlink_status(e.path()).type() == fs::regular_file)
      found.push_back(e.path().string().substr(root.size() + 1));
  }
  std::ranges::sort(found);
  return found;
}

// Kernels and containers without unnamed files: every O_TMPFILE fails.
storage::system_calls without_unnamed() {
  storage::system_calls calls = storage::real_system_calls();
  calls.open = [](int folder, const char* path, int flags, mode_t mode) {
    if ((flags & O_TMPFILE) == O_TMPFILE) {
      errno = EOPNOTSUPP;
      return -1;
    }
    return storage::real_system_calls().open(folder, path, flags, mode);
  };
  return calls;
}

const storage::system_calls named_calls = without_unnamed();

struct kind {
  const char* name;
  const storage::system_calls* calls;
  durability level;
};
const kind kinds[] = {{"unnamed, durable", &storage::real_system_calls(), durability::durable},
                      {"unnamed, fast", &storage::real_system_calls(), durability::fast},
                      {"named, durable", &named_calls, durability::durable}};

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

TEST_CASE("a resumable slot goes on over requests and restarts, judging again what is stored") {
  const temp_folder root;
  std::string id;
  std::error_code ec;
  {
    const vault v{root.path()};
    slot s = v.create(rules, {.filename = "a.txt", .size = 11}, "alice", ec);
    REQUIRE_FALSE(ec);
    id = s.id();
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

TEST_CASE("opening sweeps halves and leftovers, and what is whole stays") {
  const temp_folder root;
  std::string id;
  {
    const vault v{root.path(), quick};
    id = put(v, "whole", "alice").id;
  }
  const std::string key = "keys/" + sha256_hex("alice");
  const std::string other = sha256_hex("half") + ".txt";
  const auto make = [&](const std::string& name) { std::ofstream{root / name} << "half"; };
  make("quarantine/00112233445566778899aabbccddeeff");
  make("objects/" + other.substr(0, 2) + "/" + other);  // no owner
  make(key + "/" + other);                              // no object
  make(key + "/note-" + other);
  make(key + "/part-00112233445566778899aabbccddeeff-0");
  make(key + "/claim-ffeeddccbbaa99887766554433221100-0");
  const vault v{root.path(), quick};
  CHECK(files_in(root.path()).size() == 2);
  CHECK(content(v, id) == "whole");
}

TEST_CASE("a sweep leaves alone what a living slot holds") {
  for (const kind& k : kinds) {
    CAPTURE(k.name);
    const temp_folder root;
    const vault_options o{.durability = durability::fast, .min_free = 0};
    const vault v = vault_access::open(root.path(), o, *k.calls);
    std::error_code ec;
    slot s = v.receive(rules.inspect({.filename = "a.txt"}), "", ec);
    REQUIRE_FALSE(s.write(as_bytes("in flight")));
    const vault second{root.path(), o};
    REQUIRE(s.finish().accepted());
    const stored out = s.publish(ec);
    REQUIRE_FALSE(ec);
    CHECK(content(second, out.id) == "in flight");
  }
}

TEST_CASE("links in place of the vault's own folders and files lead nowhere") {
  const temp_folder root, outside;
  const vault v{root.path(), quick};
  const std::string id = sha256_hex("secret") + ".txt";
  const std::string shard = root / ("objects/" + id.substr(0, 2));
  fs::remove(shard);
  fs::create_directory_symlink(outside.path(), shard);
  std::error_code ec;
  put(v, "secret", "", ec);
  CHECK(ec == storage_condition::tampered);
  CHECK(files_in(outside.path()).empty());
  fs::remove(shard);
  fs::create_directory(shard);
  std::ofstream{outside / "target"} << "not for you";
  fs::create_symlink(outside / "target", shard + "/" + id);
  (void)v.open(id, ec);
  CHECK(ec == storage_condition::tampered);
  put(v, "secret", "", ec);
  CHECK(ec == storage_errc::not_regular);
  CHECK(test::read_file(outside / "target") == "not for you");
}

TEST_CASE("only names that a vault gives are opened") {
  const temp_folder root;
  const vault v{root.path(), quick};
  const std::string digest = sha256_hex("x");
  for (const std::string& id :
       {std::string{"../../etc/passwd"}, std::string{}, digest + ".", digest + "./x", digest + ".TXT",
        digest + ".a/b", "A" + digest.substr(1), digest.substr(1), digest + std::string(".x\0", 3)}) {
    CAPTURE(id);
    std::error_code ec;
    (void)v.open(id, ec);
    CHECK(ec == storage_errc::bad_id);
    CHECK(v.remove("", id) == storage_errc::bad_id);
    (void)v.note("", id, ec);
    CHECK(ec == storage_errc::bad_id);
  }
}

TEST_CASE("a root that cannot be used is said exactly") {
  const temp_folder root;
  ::chmod(root.path().c_str(), 0777);
  const auto code_of = [](const std::string& path) {
    try {
      const vault v{path};
      return std::error_code{};
    } catch (const std::system_error& e) {
      return e.code();
    }
  };
  CHECK(code_of(root.path()) == storage_errc::unsafe_root);
  CHECK(code_of("/proc/nothing/here") == storage_condition::missing);
  std::ofstream{root / "file"} << "x";
  CHECK(code_of(root / "file") == storage_condition::tampered);
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
