#include <uploadgate/storage/vault.hpp>

#include "storage/vault_fixture.hpp"

#include <fstream>

namespace uploadgate::test {

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

}  // namespace uploadgate::test
