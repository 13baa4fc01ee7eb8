#include <uploadgate/storage/rescan.hpp>

#include "sha256.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/folder.hpp"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <thread>
#include <vector>

namespace {

using namespace uploadgate;

std::string put(const vault& v, std::string_view name, std::string_view content, std::string_view key,
                std::string_view note = {}) {
  std::error_code ec;
  slot s = v.receive(make_policy({}).inspect({.filename = name}), key, ec);
  REQUIRE(!ec);
  REQUIRE(!s.write(as_bytes(content)));
  REQUIRE(s.finish().accepted());
  const stored out = s.publish(ec, note);
  REQUIRE(!ec);
  return out.id;
}

bool served(const vault& v, std::string_view id) {
  std::error_code ec;
  const stored_file f = v.open(id, ec);
  return !ec;
}

bool owns(const vault& v, std::string_view key, std::string_view id) {
  std::error_code ec;
  const bool answer = v.owns(key, id, ec);
  CHECK(!ec);
  return answer;
}

std::vector<std::string> withdrawn_ids(const vault& v) {
  std::error_code ec;
  std::vector<std::string> ids;
  for (const withdrawn_file& w : list_withdrawn(v, ec)) ids.push_back(w.id);
  CHECK(!ec);
  return ids;
}

std::map<std::string, std::string> judged(const vault& v, const policy_document& d,
                                          const rescan_options& o = {}) {
  std::map<std::string, std::string> seen;
  rescan(v, d, o, [&](const rescanned& r) {
    CHECK(!r.error);
    CHECK(r.withdrawn == (r.verdict.rejected() && !o.dry_run));
    CHECK(seen.emplace(r.id, r.verdict.accepted() ? "" : r.verdict.reason()).second);
  });
  return seen;
}

class filled {
 public:
  filled() {
    text = put(files, "notes.txt", "some notes\n", "ann", "ann's receipt");
    put(files, "notes.txt", "some notes\n", "bob");
    png = put(files, "gradient.png", test::sample("honest/gradient.png"), "ann");
    zip = put(files, "two.zip", test::sample("honest/two files.zip"), "bob", "bob's receipt");
  }
  test::folder here;
  vault files{here / "vault", {.durability = durability::fast, .min_free = 0}};
  std::string text, png, zip;
};

policy_document images() {
  policy_document d;
  d.name = "images";
  d.extensions = {"png", "jpg"};
  return d;
}

}  // namespace

TEST_CASE("what no longer passes is withdrawn, and nothing else") {
  const filled f;
  const auto seen = judged(f.files, images());
  CHECK(seen == std::map<std::string, std::string>{
                    {f.text, "extension_not_allowed"}, {f.zip, "extension_not_allowed"}, {f.png, ""}});
  CHECK(!served(f.files, f.text));
  CHECK(!served(f.files, f.zip));
  CHECK(served(f.files, f.png));
  CHECK(!owns(f.files, "ann", f.text));
  CHECK(!owns(f.files, "bob", f.text));
  CHECK(owns(f.files, "ann", f.png));
  std::vector<std::string> wanted{f.text, f.zip};
  std::ranges::sort(wanted);
  CHECK(withdrawn_ids(f.files) == wanted);
  std::error_code ec;
  CHECK(list_withdrawn(f.files, ec)[0].why.find("\"reason\":\"extension_not_allowed\"") != std::string::npos);
  CHECK(f.files.used("bob", ec).files == 0);
  CHECK(judged(f.files, images()).size() == 1);  // what is withdrawn is not judged again
}

TEST_CASE("a dry run and files that are known change nothing") {
  const filled f;
  CHECK(judged(f.files, images(), {.dry_run = true, .known = {}, .on_bytes = {}}).size() == 3);
  CHECK(judged(f.files, images(),
               {.dry_run = false, .known = [&](std::string_view id) { return id != f.png; }, .on_bytes = {}})
            .size() == 1);
  CHECK(served(f.files, f.text));
  CHECK(served(f.files, f.zip));
  CHECK(withdrawn_ids(f.files).empty());
}

TEST_CASE("what is restored is as it was: bytes, owners, notes") {
  const filled f;
  judged(f.files, images());
  for (const std::string& id : {f.text, f.zip}) CHECK(!restore(f.files, id));
  std::error_code ec;
  CHECK(f.files.note("ann", f.text, ec) == "ann's receipt");
  CHECK(f.files.note("bob", f.zip, ec) == "bob's receipt");
  CHECK(owns(f.files, "ann", f.text));
  CHECK(owns(f.files, "bob", f.text));
  CHECK(!owns(f.files, "ann", f.zip));
  const stored_file back = f.files.open(f.text, ec);
  std::string content(back.size(), '\0');
  back.read(0, std::as_writable_bytes(std::span{content}), ec);
  CHECK(content == "some notes\n");
  CHECK(withdrawn_ids(f.files).empty());
  CHECK(boost::filesystem::is_empty(f.here / "vault/withdrawn"));
  CHECK(!f.files.sweep());
  CHECK(served(f.files, f.text));
  CHECK(restore(f.files, f.text) == storage_errc::no_such_file);
  CHECK(!f.files.remove("ann", f.text));
  CHECK(served(f.files, f.text));
  CHECK(!f.files.remove("bob", f.text));
  CHECK(!served(f.files, f.text));
}

