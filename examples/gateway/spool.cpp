#include "spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <limits>

namespace gateway {
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

spool::spool(const std::string& folder, disk_budget& budget) : budget_{budget}, fd_{open_unnamed(folder)} {
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

std::error_code spool::write(uploadgate::bytes_view bytes) {
  if (!budget_.take(bytes.size())) return make_error_code(std::errc::no_space_on_device);
  size_ += bytes.size();
  if (!set_aside(size_)) return make_error_code(std::errc::no_space_on_device);
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return {errno, std::generic_category()};
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace gateway
