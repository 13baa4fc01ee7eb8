/// \file journal.hpp
/// Lines that are written while long work goes on, so that work which was interrupted can be taken up. Linux.
#pragma once

#include <uploadgate/export.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace uploadgate {

/// journal is a file of lines that gets its name when it is complete: until then it is PATH.part. A journal
/// that finds a PATH.part goes on with it; a last line that was torn off is cut away. One process writes at a
/// time (flock). add() may be called by one thread at a time.
///
/// It survives the end of the process however it ends; after a power failure the last lines may be missing,
/// and are then made again.
class UPLOADGATE_EXPORT journal {
 public:
  /// journal opens PATH.part, and calls `each` with every whole line that is there. It throws
  /// std::system_error; with std::errc::device_or_resource_busy where another process writes it.
  journal(const std::string& path, const std::function<void(std::string_view line)>& each);
  journal(journal&&) noexcept;
  journal& operator=(journal&&) noexcept;
  ~journal();

  /// add writes one line, without its line feed, in one call of the system. It throws std::system_error.
  void add(std::string_view line);
  /// complete waits until the lines are on the disk and gives the file its name, replacing an older one.
  void complete();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// for_each_line calls `each` with every line of a file of lines, in bounded memory; "-" is standard input. A
/// last line without a line feed counts as torn off: it is left out, and true is the answer. It throws
/// std::system_error where the file cannot be read, and std::length_error where a line is longer than
/// `most` bytes.
UPLOADGATE_EXPORT bool for_each_line(const std::string& path, std::size_t most,
                                     const std::function<void(std::string_view line)>& each);

}  // namespace uploadgate
