#include "spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>

namespace gateway {

using uploadgate::bytes_view;

namespace {

constexpr mode_t owner_only = 0600;
constexpr std::uint64_t prepared_from = uploadgate::MiB;  // smaller uploads are not worth the call
constexpr std::uint64_t prepared_step = 16 * uploadgate::MiB;

int open_unnamed(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, owner_only);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
  std::string name = folder + "/uploadgate-XXXXXX";  // a file system without O_TMPFILE
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

bool disk_budget::take(std::uint64_t bytes) {
  if (used_.fetch_add(bytes) + bytes <= most_) return true;
  used_ -= bytes;
  return false;
}

spool::spool(const std::string& folder, disk_budget& budget, std::uint64_t cached)
    : budget_{budget}, cached_{cached - cached % page}, fd_{open_unnamed(folder)} {
  if (fd_ < 0) throw std::system_error{errno, std::generic_category(), folder};
}

spool::~spool() {
  ::close(fd_);
  budget_.give(size_);
}

// Space that is set aside in large steps costs the kernel half as much as a block at a time.
bool spool::set_aside(std::uint64_t end) {
  if (end <= set_aside_ || end <= prepared_from) return true;
  const std::uint64_t step = std::max(prepared_step, end - set_aside_);
  const int failed = ::fallocate(fd_, 0, static_cast<off_t>(set_aside_), static_cast<off_t>(step));
  if (failed && errno == ENOSPC) return false;
  set_aside_ =
      failed ? std::numeric_limits<std::uint64_t>::max() : set_aside_ + step;  // not every file system can
  return true;
}

// Where the file system cannot, the bytes go the common way.
void spool::past_the_cache(bool wanted) {
  const int flags = ::fcntl(fd_, F_GETFL);
  (void)::fcntl(fd_, F_SETFL, wanted ? flags | O_DIRECT : flags & ~O_DIRECT);
}

std::error_code spool::write(uploadgate::bytes_view bytes) {
  if (!budget_.take(bytes.size())) return make_error_code(std::errc::no_space_on_device);
  const std::uint64_t room = cached_ - std::min(size_, cached_);
  size_ += bytes.size();
  if (!set_aside(size_)) return make_error_code(std::errc::no_space_on_device);
  const bytes_view small = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size())));
  if (failed_) return failed_;
  if (const std::error_code ec = write_now(small)) return ec;
  return small.size() < bytes.size() ? append(bytes.subspan(small.size())) : std::error_code{};
}

std::span<std::byte> spool::landing() {
  if (size_ < cached_) return {};
  if (block_.empty()) block_.resize(block_size);
  if (block_.size() - filled_ < least_landing) failed_ = flush(block_);
  landed_ = true;
  return std::span{block_}.subspan(failed_ ? 0 : filled_);
}

std::error_code spool::append(bytes_view bytes) {
  if (block_.empty()) block_.resize(block_size);
  const std::less_equal<> before;
  if (before(block_.data(), bytes.data()) &&
      before(bytes.data() + bytes.size(), block_.data() + block_size)) {
    if (bytes.data() != block_.data() + filled_)
      std::memmove(block_.data() + filled_, bytes.data(), bytes.size());
    filled_ += bytes.size();
    return {};
  }
  if (landed_) {
    other_.resize(block_size);
    if (const std::error_code ec = flush(other_)) return ec;
    block_.swap(other_);
    landed_ = false;
  }
  while (!bytes.empty()) {
    const std::size_t n = std::min(bytes.size(), block_.size() - filled_);
    std::memcpy(block_.data() + filled_, bytes.data(), n);
    filled_ += n;
    bytes = bytes.subspan(n);
    if (filled_ < block_.size()) continue;
    if (const std::error_code ec = flush(block_)) return ec;
  }
  return {};
}

// Whole pages only: of what is left, more is to come.
std::error_code spool::flush(block& tail_to) {
  const bytes_view all = bytes_view{block_}.first(filled_);
  const bytes_view whole = all.first(filled_ - filled_ % page);
  past_the_cache(true);
  if (const std::error_code ec = write_now(whole)) return ec;
  filled_ -= whole.size();
  std::memmove(tail_to.data(), all.data() + whole.size(), filled_);
  return {};
}

std::error_code spool::seal() {
  if (size_ <= cached_) return {};
  if (const std::error_code ec = failed_ ? failed_ : flush(block_)) return ec;
  past_the_cache(false);
  const std::error_code ec = write_now(bytes_view{block_}.first(filled_));
  filled_ = 0;
  return ec;
}

std::size_t spool::read(std::uint64_t at, std::span<std::byte> into) {
  if (const std::error_code ec = seal()) return 0;
  const ssize_t n = ::pread(fd_, into.data(), into.size(), static_cast<off_t>(at));
  return n > 0 ? static_cast<std::size_t>(n) : 0;
}

std::error_code spool::write_now(bytes_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EINVAL && (::fcntl(fd_, F_GETFL) & O_DIRECT)) {  // a disk with larger sectors
      past_the_cache(false);
      continue;
    }
    if (n < 0) return {errno, std::generic_category()};
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace gateway
