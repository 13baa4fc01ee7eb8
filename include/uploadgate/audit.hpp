/// \file audit.hpp
/// The record of decisions: one JSON line each, into any number of sinks, and counters for Prometheus.
#pragma once

#include <uploadgate/decision.hpp>
#include <uploadgate/decision_counters.hpp>
#include <uploadgate/export.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace uploadgate {

/// on_failure says what comes of a line that a sink could not take.
enum class on_failure : std::uint8_t {
  count,  ///< it is counted as lost, and the upload goes on
  /// report also lets audit::record say so, for hosts that let nothing in without a record. Danger: a full
  /// disk then stops all uploads.
  report,
};

/// audit_sink is one place for lines; make it by one of the functions below, or fill in your own. Its
/// functions are called by one thread at a time. What they throw counts as a failure.
struct audit_sink {
  std::string name;  ///< for the counters: "file"
  /// write takes one line, with its line feed. The views live for the call.
  std::function<std::error_code(const decision&, std::string_view line)> write;
  std::function<std::error_code()> reopen{};  ///< may be empty
  on_failure failure = on_failure::count;
};

/// file_sink appends to a file, which it makes with mode 0640 (and the umask): one write(2) with O_APPEND a
/// line, so that several processes may share it. Rotation: where the path is another file than the one that
/// is open (logrotate's rename), the sink opens the path again by itself, with the first decision of a new
/// second of decision::time; audit::reopen does it at once. Truncation in place (copytruncate) works too, but
/// loses lines by its nature. Where a full disk takes half a line, the next one begins with a line feed.
/// It throws std::system_error where the file cannot be opened now; later it keeps the old one until it can.
[[nodiscard]] UPLOADGATE_EXPORT audit_sink file_sink(std::string path,
                                                     on_failure failure = on_failure::count);

/// descriptor_sink writes to an open file descriptor, which stays the caller's: standard error, a pipe, a
/// socket. It never waits: a line that a full pipe does not take at once is lost (EAGAIN).
[[nodiscard]] UPLOADGATE_EXPORT audit_sink descriptor_sink(int fd, on_failure failure = on_failure::count);

/// syslog_options is how a syslog_sink marks its lines (RFC 5424, section 6.2.1).
struct syslog_options {
  std::string identifier = "uploadgate";  ///< the program's name in the log
  unsigned facility = 16;                 ///< 0 to 23; 16 is local0
  std::string socket = "/dev/log";        ///< where the daemon listens
};

/// syslog_sink sends each line as one datagram to the system's log daemon, in the form of syslog(3), without
/// that function's process-wide state. systemd-journald, rsyslog and syslog-ng listen there. Severity is info
/// for an accepted file, notice for a rejected one, warning for one that was not judged or not stored. It
/// never waits, and finds a restarted daemon by itself. It throws configuration_error for wrong options.
[[nodiscard]] UPLOADGATE_EXPORT audit_sink syslog_sink(syslog_options options = {},
                                                       on_failure failure = on_failure::count);

/// callback_sink gives each line to a function.
[[nodiscard]] UPLOADGATE_EXPORT audit_sink
callback_sink(std::function<void(const decision&, std::string_view line)> call);

/// sink_state is how a sink fares.
struct sink_state {
  std::string name;
  std::uint64_t written = 0;  ///< lines
  std::uint64_t lost = 0;     ///< lines that it could not take
  std::error_code last_error{};
};

/// audit records decisions: it counts each, and writes its line to every sink. Copies share one record; any
/// number of threads may call it. It writes where it is called, without a thread of its own.
class UPLOADGATE_EXPORT audit {
 public:
  /// audit without sinks only counts.
  audit();
  explicit audit(std::vector<audit_sink> sinks);

  /// record counts the decision and writes its line. It gives an error only where a sink that should report
  /// its failures (on_failure::report) could not take the line, or there was no memory for one; let no file
  /// in then.
  std::error_code record(const decision& d) const noexcept;

  /// reopen lets every sink open its file again, after a rotation; the first error is given.
  std::error_code reopen() const noexcept;

  /// counters is what record() has counted.
  [[nodiscard]] const decision_counters& counters() const noexcept;
  /// sinks tells how each sink fares, in the order of the constructor.
  [[nodiscard]] std::vector<sink_state> sinks() const;

  /// prometheus gives counters and lost lines in Prometheus' text format 0.0.4
  /// (Content-Type: text/plain; version=0.0.4; charset=utf-8).
  [[nodiscard]] std::string prometheus() const;
  /// open_metrics gives the same as OpenMetrics text 1.0
  /// (Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8).
  [[nodiscard]] std::string open_metrics() const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace uploadgate
