#include <uploadgate/bytes.hpp>
#include <uploadgate/maintenance/journal.hpp>

#include "storage/folders.hpp"

#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace uploadgate {
namespace {

constexpr std::size_t block_size = 256 * KiB;
// What journals hold are lines of baselines.
constexpr std::size_t max_journal_line = 1 * MiB;

[[noreturn]] void fail(const std::string& path) {
  throw std::system_error(errno, std::generic_category(), path);
}

// Gives the whole lines to `each`, and how many bytes they have; what follows the last line feed is torn.
struct lines_read {
  std::uint64_t whole = 0;
  bool torn = false;
};
lines_read read_lines(int fd, const std::string& path, std::size_t most,
                      const std::function<void(std::string_view)>& each) {
  std::vector<char> block(block_size);
  std::string begun;
  lines_read read;
  for (;;) {
    const ssize_t n = storage::retry([&] { return ::read(fd, block.data(), block.size()); });
    if (n < 0) fail(path);
    if (n == 0) break;
    std::string_view rest{block.data(), static_cast<std::size_t>(n)};
    for (std::size_t end = 0; (end = rest.find('\n')) != std::string_view::npos;
         rest.remove_prefix(end + 1)) {
      read.whole += begun.size() + end + 1;
      if (begun.empty()) {
        each(rest.substr(0, end));
      } else {
        begun += rest.substr(0, end);
        each(begun);
        begun.clear();
      }
    }
    if (begun.size() + rest.size() > most) throw std::length_error(path + ": a line is too long");
    begun += rest;
  }
  read.torn = !begun.empty();
  return read;
}

}  // namespace

struct journal::state {
  std::string path, part;
  int fd = -1;
  std::string buffer{};

  state(const std::string& to) : path{to}, part{to + ".part"} {}
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() {
    if (fd >= 0) ::close(fd);
  }
};

journal::journal(journal&&) noexcept = default;
journal& journal::operator=(journal&&) noexcept = default;
journal::~journal() = default;

journal::journal(const std::string& path, const std::function<void(std::string_view line)>& each)
    : state_{std::make_unique<state>(path)} {
  state& s = *state_;
  constexpr mode_t mode = 0666;  // as the umask says: it holds names and digests, and no content
  s.fd = ::open(s.part.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, mode);
  if (s.fd < 0) fail(s.part);
  if (::flock(s.fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) errno = EBUSY;
    fail(s.part);
  }
  const lines_read old = read_lines(s.fd, s.part, max_journal_line, each);
  if (old.torn && ::ftruncate(s.fd, static_cast<off_t>(old.whole)) != 0) fail(s.part);
}

void journal::add(std::string_view line) {
  state& s = *state_;
  s.buffer.assign(line).push_back('\n');
  std::string_view rest = s.buffer;
  while (!rest.empty()) {
    const ssize_t n = storage::retry([&] { return ::write(s.fd, rest.data(), rest.size()); });
    if (n < 0) fail(s.part);
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
}

void journal::complete() {
  state& s = *state_;
  if (::fsync(s.fd) != 0) fail(s.part);
  if (::rename(s.part.c_str(), s.path.c_str()) != 0) fail(s.path);
}

bool for_each_line(const std::string& path, std::size_t most,
                   const std::function<void(std::string_view line)>& each) {
  struct closer {
    int fd;
    ~closer() {
      if (fd > STDIN_FILENO) ::close(fd);
    }
  };
  const closer file{path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) fail(path);
  return read_lines(file.fd, path, most, each).torn;
}

}  // namespace uploadgate
