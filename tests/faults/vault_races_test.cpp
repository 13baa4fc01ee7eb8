// Other processes at the same root, a disk that is full, and folders that are swapped for links.
#include <uploadgate/validators/extension.hpp>

#include "scenario.hpp"
#include "sha256.hpp"
#include "support/catch.hpp"

#include <boost/filesystem/operations.hpp>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

namespace {

using namespace uploadgate;
using namespace uploadgate::test;
namespace fs = boost::filesystem;

const int rounds = std::getenv("UPLOADGATE_SOAK") ? 5000 : 150;
const acknowledge nobody = [](const acknowledgement&) {};

pid_t start(const std::function<bool()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    bool good = false;
    try {
      good = work();
    } catch (...) {
    }
    ::_exit(good ? 0 : 1);
  }
  return child;
}

bool ended_well(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("processes that publish, remove and sweep the same content agree") {
  const playground p;
  std::vector<pid_t> children;
  for (const char key : {'a', 'b', 'c'}) {
    children.push_back(start([&] {
      const vault v{p.root(), playing_options()};
      for (int i = 0; i < rounds; ++i) {
        const std::string id = id_of(10 + i % 3);
        if (put(v, 10 + i % 3, key, nobody)) return false;
        std::error_code ec;
        if (v.open(id, ec).size() != content_of(10 + i % 3).size()) return false;
        if (i % 2 == 0 && v.remove({&key, 1}, id)) return false;
        if (i % 50 == 0 && v.sweep()) return false;
      }
      return true;
    }));
  }
  for (const pid_t child : children) CHECK(ended_well(child));
  const std::string wrong = p.check({{'a', outcome::stored, id_of(0)}});
  CHECK(wrong.empty());
  if (!wrong.empty()) FAIL_CHECK(wrong);
  std::cout << "races: " << 3 * rounds << " publications by three processes\n";
}

TEST_CASE("nothing leaves the root while folders are swapped for links") {
  const playground p;
  const std::string shard = p.root() + "/objects/" + id_of(20).substr(0, 2);
  const std::string aside = p.root() + "/aside";
  const vault v{p.root(), playing_options()};
  const pid_t swapper = start([&] {
    for (;;) {
      ::rename(shard.c_str(), aside.c_str());
      if (::symlink(p.outside().c_str(), shard.c_str()) == 0) {
        ::usleep(100);
        ::unlink(shard.c_str());
      }
      ::rename(aside.c_str(), shard.c_str());
      ::usleep(100);
    }
    return true;
  });
  int stored_ones = 0;
  int refused = 0;
  for (int i = 0; i < rounds * 4; ++i) {
    const std::error_code ec = put(v, 20, 'a', nobody);
    ++(ec ? refused : stored_ones);
    if (!ec) (void)v.remove("a", id_of(20));
  }
  ::kill(swapper, SIGKILL);
  ::waitpid(swapper, nullptr, 0);
  CHECK(fs::is_empty(p.outside()));
  if (fs::is_symlink(fs::symlink_status(shard))) ::unlink(shard.c_str());
  if (fs::exists(aside)) ::rename(aside.c_str(), shard.c_str());
  CHECK(p.check({{'a', outcome::stored, id_of(0)}}) == "");
  CHECK(stored_ones > 0);
  std::cout << "races: " << stored_ones << " stored and " << refused
            << " refused while a folder was swapped\n";
}

TEST_CASE("a small disk that is full") {
  const playground p;
  const std::string disk = p.outside() + "/disk";
  fs::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=512k,mode=0700") != 0) {
    std::cout << "full disk: skipped, mounting is not allowed here\n";
    return;
  }
  std::vector<std::string> stored_ids;
  std::error_code ec;
  {
    const vault v{disk, {.min_free = 0}};
    for (int i = 0; !ec && i < 100; ++i) {
      const std::string text(20'000 + static_cast<std::size_t>(i), 'd');
      slot s = v.receive(any_text().inspect({.filename = "a.txt"}), "a", ec);
      if (!ec) ec = s.write(as_bytes(text));
      if (!ec && s.finish().accepted()) {
        const stored out = s.publish(ec);
        if (!ec) stored_ids.push_back(out.id);
      }
    }
    CHECK(ec == storage_condition::full);
    CHECK(stored_ids.size() > 5);
    for (const std::string& id : stored_ids) {
      const stored_file file = v.open(id, ec);
      std::string text(file.size(), '\0');
      file.read(0, std::as_writable_bytes(std::span{text}), ec);
      CHECK(sha256_hex(text) + ".txt" == id);
    }
    CHECK(v.list("a", ec).size() == stored_ids.size());
    REQUIRE_FALSE(v.remove("a", stored_ids.front()));  // also on a full disk
    CHECK_FALSE(put(v, 1, 'a', nobody));
    CHECK(fs::is_empty(disk + "/quarantine"));
  }
  ::umount(disk.c_str());
  fs::remove(disk);
  std::cout << "full disk: " << stored_ids.size() << " files fitted\n";
}
