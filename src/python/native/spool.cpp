#include "spool.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace uploadgate::python {
namespace {

constexpr std::uint64_t cached = 32 * MiB;  // what is behind them goes past the kernel's cache

std::error_code last_error() { return {errno, std::generic_category()}; }

}  // namespace

std::uint64_t spool::size() const {
  const std::scoped_lock lock{mutex_};
  return file_ ? file_->size() : memory_.size();
}

bool spool::on_disk() const {
  const std::scoped_lock lock{mutex_};
  return file_ != nullptr;
}

bool spool::closed() const {
  const std::scoped_lock lock{mutex_};
  return closed_;
}

// Moves what is in memory to a file.
std::error_code spool::open() {
  auto file = std::make_unique<storage::spool_file>(cached);
  if (const std::error_code ec = file->open(folder_)) return ec;
  if (const std::error_code ec = file->write(memory_)) return ec;
  memory_ = std::vector<std::byte>{};
  file_ = std::move(file);
  return {};
}

std::error_code spool::write(bytes_view bytes) {
  const std::scoped_lock lock{mutex_};
  if (closed_) return std::make_error_code(std::errc::bad_file_descriptor);
  if (!file_ && memory_.size() + bytes.size() <= threshold_) {
    memory_.insert(memory_.end(), bytes.begin(), bytes.end());
    return {};
  }
  if (const std::error_code ec = file_ ? std::error_code{} : open()) return ec;
  return file_->write(bytes);
}

std::size_t spool::read(std::uint64_t offset, std::span<std::byte> to, std::error_code& ec) {
  const std::scoped_lock lock{mutex_};
  ec = closed_ ? std::make_error_code(std::errc::bad_file_descriptor) : std::error_code{};
  if (ec) return 0;
  if (file_) return file_->read(offset, to, ec);
  const bytes_view all{memory_};
  const bytes_view from = all.subspan(static_cast<std::size_t>(std::min<std::uint64_t>(offset, all.size())));
  const std::size_t n = std::min(to.size(), from.size());
  std::ranges::copy(from.first(n), to.begin());
  return n;
}

std::error_code spool::copy(std::uint64_t offset, std::uint64_t size, int to) {
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
  if (!ec && !file_) ec = open();
  if (!ec) ec = file_->seal();
  return ec ? -1 : file_->descriptor();
}

void spool::close() {
  const std::scoped_lock lock{mutex_};
  file_.reset();
  memory_ = std::vector<std::byte>{};
  closed_ = true;
}

}  // namespace uploadgate::python
