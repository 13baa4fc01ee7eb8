#include "spool_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <new>

namespace uploadgate::storage {
namespace {

constexpr mode_t owner_only = 0600;
constexpr std::size_t cache_step =
    64 * KiB;                                // the kernel's cache takes half as long for its own whole blocks
constexpr std::size_t page = 4 * KiB;        // no disk asks for a coarser alignment
constexpr std::size_t block_size = 1 * MiB;  // smaller ones cost more calls than they save
constexpr std::size_t least_landing = 128 * KiB;
constexpr std::size_t least_direct_read =
    64 * KiB;  // smaller ones are better served by the kernel's reading ahead
constexpr std::uint64_t set_aside_from = 1 * MiB;  // smaller uploads are not worth the call
constexpr std::uint64_t set_aside_step = 16 * MiB;
constexpr std::uint64_t without_end = std::numeric_limits<std::uint64_t>::max();

int open_unnamed(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, owner_only);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) return fd;
  std::string name = folder + "/uploadgate-XXXXXX";  // a file system without O_TMPFILE
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

void spool_file::release::operator()(std::byte* memory) const { std::free(memory); }

spool_file::memory spool_file::allocate(std::size_t size) {
  memory m{static_cast<std::byte*>(std::aligned_alloc(size, size))};
  if (!m) throw std::bad_alloc{};
  return m;
}

spool_file::spool_file(std::uint64_t cached) : cached_{cached - cached % cache_step} {}

spool_file::~spool_file() {
  if (fd_ >= 0) ::close(fd_);
}

std::error_code spool_file::open(const std::string& folder) {
  fd_ = open_unnamed(folder);
  if (fd_ < 0) fail();
  return failed_;
}

bool spool_file::fail() {
  failed_ = {errno, std::generic_category()};
  return false;
}

std::error_code spool_file::write(bytes_view bytes) {
  if (failed_ || !set_aside(size() + bytes.size())) return failed_;
  sealed_ = false;
  const std::uint64_t room = cached_ - std::min(size(), cached_);
  const auto small = static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size()));
  (void)(write_cached(bytes.first(small)) && write_past_the_cache(bytes.subspan(small)));
  return failed_;
}

// Space that is set aside in large steps costs the kernel half as much as a block at a time.
bool spool_file::set_aside(std::uint64_t end) {
  if (end <= set_aside_ || end <= set_aside_from) return true;
  const std::uint64_t step = std::max(set_aside_step, end - set_aside_);
  const int failed = ::fallocate(fd_, 0, static_cast<off_t>(set_aside_), static_cast<off_t>(step));
  if (failed && errno == ENOSPC) return fail();
  set_aside_ = failed ? without_end : set_aside_ + step;  // not every file system can
  return true;
}

bool spool_file::write_cached(bytes_view bytes) {
  if (bytes.empty()) return true;
  if (!small_) small_ = allocate(cache_step);
  block_ = small_.get();
  const std::size_t all = filled_ + bytes.size();
  if (const std::size_t whole = all - all % cache_step; whole > 0) {
    const bytes_view now = bytes.first(whole - filled_);
    if (!write_out({block_, filled_}, now)) return false;
    filled_ = 0;
    bytes = bytes.subspan(now.size());
  }
  std::ranges::copy(bytes, block_ + filled_);
  filled_ += bytes.size();
  return true;
}

// What goes through the cache ends with a whole step: nothing of it waits any more. The two blocks are one
// large page, which for the disk is one piece, and not 512.
void spool_file::make_blocks() {
  if (large_) return;
  large_ = allocate(2 * block_size);
  (void)::madvise(large_.get(), 2 * block_size, MADV_HUGEPAGE);
  small_.reset();
  block_ = large_.get();
}

std::byte* spool_file::other_block() const {
  return block_ == large_.get() ? block_ + block_size : large_.get();
}

std::span<std::byte> spool_file::landing() {
  if (failed_ || size() < cached_) return {};
  make_blocks();
  if (block_size - filled_ < least_landing && !flush(block_)) return {};
  landed_ = true;
  return {block_ + filled_, block_size - filled_};
}

