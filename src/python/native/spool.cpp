#include "spool.hpp"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

namespace uploadgate::python {
namespace {

constexpr std::uint64_t block = 64 * KiB;

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
  return written_ + memory_.size();
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
  if (fd_ >= 0) return append(bytes);
  if (memory_.size() + bytes.size() <= threshold_) {
    memory_.insert(memory_.end(), bytes.begin(), bytes.end());
    return {};
  }
  fd_ = open_nameless(folder_);
  return fd_ < 0 ? last_error() : append(bytes);
}

// Writes as far as whole blocks go, and keeps the rest for the next ones: the kernel's cache takes half as
// long for writes that begin and end where its blocks do.
std::error_code spool::append(bytes_view bytes) {
  const std::uint64_t end = written_ + memory_.size() + bytes.size();
  const std::uint64_t whole = end - end % block;
  if (whole <= written_ + memory_.size()) {
    memory_.insert(memory_.end(), bytes.begin(), bytes.end());
    return {};
  }
  const auto now = static_cast<std::size_t>(whole - written_ - memory_.size());
  if (const std::error_code ec = write_out(bytes.first(now))) return ec;
  if (memory_.capacity() > 2 * block) memory_ = std::vector<std::byte>{};  // what waited below the threshold
  const bytes_view rest = bytes.subspan(now);
  memory_.assign(rest.begin(), rest.end());
  return {};
}

// What is in memory, and then the bytes.
std::error_code spool::write_out(bytes_view bytes) {
  bytes_view memory{memory_};
  while (!memory.empty() || !bytes.empty()) {
    const std::array<iovec, 2> both{{{const_cast<std::byte*>(memory.data()), memory.size()},
                                     {const_cast<std::byte*>(bytes.data()), bytes.size()}}};
    const ssize_t n = ::pwritev(fd_, both.data(), 2, static_cast<off_t>(written_));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return last_error();
    written_ += static_cast<std::uint64_t>(n);
    const std::size_t of_memory = std::min(memory.size(), static_cast<std::size_t>(n));
    bytes = bytes.subspan(static_cast<std::size_t>(n) - of_memory);
    memory_.erase(memory_.begin(), memory_.begin() + static_cast<std::ptrdiff_t>(of_memory));
    memory = memory_;
  }
  return {};
}

std::size_t spool::read(std::uint64_t offset, std::span<std::byte> to, std::error_code& ec) const {
  const std::scoped_lock lock{mutex_};
  ec = closed_ ? std::make_error_code(std::errc::bad_file_descriptor) : std::error_code{};
  if (ec || offset >= written_ + memory_.size()) return 0;
  if (offset >= written_) {
    const bytes_view from = bytes_view{memory_}.subspan(static_cast<std::size_t>(offset - written_));
    const std::size_t n = std::min(to.size(), from.size());
    std::ranges::copy(from.first(n), to.begin());
    return n;
  }
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(to.size(), written_ - offset));
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
  if (!ec && fd_ < 0) {
    fd_ = open_nameless(folder_);
    if (fd_ < 0) ec = last_error();
  }
  if (!ec) ec = write_out({});
  return ec ? -1 : fd_;
}

void spool::close() {
  const std::scoped_lock lock{mutex_};
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  memory_ = std::vector<std::byte>{};
  written_ = 0;
  closed_ = true;
}

}  // namespace uploadgate::python