TEST_CASE("a withdrawn file survives sweeps and openings, and may be published and withdrawn again") {
  const filled f;
  CHECK(!withdraw(f.files, f.text, "first"));
  CHECK(!f.files.sweep());
  {
    const vault again{f.here / "vault", {.min_free = 0}};
    CHECK(withdrawn_ids(again) == std::vector<std::string>{f.text});
  }
  CHECK(put(f.files, "notes.txt", "some notes\n", "eve", "eve's") == f.text);
  CHECK(served(f.files, f.text));
  CHECK(!withdraw(f.files, f.text, "second"));
  CHECK(!served(f.files, f.text));
  CHECK(!owns(f.files, "eve", f.text));
  CHECK(!restore(f.files, f.text));
  for (const char* key : {"ann", "bob", "eve"}) CHECK(owns(f.files, key, f.text));
  std::error_code ec;
  CHECK(f.files.note("eve", f.text, ec) == "eve's");
  CHECK(!f.files.sweep());
  CHECK(served(f.files, f.text));
}

TEST_CASE("a file that was published anew before the restore stays one file with all its owners") {
  const filled f;
  CHECK(!withdraw(f.files, f.text, ""));
  put(f.files, "notes.txt", "some notes\n", "eve");
  CHECK(!restore(f.files, f.text));
  for (const char* key : {"ann", "bob", "eve"}) CHECK(owns(f.files, key, f.text));
  const std::string object = f.here / ("vault/objects/" + f.text.substr(0, 2) + "/" + f.text);
  CHECK(boost::filesystem::hard_link_count(object) == 4);
}

TEST_CASE("only ids of stored files are withdrawn") {
  const filled f;
  CHECK(withdraw(f.files, "../../etc/passwd", "") == storage_errc::bad_id);
  CHECK(restore(f.files, "../x") == storage_errc::bad_id);
  const std::string nobody = std::string(64, 'a') + ".png";
  CHECK(withdraw(f.files, nobody, "") == storage_errc::no_such_file);
  CHECK(withdrawn_ids(f.files).empty());
  CHECK(boost::filesystem::is_empty(f.here / "vault/withdrawn"));
}

TEST_CASE("threads that withdraw, restore and publish the same content agree") {
  const filled f;
  constexpr int rounds = 60;
  {
    std::vector<std::jthread> threads;
    threads.emplace_back([&] {
      for (int i = 0; i < rounds; ++i) (void)withdraw(f.files, f.text, "why");
    });
    threads.emplace_back([&] {
      for (int i = 0; i < rounds; ++i) (void)restore(f.files, f.text);
    });
    threads.emplace_back([&] {
      for (int i = 0; i < rounds; ++i) {
        std::error_code ec;
        slot s = f.files.receive(make_policy({}).inspect({.filename = "a.txt"}), "eve", ec);
        if (!ec) ec = s.write(as_bytes("some notes\n"));
        if (!ec && s.finish().accepted()) s.publish(ec);
      }
    });
    threads.emplace_back([&] {
      for (int i = 0; i < rounds; ++i) (void)f.files.sweep();
    });
  }
  const std::error_code ec = restore(f.files, f.text);
  CHECK((!ec || ec == storage_errc::no_such_file));
  CHECK(served(f.files, f.text));
  for (const char* key : {"ann", "bob", "eve"}) CHECK(owns(f.files, key, f.text));
  std::error_code ignored;
  CHECK(f.files.note("ann", f.text, ignored) == "ann's receipt");
  CHECK(withdrawn_ids(f.files).empty());
  CHECK(!f.files.sweep());
  CHECK(served(f.files, f.text));
}

TEST_CASE("an extension of the same type is enough") {
  const test::folder here;
  const vault files{here / "vault", {.durability = durability::fast, .min_free = 0}};
  const std::string id = put(files, "photo.jpeg", test::sample("honest/photo.jpg"), "ann");
  CHECK(id.ends_with(".jpg"));
  policy_document d;
  d.extensions = {"jpeg"};
  CHECK(judged(files, d) == std::map<std::string, std::string>{{id, ""}});
  d.extensions = {"png"};
  CHECK(judged(files, d, {.dry_run = true, .known = {}, .on_bytes = {}}).at(id) == "extension_not_allowed");
}

TEST_CASE("the key to purge is the digest") {
  CHECK(surrogate_key(std::string(64, 'a') + ".png") == std::string(64, 'a'));
  CHECK(surrogate_key(std::string(64, 'b')) == std::string(64, 'b'));
}
