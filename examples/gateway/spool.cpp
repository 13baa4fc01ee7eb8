#include "spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace gateway {
namespace {

constexpr mode_t owner_only = 0600;

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

std::error_code spool::write(uploadgate::bytes_view bytes) {
  if (!budget_.take(bytes.size())) return make_error_code(std::errc::no_space_on_device);
  size_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return {errno, std::generic_category()};
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace gateway
