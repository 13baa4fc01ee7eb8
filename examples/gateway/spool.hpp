// Where an upload waits on the disk until it is accepted.
#pragma once

#include <uploadgate/bytes.hpp>

#include <boost/align/aligned_allocator.hpp>

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <system_error>
#include <vector>

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
//
// Its first bytes go through the page cache, where a small upload is gone before it comes to the disk. What
// is behind them goes past it, a block at a time (O_DIRECT): a large upload then neither takes the memory of
// everything else on the machine, nor the processor time that so many new pages cost.
class spool {
 public:
  // `cached` bytes go through the page cache. Throws std::system_error.
  spool(const std::string& folder, disk_budget& budget, std::uint64_t cached);
  spool(const spool&) = delete;
  spool& operator=(const spool&) = delete;
  ~spool();

  // landing is memory to read the next bytes into. What of them is then written, in their order, is copied
  // only where other bytes came between. It lives until the next call, and is empty where it would be no
  // gain.
  std::span<std::byte> landing();
  // write appends. std::errc::no_space_on_device where the disk or the budget is full.
  std::error_code write(uploadgate::bytes_view bytes);
  // seal puts all that was written into the file, from which it may be read then; more may be written behind.
  std::error_code seal();
  // read fills `into` with what stands at an offset, and gives how many bytes it has read: 0 where it cannot.
  std::size_t read(std::uint64_t at, std::span<std::byte> into);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] int descriptor() const { return fd_; }

 private:
  static constexpr std::size_t page = 4096;                   // no disk asks for a coarser alignment
  static constexpr std::size_t block_size = uploadgate::MiB;  // smaller ones cost more calls than they save

  static constexpr std::size_t least_landing = 128 * uploadgate::KiB;
  using block = std::vector<std::byte, boost::alignment::aligned_allocator<std::byte, page>>;

  bool set_aside(std::uint64_t end);
  std::error_code append(uploadgate::bytes_view bytes);
  std::error_code flush(block& tail_to);
  std::error_code write_now(uploadgate::bytes_view bytes);
  void past_the_cache(bool wanted);

  disk_budget& budget_;
  const std::uint64_t cached_;
  int fd_;
  std::uint64_t size_ = 0;
  std::uint64_t set_aside_ = 0;
  block block_;
  block other_;             // takes over where such bytes are in the way
  std::size_t filled_ = 0;  // of the block
  bool landed_ = false;     // behind that there may be bytes that come later
  std::error_code failed_;  // of landing()
};

}  // namespace gateway