bool spool_file::write_past_the_cache(bytes_view bytes) {
  if (bytes.empty()) return true;
  make_blocks();
  const std::less_equal<const std::byte*> not_behind;
  if (not_behind(block_, bytes.data()) && not_behind(bytes.data() + bytes.size(), block_ + block_size)) {
    if (bytes.data() != block_ + filled_) std::memmove(block_ + filled_, bytes.data(), bytes.size());
    filled_ += bytes.size();
    return true;
  }
  if (landed_) {
    std::byte* const other = other_block();
    if (!flush(other)) return false;
    block_ = other;
    landed_ = false;
  }
  while (!bytes.empty()) {
    const bytes_view now = bytes.first(std::min(bytes.size(), block_size - filled_));
    std::ranges::copy(now, block_ + filled_);
    filled_ += now.size();
    bytes = bytes.subspan(now.size());
    if (filled_ == block_size && !flush(block_)) return false;
  }
  return true;
}

// Whole pages only: of what is left, more is to come.
bool spool_file::flush(std::byte* tail_to) {
  const std::size_t whole = filled_ - filled_ % page;
  use_the_cache(false);
  if (!write_out({block_, whole}, {})) return false;
  filled_ -= whole;
  if (filled_ > 0) std::memmove(tail_to, block_ + whole, filled_);
  return true;
}

// What is no whole page stays in the block: where more follows, it is written again.
std::error_code spool_file::seal() {
  if (failed_ || sealed_ || (large_ && !flush(block_))) return failed_;
  use_the_cache(true);
  const std::uint64_t before = written_;
  if (!write_out({block_, filled_}, {})) return failed_;
  written_ = before;
  if (set_aside_ > size() && ::ftruncate(fd_, static_cast<off_t>(size())) != 0) fail();
  if (set_aside_ != without_end) set_aside_ = std::min(set_aside_, size());
  sealed_ = !failed_;
  return failed_;
}

std::size_t spool_file::read(std::uint64_t at, std::span<std::byte> to, std::error_code& ec) {
  ec = seal();
  if (ec || at >= size()) return 0;
  if (large_ && at >= cached_ && to.size() >= least_direct_read) {
    if (const std::size_t n = read_past_the_cache(at, to); n > 0) return n;
  }
  const ssize_t n = read_in(at, to);
  if (n < 0) ec = {errno, std::generic_category()};
  return n < 0 ? 0 : static_cast<std::size_t>(n);
}

// What was never in the cache need not go through it on its way back. 0 where that cannot be done.
std::size_t spool_file::read_past_the_cache(std::uint64_t at, std::span<std::byte> to) {
  std::byte* const from = other_block();
  const auto ahead = static_cast<std::size_t>(at % page);
  const std::size_t pages = (ahead + to.size() + page - 1) / page * page;
  use_the_cache(false);
  const ssize_t got = read_in(at - ahead, {from, std::min(pages, block_size)});
  use_the_cache(true);
  if (got <= static_cast<ssize_t>(ahead)) return 0;
  const std::size_t n = std::min(to.size(), static_cast<std::size_t>(got) - ahead);
  std::copy_n(from + ahead, n, to.begin());
  return n;
}

ssize_t spool_file::read_in(std::uint64_t at, std::span<std::byte> to) const {
  ssize_t n = -1;
  do n = ::pread(fd_, to.data(), to.size(), static_cast<off_t>(at));
  while (n < 0 && errno == EINTR);
  return n;
}

// Where the file system cannot do without, the bytes go through it.
void spool_file::use_the_cache(bool wanted) {
  const int flags = ::fcntl(fd_, F_GETFL);
  (void)::fcntl(fd_, F_SETFL, wanted ? flags & ~O_DIRECT : flags | O_DIRECT);
}

bool spool_file::write_out(bytes_view first, bytes_view second) {
  while (!first.empty() || !second.empty()) {
    const std::array<iovec, 2> both{{{const_cast<std::byte*>(first.data()), first.size()},
                                     {const_cast<std::byte*>(second.data()), second.size()}}};
    const ssize_t n = ::pwritev(fd_, both.data(), both.size(), static_cast<off_t>(written_));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EINVAL && (::fcntl(fd_, F_GETFL) & O_DIRECT)) {  // a disk with larger sectors
      use_the_cache(true);
      continue;
    }
    if (n < 0) return fail();
    const auto done = static_cast<std::size_t>(n);
    written_ += done;
    const std::size_t of_first = std::min(done, first.size());
    first = first.subspan(of_first);
    second = second.subspan(done - of_first);
  }
  return true;
}

}  // namespace uploadgate::storage
