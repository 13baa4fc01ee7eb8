#include "store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

}  // namespace

// An unnamed file: where the server dies, the kernel takes it back.
pending_file::pending_file(const std::filesystem::path& folder)
    : folder_{folder}, fd_{open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600)} {
  if (fd_ < 0) throw std::system_error(last_error(), folder.string());
}

pending_file::~pending_file() { close(fd_); }

std::error_code pending_file::write(uploadgate::bytes_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return last_error();
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

std::error_code pending_file::publish(const std::string& name) {
  if (fsync(fd_) != 0) return last_error();
  const std::string from = "/proc/self/fd/" + std::to_string(fd_);
  const std::string to = (folder_ / name).string();
  if (linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), AT_SYMLINK_FOLLOW) != 0 && errno != EEXIST)
    return last_error();
  return {};
}
