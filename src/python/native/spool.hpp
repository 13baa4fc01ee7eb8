// Where the contents of an upload wait until they are accepted: in memory, and above a threshold in a file
// without a name.
#pragma once

#include <uploadgate/bytes.hpp>

#include <cstddef>
#include <cstdint>
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
  ~spool();
  spool(const spool&) = delete;
  spool& operator=(const spool&) = delete;

  std::error_code write(bytes_view bytes);
  // How many bytes there were from `offset` on; 0 at the end.
  std::size_t read(std::uint64_t offset, std::span<std::byte> to, std::error_code& ec) const;
  // Writes the range to another file, where that stands.
  std::error_code copy(std::uint64_t offset, std::uint64_t size, int to) const;
  [[nodiscard]] std::uint64_t size() const;
  [[nodiscard]] bool on_disk() const;
  [[nodiscard]] bool closed() const;
  // The file's descriptor, which stays the spool's own; what is in memory is written out first.
  int descriptor(std::error_code& ec);
  void close();

 private:
  std::error_code append(bytes_view bytes);
  std::error_code write_out(bytes_view bytes);

  mutable std::mutex mutex_;
  std::string folder_;
  std::uint64_t threshold_;
  std::uint64_t written_ = 0;      // bytes in the file
  std::vector<std::byte> memory_;  // what follows them
  int fd_ = -1;
  bool closed_ = false;
};

}  // namespace uploadgate::python
