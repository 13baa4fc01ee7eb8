// Every system call of withdrawing and restoring made to fail, and the process killed at each. After it the
// vault is opened anew, which sweeps; then the file must be whole, served or withdrawn, and come back with
// all its owners and notes.
#include <uploadgate/storage/rescan.hpp>

#include "fault_calls.hpp"
#include "scenario.hpp"
#include "storage/vault_state.hpp"
#include "support/catch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <iostream>

namespace {

using namespace uploadgate;
using namespace uploadgate::test;

constexpr int number = 1;  // content 1 is withdrawn; content 0 is a neighbour

enum class work : std::uint8_t { withdraw, restore };

void prepare(const playground& p, work w) {
  const vault v{p.root(), playing_options()};
  const acknowledge ignored = [](const acknowledgement&) {};
  REQUIRE(!put(v, number, 'a', ignored, "a's note"));
  REQUIRE(!put(v, number, 'b', ignored));
  if (w == work::restore) REQUIRE(!withdraw(v, id_of(number), "why"));
}

void run(const vault& v, work w) {
  if (w == work::withdraw) {
    (void)withdraw(v, id_of(number), "why");
  } else {
    (void)restore(v, id_of(number));
  }
}

std::string whole(const vault& v, int n) {
  std::error_code ec;
  const stored_file f = v.open(id_of(n), ec);
  if (ec) return ec.message();
  std::string text(f.size(), '\0');
  f.read(0, std::as_writable_bytes(std::span{text}), ec);
  return ec || text != content_of(n) ? "other bytes" : "";
}

void check(const playground& p) {
  const vault v{p.root(), playing_options()};
  std::error_code ec;
  CHECK(whole(v, 0).empty());
  const bool served = whole(v, number).empty();
  const bool withdrawn = !list_withdrawn(v, ec).empty();
  CHECK(!ec);
  CHECK((served || withdrawn));
  // Both ways on from here, whatever state this is.
  const std::error_code back = restore(v, id_of(number));
  CHECK((!back || (back == storage_errc::no_such_file && served)));
  CHECK(whole(v, number).empty());
  for (const char* key : {"a", "b"}) CHECK(v.owns(key, id_of(number), ec));
  CHECK(v.note("a", id_of(number), ec) == "a's note");
  CHECK(list_withdrawn(v, ec).empty());
  CHECK(!withdraw(v, id_of(number), "again"));
  CHECK(!whole(v, number).empty());
  for (const char* key : {"a", "b"}) CHECK(!v.owns(key, id_of(number), ec));
  CHECK(!restore(v, id_of(number)));
  CHECK(!v.sweep());
  CHECK(whole(v, number).empty());
  CHECK(v.used("a", ec).files == 2);
  CHECK(v.used("b", ec).files == 1);
}

std::uint64_t calls_of(work w) {
  const playground p;
  prepare(p, w);
  const vault v = vault_access::open(p.root(), playing_options(), faulty_calls(true));
  plan_fault({});
  run(v, w);
  return calls_made();
}

void in_a_child(const std::function<void()>& what) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    what();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
}

}  // namespace

TEST_CASE("any system call of withdrawing and restoring may fail") {
  std::uint64_t tried = 0;
  for (const work w : {work::withdraw, work::restore}) {
    const std::uint64_t last = calls_of(w);
    REQUIRE(last > 20);
    for (std::uint64_t at = 1; at <= last; ++at) {
      for (const int error : {ENOSPC, EIO}) {
        for (const bool for_good : {false, true}) {
          const playground p;
          prepare(p, w);
          {
            const vault v = vault_access::open(p.root(), playing_options(), faulty_calls(true));
            plan_fault({.at = at, .kind = fault::error, .error = error, .for_good = for_good});
            run(v, w);
          }
          const std::string call = struck_call();
          plan_fault({});
          INFO((w == work::withdraw ? "withdraw" : "restore")
               << ", call " << at << " (" << call << ") of " << last << (for_good ? ", for good" : ""));
          check(p);
          ++tried;
        }
      }
    }
  }
  std::cout << "withdrawing: " << tried << " failing system calls tried\n";
}

TEST_CASE("the process may be killed at any system call of withdrawing and restoring") {
  std::uint64_t tried = 0;
  for (const work w : {work::withdraw, work::restore}) {
    const std::uint64_t last = calls_of(w);
    for (std::uint64_t at = 1; at <= last; ++at) {
      for (const fault kind : {fault::kill_before, fault::kill_after}) {
        const playground p;
        prepare(p, w);
        in_a_child([&] {
          const vault v = vault_access::open(p.root(), playing_options(), faulty_calls(true));
          plan_fault({.at = at, .kind = kind});
          run(v, w);
        });
        INFO((w == work::withdraw ? "withdraw" : "restore") << ", killed at call " << at << " of " << last);
        check(p);
        ++tried;
      }
    }
  }
  std::cout << "withdrawing: " << tried << " kills tried\n";
}
