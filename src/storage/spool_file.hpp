// A file without a name, in which an upload waits until it is accepted.
#pragma once

#include <uploadgate/bytes.hpp>

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <system_error>

namespace uploadgate::storage {

// spool_file is a file that only its owner may read (0600), and that is gone when it is destroyed, or when
// the process ends in whatever way. One thread at a time.
//
// Its first bytes go through the page cache, where a small upload is gone before it comes to the disk. What
// is behind them goes past it, a block at a time (O_DIRECT): a large upload then neither takes the memory of
// everything else on the machine, nor the processor time that so many new pages cost.
class spool_file {
 public:
  // `cached` bytes go through the page cache.
  explicit spool_file(std::uint64_t cached);
  ~spool_file();
  spool_file(const spool_file&) = delete;
  spool_file& operator=(const spool_file&) = delete;

  // open is called once, before everything else.
  std::error_code open(const std::string& folder);
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  // landing is memory to read the next bytes into. What of them is then written, in their order, is copied
  // only where other bytes came between. It lives until the next call, and is empty where it would be no
  // gain.
  std::span<std::byte> landing();
  // write appends. An error is final.
  std::error_code write(bytes_view bytes);
  // seal puts all that was written into the file, from which it may be read then; more may be written behind.
  std::error_code seal();
  // read fills `to` with what stands at an offset, and gives how many bytes it has read: 0 at the end. It
  // seals.
  std::size_t read(std::uint64_t at, std::span<std::byte> to, std::error_code& ec);
  [[nodiscard]] std::uint64_t size() const { return written_ + filled_; }
  [[nodiscard]] int descriptor() const { return fd_; }

 private:
  struct release {
    void operator()(std::byte* memory) const;
  };
  using memory = std::unique_ptr<std::byte, release>;

  static memory allocate(std::size_t size);
  bool set_aside(std::uint64_t end);
  bool write_cached(bytes_view bytes);
  bool write_past_the_cache(bytes_view bytes);
  void make_blocks();
  std::byte* other_block() const;
  bool flush(std::byte* tail_to);
  bool write_out(bytes_view first, bytes_view second);
  std::size_t read_past_the_cache(std::uint64_t at, std::span<std::byte> to);
  ssize_t read_in(std::uint64_t at, std::span<std::byte> to) const;
  bool fail();
  void use_the_cache(bool wanted);

  const std::uint64_t cached_;
  int fd_ = -1;
  std::uint64_t set_aside_ = 0;
  std::uint64_t written_ = 0;   // bytes of the file, whole pages
  memory small_;                // holds what goes through the cache
  memory large_;                // holds two blocks
  std::byte* block_ = nullptr;  // what stands behind the file's bytes
  std::size_t filled_ = 0;      // of the block
  bool landed_ = false;         // behind that there may be bytes that come later
  bool sealed_ = true;
  std::error_code failed_;
};

}  // namespace uploadgate::storage
