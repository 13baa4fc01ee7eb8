// Where the contents of an upload wait until they are accepted: in memory, and above a threshold in a file
// without a name.
#pragma once

#include <uploadgate/bytes.hpp>

#include "storage/spool_file.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace uploadgate::python {

// Any number of threads may use it: a request may be given up, and its spool closed, while another thread
// writes.
class spool {
 public:
  spool(std::string folder, std::uint64_t threshold) : folder_{std::move(folder)}, threshold_{threshold} {}

  std::error_code write(bytes_view bytes);
  // How many bytes there were from `offset` on; 0 at the end.
  std::size_t read(std::uint64_t offset, std::span<std::byte> to, std::error_code& ec);
  // Writes the range to another file, where that stands.
  std::error_code copy(std::uint64_t offset, std::uint64_t size, int to);
  [[nodiscard]] std::uint64_t size() const;
  [[nodiscard]] bool on_disk() const;
  [[nodiscard]] bool closed() const;
  // The file's descriptor, which stays the spool's own; what is in memory is written out first.
  int descriptor(std::error_code& ec);
  void close();

 private:
  std::error_code open();

  mutable std::mutex mutex_;
  std::string folder_;
  std::uint64_t threshold_;
  std::vector<std::byte> memory_;              // all of it, as long as there is no file
  std::unique_ptr<storage::spool_file> file_;  // then all of it
  bool closed_ = false;
};

}  // namespace uploadgate::python
