// Every system call of storing, and of sweeping, made to fail, and the process killed at each.
// UPLOADGATE_SOAK=1 tries all errors at all calls; without it each call meets one error of the list in turn.
#include "fault_calls.hpp"
#include "scenario.hpp"
#include "storage/vault_state.hpp"
#include "support/catch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <optional>

namespace {

using namespace uploadgate;
using namespace uploadgate::test;

constexpr std::size_t all_said = 8;  // what play() acknowledges where nothing fails
const bool soak = std::getenv("UPLOADGATE_SOAK") != nullptr;

struct strike_kind {
  const char* name;
  fault kind;
  int error;
};
constexpr strike_kind errors[] = {{"ENOSPC", fault::error, ENOSPC}, {"EIO", fault::error, EIO},
                                  {"EINTR", fault::error, EINTR},   {"EDQUOT", fault::error, EDQUOT},
                                  {"EMFILE", fault::error, EMFILE}, {"short write", fault::short_write, 0}};
constexpr strike_kind kills[] = {{"killed before", fault::kill_before, 0},
                                 {"killed after", fault::kill_after, 0}};

vault open_faulty(const playground& p, bool unnamed) {
  return vault_access::open(p.root(), playing_options(), faulty_calls(unnamed));
}

// What a child has acknowledged before it was killed, one line each, through a pipe.
std::vector<acknowledgement> in_a_child(const std::function<void(const acknowledge&)>& work) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    try {
      work([&](const acknowledgement& a) {
        const std::string line = std::string{a.key} + static_cast<char>(a.what) + a.id + "\n";
        if (::write(ends[1], line.data(), line.size()) < 0) ::_exit(2);
      });
    } catch (...) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string said;
  char block[4096];
  for (ssize_t n; (n = ::read(ends[0], block, sizeof block)) > 0;)
    said.append(block, static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  std::vector<acknowledgement> acked;
  for (std::size_t at = 0; at < said.size();) {
    const std::size_t end = said.find('\n', at);
    acked.push_back({said[at], static_cast<outcome>(said[at + 1]), said.substr(at + 2, end - at - 2)});
    at = end + 1;
  }
  return acked;
}

std::uint64_t calls_of_play(bool unnamed) {
  const playground p;
  const vault v = open_faulty(p, unnamed);
  plan_fault({});
  std::size_t acknowledged = 0;
  play(v, [&](const acknowledgement&) { ++acknowledged; });
  REQUIRE(acknowledged == all_said);  // without a fault all is done
  return calls_made();
}

std::uint64_t calls_of_opening(bool unnamed) {
  const playground p;
  p.add_leftovers();
  plan_fault({});
  const vault v = open_faulty(p, unnamed);
  const std::uint64_t made = calls_made();
  REQUIRE(p.check({}).empty());
  return made;
}

bool chosen(std::uint64_t at, std::size_t index, std::size_t count) { return soak || at % count == index; }

}  // namespace

TEST_CASE("any system call of storing may fail, once or for good") {
  std::uint64_t tried = 0;
  for (const bool unnamed : {true, false}) {
    const std::uint64_t last = calls_of_play(unnamed);
    for (std::uint64_t at = 1; at <= last; at += unnamed || soak ? 1 : 5) {
      for (std::size_t i = 0; i < std::size(errors); ++i) {
        if (!chosen(at, i, std::size(errors))) continue;
        for (const bool for_good : {false, true}) {
          if (!soak && for_good != (at / std::size(errors) % 2 == 0)) continue;
          const playground p;
          std::vector<acknowledgement> acked;
          {
            const vault v = open_faulty(p, unnamed);
            plan_fault({.at = at, .kind = errors[i].kind, .error = errors[i].error, .for_good = for_good});
            play(v, [&](const acknowledgement& a) { acked.push_back(a); });
            ++tried;
          }
          const std::string call = struck_call();
          plan_fault({});
          INFO(errors[i].name << " at call " << at << " (" << call << ")" << (for_good ? " for good" : ""));
          if (!for_good && errors[i].error == EINTR) CHECK(acked.size() == all_said);
          if (const std::string wrong = p.check(acked); !wrong.empty()) FAIL_CHECK(wrong);
        }
      }
    }
  }
  std::cout << "storing: " << tried << " failing system calls tried\n";
}

TEST_CASE("the process may be killed at any system call of storing") {
  std::uint64_t tried = 0;
  for (const bool unnamed : {true, false}) {
    const std::uint64_t last = calls_of_play(unnamed);
    for (std::uint64_t at = 1; at <= last; at += unnamed || soak ? 1 : 5) {
      for (std::size_t i = 0; i < std::size(kills); ++i) {
        if (!chosen(at, i, std::size(kills))) continue;
        const playground p;
        const std::vector<acknowledgement> acked = in_a_child([&](const acknowledge& said) {
          const vault v = open_faulty(p, unnamed);
          plan_fault({.at = at, .kind = kills[i].kind});
          play(v, said);
        });
        ++tried;
        INFO(kills[i].name << " call " << at);
        if (const std::string wrong = p.check(acked); !wrong.empty()) FAIL_CHECK(wrong);
      }
    }
  }
  std::cout << "storing: " << tried << " kills tried\n";
}

TEST_CASE("opening and sweeping may fail or be killed at any system call") {
  std::uint64_t tried = 0;
  const bool unnamed = true;
  const std::uint64_t last = calls_of_opening(unnamed);
  const std::uint64_t step = soak ? 1 : 7;  // most calls walk the 256 folders
  for (std::uint64_t at = 1; at <= last; at += step) {
    for (const strike_kind& kill : kills) {
      const playground p;
      p.add_leftovers();
      in_a_child([&](const acknowledge&) {
        plan_fault({.at = at, .kind = kill.kind});
        (void)open_faulty(p, unnamed);
      });
      ++tried;
      INFO(kill.name << " call " << at);
      if (const std::string wrong = p.check({{'a', outcome::stored, id_of(0)}}); !wrong.empty())
        FAIL_CHECK(wrong);
    }
    for (std::size_t i = 0; i < std::size(errors); ++i) {
      if (!chosen(at / step, i, std::size(errors))) continue;
      const playground p;
      p.add_leftovers();
      plan_fault({.at = at, .kind = errors[i].kind, .error = errors[i].error, .for_good = at % 2 == 0});
      try {
        (void)open_faulty(p, unnamed);
      } catch (const std::system_error& e) {
        CHECK(storage_condition_of(e.code()) != storage_condition::none);
      }
      ++tried;
      plan_fault({});
      INFO(errors[i].name << " at call " << at);
      if (const std::string wrong = p.check({{'a', outcome::stored, id_of(0)}}); !wrong.empty())
        FAIL_CHECK(wrong);
    }
  }
  std::cout << "sweeping: " << tried << " faults tried\n";
}
