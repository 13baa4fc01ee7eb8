#include <uploadgate/audit.hpp>

#include "storage/system_calls.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <optional>
#include <utility>

namespace uploadgate {
namespace {

using storage::descriptor;
using storage::last_error;
using storage::retry;

// Writes a line in one piece. What was taken of a line that did not go through whole is ended before the next
// one begins, so that it spoils no other.
class line_writer {
 public:
  std::error_code write(int fd, std::string_view line) {
    if (broken_) {
      const std::string ended = "\n" + std::string{line};
      return write_once(fd, ended);
    }
    return write_once(fd, line);
  }
  void begin_anew() { broken_ = false; }

 private:
  std::error_code write_once(int fd, std::string_view bytes) {
    const ssize_t done = retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (done < 0) return last_error();
    broken_ = static_cast<std::size_t>(done) < bytes.size() && (done > 0 || broken_);
    return static_cast<std::size_t>(done) < bytes.size() ? std::make_error_code(std::errc::no_space_on_device)
                                                         : std::error_code{};
  }

  bool broken_ = false;
};

class log_file {
 public:
  explicit log_file(std::string path) : path_{std::move(path)} {
    if (const std::error_code ec = open()) throw std::system_error(ec, path_);
  }

  std::error_code write(const decision& d, std::string_view line) {
    const auto second = std::chrono::floor<std::chrono::seconds>(d.time);
    if (second != looked_) {
      looked_ = second;
      if (rotated()) open();  // where it cannot be opened, the old file takes the line
    }
    return writer_.write(file_.get(), line);
  }

  std::error_code open() {
    // O_NONBLOCK matters for a FIFO only: it neither waits for a reader nor for room.
    constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    constexpr mode_t log_mode = 0640;  // a group may read it, to collect logs
    const storage::system_calls& calls = storage::real_system_calls();
    descriptor opened{calls, retry([&] { return calls.open(AT_FDCWD, path_.c_str(), flags, log_mode); })};
    if (!opened) return last_error();
    file_ = std::move(opened);
    writer_.begin_anew();
    return {};
  }

 private:
  [[nodiscard]] bool rotated() const {
    struct stat named {};
    struct stat mine {};
    if (::stat(path_.c_str(), &named) != 0) return errno == ENOENT;
    return ::fstat(file_.get(), &mine) == 0 && (named.st_dev != mine.st_dev || named.st_ino != mine.st_ino);
  }

  std::string path_;
  descriptor file_;
  line_writer writer_;
  std::chrono::sys_seconds looked_{};
};

// A pipe that polls writable takes PIPE_BUF bytes at once, and no line is longer (pipe(7)).
std::error_code write_without_waiting(line_writer& writer, int fd, std::string_view line) {
  pollfd ready{.fd = fd, .events = POLLOUT, .revents = 0};
  const int polled = retry([&] { return ::poll(&ready, 1, 0); });
  if (polled < 0) return last_error();
  if (polled == 0) return std::make_error_code(std::errc::resource_unavailable_try_again);
  return writer.write(fd, line);
}

class log_daemon {
 public:
  explicit log_daemon(syslog_options options) : options_{std::move(options)} {
    constexpr unsigned facilities = 24;
    if (options_.facility >= facilities) throw configuration_error("syslog_sink: the facility is 0 to 23");
    if (options_.identifier.empty() || options_.identifier.size() > 48 ||
        options_.identifier.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                              "-_.") != std::string::npos)
      throw configuration_error("syslog_sink: the identifier is 1 to 48 letters, digits, '-', '_' and '.'");
    if (options_.socket.size() >= sizeof(sockaddr_un::sun_path))
      throw configuration_error("syslog_sink: the socket's path is too long");
  }

  std::error_code write(const decision& d, std::string_view line) {
    if (const std::error_code ec = connect()) return ec;
    line.remove_suffix(1);
    const unsigned priority = options_.facility * 8 + severity(d);
    const std::string message = "<" + std::to_string(priority) + ">" + options_.identifier + "[" +
                                std::to_string(::getpid()) + "]: " + std::string{line};
    const ssize_t sent = retry(
        [&] { return ::send(socket_.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL); });
    if (sent >= 0) return {};
    const std::error_code ec = last_error();
    if (ec != std::errc::resource_unavailable_try_again) socket_ = {};  // the daemon may come again
    return ec;
  }

 private:
  // RFC 5424, section 6.2.1.
  static unsigned severity(const decision& d) {
    constexpr unsigned warning = 4;
    constexpr unsigned notice = 5;
    constexpr unsigned info = 6;
    if (d.verdict.pending() || !d.failure.empty()) return warning;
    return d.verdict.accepted() ? info : notice;
  }

  std::error_code connect() {
    if (socket_) return {};
    descriptor made{storage::real_system_calls(), ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (!made) return last_error();
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, options_.socket.c_str(), options_.socket.size() + 1);
    if (::connect(made.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) return last_error();
    socket_ = std::move(made);
    return {};
  }

  syslog_options options_;
  descriptor socket_;
};

}  // namespace

audit_sink file_sink(std::string path, on_failure failure) {
  const auto file = std::make_shared<log_file>(std::move(path));
  return {.name = "file",
          .write = [file](const decision& d, std::string_view line) { return file->write(d, line); },
          .reopen = [file] { return file->open(); },
          .failure = failure};
}

audit_sink descriptor_sink(int fd, on_failure failure) {
  return {.name = "descriptor",
          .write = [fd, writer = line_writer{}](
                       const decision&,
                       std::string_view line) mutable { return write_without_waiting(writer, fd, line); },
          .failure = failure};
}

audit_sink syslog_sink(syslog_options options, on_failure failure) {
  const auto daemon = std::make_shared<log_daemon>(std::move(options));
  return {.name = "syslog",
          .write = [daemon](const decision& d, std::string_view line) { return daemon->write(d, line); },
          .failure = failure};
}

audit_sink callback_sink(std::function<void(const decision&, std::string_view line)> call) {
  return {.name = "callback",
          .write = [call = std::move(call)](const decision& d, std::string_view line) -> std::error_code {
            call(d, line);
            return {};
          }};
}

}  // namespace uploadgate
