// Where an upload waits on the disk until it is accepted.
#pragma once

#include <uploadgate/bytes.hpp>

#include "storage/spool_file.hpp"

#include <atomic>
#include <cstdint>
#include <span>
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

// spool is the file in which one upload waits, within the budget. Its first bytes go through the page cache.
class spool {
 public:
  // `cached` bytes go through the page cache. Throws std::system_error.
  spool(const std::string& folder, disk_budget& budget, std::uint64_t cached);
  spool(const spool&) = delete;
  spool& operator=(const spool&) = delete;
  ~spool();

  std::span<std::byte> landing() { return file_.landing(); }
  // write appends. std::errc::no_space_on_device where the disk or the budget is full.
  std::error_code write(uploadgate::bytes_view bytes);
  std::error_code seal() { return file_.seal(); }
  std::size_t read(std::uint64_t at, std::span<std::byte> into, std::error_code& ec) {
    return file_.read(at, into, ec);
  }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] int descriptor() const { return file_.descriptor(); }

 private:
  disk_budget& budget_;
  uploadgate::storage::spool_file file_;
  std::uint64_t size_ = 0;
};

}  // namespace gateway
