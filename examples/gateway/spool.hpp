// Where an upload waits on the disk until it is accepted.
#pragma once

#include <uploadgate/bytes.hpp>

#include <atomic>
#include <cstdint>
#include <string>
#include <system_error>

namespace gateway {

// disk_budget caps what all spools together hold. Thread-safe.
class disk_budget {
 public:
  explicit disk_budget(std::uint64_t most) : most_{most} {}
  bool take(std::uint64_t bytes);
  void give(std::uint64_t bytes) { used_ -= bytes; }
  [[nodiscard]] std::uint64_t used() const { return used_; }

 private:
  const std::uint64_t most_;
  std::atomic<std::uint64_t> used_{0};
};

// spool is an unnamed temporary file that only its owner may read (0600). It is gone when it is destroyed, or
// when the process ends in whatever way.
class spool {
 public:
  spool(const std::string& folder, disk_budget& budget);  // throws std::system_error
  spool(const spool&) = delete;
  spool& operator=(const spool&) = delete;
  ~spool();

  // write appends. std::errc::no_space_on_device where the disk or the budget is full.
  std::error_code write(uploadgate::bytes_view bytes);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] int descriptor() const { return fd_; }

 private:
  bool set_aside(std::uint64_t end);

  disk_budget& budget_;
  int fd_;
  std::uint64_t size_ = 0;
  std::uint64_t set_aside_ = 0;
};

}  // namespace gateway
