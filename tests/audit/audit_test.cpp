#include <uploadgate/audit.hpp>

#include "decisions.hpp"
#include "support/files.hpp"
#include "support/temp_folder.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <thread>

namespace uploadgate {
namespace {

using std::chrono::seconds;

std::vector<std::string> lines_of(const std::string& path) {
  std::istringstream in{test::read_file(path)};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::error_code say(const audit& log, std::string_view id, std::chrono::system_clock::duration after = {}) {
  static const test::judged ok = test::accepted();
  return log.record({.verdict = ok.verdict, .facts = ok.facts, .time = test::noon + after, .request_id = id});
}

bool is_about(const std::string& line, const std::string& id) {
  return line.find("\"request_id\":\"" + id + "\"") != std::string::npos && line.back() == '}';
}

TEST_CASE("without sinks it counts", "[audit]") {
  const audit log;
  CHECK(!say(log, "1"));
  CHECK(log.counters().policies().at(0).accepted == 1);
  CHECK(log.sinks().empty());
}

TEST_CASE("a file takes a line a decision, and keeps what it had", "[audit]") {
  const test::temp_folder folder;
  for (const char* id : {"1", "2"}) CHECK(!say(audit{{file_sink(folder / "log")}}, id));
  const auto lines = lines_of(folder / "log");
  REQUIRE(lines.size() == 2);
  CHECK(is_about(lines[0], "1"));
  CHECK(is_about(lines[1], "2"));
}

TEST_CASE("a file that cannot be opened is an error at once", "[audit]") {
  const test::temp_folder folder;
  CHECK_THROWS_AS(file_sink(folder / "no/such/log"), std::system_error);
}

TEST_CASE("a renamed file is noticed with the next second, or on call", "[audit]") {
  const test::temp_folder folder;
  const audit log{{file_sink(folder / "log")}};
  say(log, "1");
  std::rename((folder / "log").c_str(), (folder / "log.1").c_str());
  say(log, "2");  // the same second
  say(log, "3", seconds{1});
  CHECK(lines_of(folder / "log.1").size() == 2);
  CHECK(is_about(lines_of(folder / "log").at(0), "3"));
  std::rename((folder / "log").c_str(), (folder / "log.2").c_str());
  CHECK(!log.reopen());
  say(log, "4", seconds{1});
  CHECK(is_about(lines_of(folder / "log").at(0), "4"));
}

TEST_CASE("a file replaced by another under its name is noticed", "[audit]") {
  const test::temp_folder folder;
  const audit log{{file_sink(folder / "log")}};
  std::rename((folder / "log").c_str(), (folder / "log.1").c_str());
  std::fclose(std::fopen((folder / "log").c_str(), "w"));  // logrotate's "create"
  say(log, "1", seconds{1});
  CHECK(lines_of(folder / "log").size() == 1);
  CHECK(lines_of(folder / "log.1").empty());
}

TEST_CASE("where the path cannot be opened again, the old file goes on", "[audit]") {
  const test::temp_folder folder;
  const std::string inner = folder / "logs";
  ::mkdir(inner.c_str(), 0700);
  const audit log{{file_sink(inner + "/log")}};
  std::rename(inner.c_str(), (folder / "gone").c_str());
  CHECK(!say(log, "1", seconds{1}));
  CHECK(lines_of(folder / "gone/log").size() == 1);
  CHECK(log.sinks()[0].lost == 0);
  CHECK(log.reopen() == std::errc::no_such_file_or_directory);
}

TEST_CASE("a full disk is counted, and stops uploads only where the host wants it", "[audit]") {
  const audit counting{{file_sink("/dev/full")}};
  CHECK(!say(counting, "1"));
  const sink_state state = counting.sinks().at(0);
  CHECK(state.lost == 1);
  CHECK(state.written == 0);
  CHECK(state.last_error == std::errc::no_space_on_device);
  const audit strict{{callback_sink([](auto&&...) {}), file_sink("/dev/full", on_failure::report)}};
  CHECK(say(strict, "1") == std::errc::no_space_on_device);
  CHECK(strict.counters().policies().at(0).accepted == 1);
}

// A disk that becomes full in the middle of a line: the process's limit on the size of files.
class file_size_limit {
 public:
  explicit file_size_limit(std::uint64_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~file_size_limit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  file_size_limit(const file_size_limit&) = delete;
  file_size_limit& operator=(const file_size_limit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

TEST_CASE("half a line does not spoil the next", "[audit]") {
  const test::temp_folder folder;
  const audit log{{file_sink(folder / "log")}};
  say(log, "1");
  {
    const file_size_limit full{test::read_file(folder / "log").size() + 20};
    say(log, "2");
    say(log, "3");
  }
  CHECK(log.sinks()[0].lost == 2);
  say(log, "4");
  say(log, "5");
  const auto lines = lines_of(folder / "log");
  REQUIRE(lines.size() == 4);
  CHECK(is_about(lines[0], "1"));
  CHECK(lines[1].size() == 20);
  CHECK(is_about(lines[2], "4"));
  CHECK(is_about(lines[3], "5"));
}

TEST_CASE("a full pipe loses lines and never waits", "[audit]") {
  int pipes[2];
  REQUIRE(::pipe(pipes) == 0);
  ::fcntl(pipes[1], F_SETPIPE_SZ, 4096);
  const audit log{{descriptor_sink(pipes[1])}};
  for (int i = 0; i < 200; ++i) CHECK(!say(log, "1"));
  const sink_state full = log.sinks().at(0);
  CHECK(full.written > 0);
  CHECK(full.lost > 0);
  CHECK(full.last_error == std::errc::resource_unavailable_try_again);
  std::array<char, 8192> got{};
  CHECK(::read(pipes[0], got.data(), got.size()) > 0);
  say(log, "2");
  CHECK(log.sinks().at(0).written == full.written + 1);
  ::close(pipes[0]);
  ::close(pipes[1]);
}

TEST_CASE("many threads write whole lines", "[audit]") {
  const test::temp_folder folder;
  constexpr int threads = 8;
  constexpr int each = 500;
  {
    const audit log{{file_sink(folder / "log")}};
    std::vector<std::jthread> all;
    for (int t = 0; t < threads; ++t)
      all.emplace_back([&log, t] {
        for (int i = 0; i < each; ++i) {
          say(log, std::to_string(t) + "-" + std::to_string(i), seconds{i});
          if (i % 100 == 0) log.reopen();
        }
      });
    all.clear();
    CHECK(log.counters().policies().at(0).accepted == threads * each);
    CHECK(log.sinks()[0].written == threads * each);
  }
  const auto lines = lines_of(folder / "log");
  CHECK(lines.size() == threads * each);
  for (const std::string& line : lines) REQUIRE((line.front() == '{' && line.back() == '}'));
}

TEST_CASE("syslog gets a datagram with priority, name and process", "[audit]") {
  const test::temp_folder folder;
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::snprintf(name.sun_path, sizeof name.sun_path, "%s", (folder / "log").c_str());
  const auto listen = [&] {
    ::unlink(name.sun_path);
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
    return fd;
  };
  const auto receive = [](int fd) {
    std::array<char, 8192> got{};
    const ssize_t n = ::recv(fd, got.data(), got.size(), 0);
    return std::string(got.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
  };
  const audit log{{syslog_sink({.identifier = "gate", .facility = 3, .socket = folder / "log"})}};
  say(log, "0");  // nobody listens yet
  CHECK(log.sinks()[0].lost == 1);
  int fd = listen();
  say(log, "1");
  const std::string head = "gate[" + std::to_string(::getpid()) + "]: {\"time\":";
  std::string got = receive(fd);
  CHECK(got.starts_with("<30>" + head));  // daemon.info
  CHECK(got.back() == '}');
  const auto [verdict, facts] = test::rejected();
  log.record({.verdict = verdict, .facts = facts});
  CHECK(receive(fd).starts_with("<29>"));  // notice
  const auto [pending, nothing] = test::unfinished();
  log.record({.verdict = pending, .facts = nothing});
  CHECK(receive(fd).starts_with("<28>"));  // warning
  ::close(fd);
  fd = listen();  // the daemon was started again
  say(log, "2");
  say(log, "3");
  CHECK(is_about(receive(fd), "3"));
  ::close(fd);
}

TEST_CASE("wrong options of syslog are refused", "[audit]") {
  CHECK_THROWS_AS(syslog_sink({.facility = 24}), configuration_error);
  CHECK_THROWS_AS(syslog_sink({.identifier = ""}), configuration_error);
  CHECK_THROWS_AS(syslog_sink({.identifier = "a b"}), configuration_error);
  CHECK_THROWS_AS(syslog_sink({.socket = std::string(108, 'x')}), configuration_error);
  CHECK_NOTHROW(syslog_sink({.facility = 23, .socket = std::string(107, 'x')}));
}

TEST_CASE("a callback gets decision and line; what it throws is counted", "[audit]") {
  std::string seen;
  int calls = 0;
  const audit log{{callback_sink([&](const decision& d, std::string_view line) {
    seen = line;
    CHECK(d.request_id == "1");
    if (++calls == 2) throw std::runtime_error("no");
  })}};
  say(log, "1");
  CHECK(seen.ends_with("}\n"));
  CHECK(!say(log, "1"));
  CHECK(log.sinks().at(0).lost == 1);
  CHECK_THROWS_AS(audit{{audit_sink{}}}, configuration_error);
}

}  // namespace
}  // namespace uploadgate
