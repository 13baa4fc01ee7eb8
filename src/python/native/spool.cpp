#include "spool.hpp"

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace uploadgate::python {
namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

int open_nameless(const std::string& folder) {
#ifdef O_TMPFILE
  const int fd = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) return fd;
#endif
  std::string name = folder + "/uploadgate-XXXXXX";
  const int named = mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) unlink(name.c_str());
  return named;
}

}  // namespace

spool::~spool() {
  if (fd_ >= 0) ::close(fd_);
}

std::uint64_t spool::size() const {
  const std::scoped_lock lock{mutex_};
  return size_;
}

bool spool::on_disk() const {
  const std::scoped_lock lock{mutex_};
  return fd_ >= 0;
}

bool spool::closed() const {
  const std::scoped_lock lock{mutex_};
  return closed_;
}

std::error_code spool::write(bytes_view bytes) {
  const std::scoped_lock lock{mutex_};
  if (closed_) return std::make_error_code(std::errc::bad_file_descriptor);
  if (fd_ < 0 && size_ + bytes.size() <= threshold_) {
    memory_.insert(memory_.end(), bytes.begin(), bytes.end());
    size_ += bytes.size();
    return {};
  }
  if (fd_ < 0)
    if (const std::error_code ec = roll_over()) return ec;
  return append(bytes);
}

std::error_code spool::roll_over() {
  fd_ = open_nameless(folder_);
  if (fd_ < 0) return last_error();
  const std::vector<std::byte> kept = std::exchange(memory_, {});
  size_ = 0;
  return append(kept);
}

std::error_code spool::append(bytes_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return last_error();
    size_ += static_cast<std::uint64_t>(n);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

std::size_t spool::read(std::uint64_t offset, std::span<std::byte> to, std::error_code& ec) const {
  const std::scoped_lock lock{mutex_};
  ec = {};
  if (closed_) ec = std::make_error_code(std::errc::bad_file_descriptor);
  if (ec || offset >= size_) return 0;
  const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(to.size(), size_ - offset));
  if (fd_ < 0) {
    std::copy_n(memory_.begin() + static_cast<std::ptrdiff_t>(offset), wanted, to.begin());
    return wanted;
  }
  ssize_t n = -1;
  do n = ::pread(fd_, to.data(), wanted, static_cast<off_t>(offset));
  while (n < 0 && errno == EINTR);
  if (n < 0) ec = last_error();
  return n < 0 ? 0 : static_cast<std::size_t>(n);
}

std::error_code spool::copy(std::uint64_t offset, std::uint64_t size, int to) const {
  std::vector<std::byte> block(256 * KiB);
  while (size > 0) {
    std::error_code ec;
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, block.size()));
    const std::size_t got = read(offset, {block.data(), wanted}, ec);
    if (got == 0) return ec ? ec : std::make_error_code(std::errc::io_error);
    for (bytes_view rest{block.data(), got}; !rest.empty();) {
      const ssize_t n = ::write(to, rest.data(), rest.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return last_error();
      rest = rest.subspan(static_cast<std::size_t>(n));
    }
    offset += got;
    size -= got;
  }
  return {};
}

int spool::descriptor(std::error_code& ec) {
  const std::scoped_lock lock{mutex_};
  ec = closed_ ? std::make_error_code(std::errc::bad_file_descriptor) : std::error_code{};
  if (!ec && fd_ < 0) ec = roll_over();
  return ec ? -1 : fd_;
}

void spool::close() {
  const std::scoped_lock lock{mutex_};
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  memory_ = {};
  size_ = 0;
  closed_ = true;
}

}  // namespace uploadgate::python
