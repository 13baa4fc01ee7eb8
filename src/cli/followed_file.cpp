#include "followed_file.hpp"

#include <uploadgate/bytes.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace uploadgate::cli {
namespace {

constexpr std::size_t longest_line = 1 * MiB;  // of a longer one only the end is given

}  // namespace

followed_file::followed_file(std::string path) : path_{std::move(path)} {}

followed_file::~followed_file() {
  if (fd_ > STDIN_FILENO) ::close(fd_);
}

bool followed_file::open() {
  if (fd_ > STDIN_FILENO) ::close(fd_);
  fd_ = path_ == "-" ? STDIN_FILENO : ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  half_.clear();
  if (fd_ < 0 && errno != ENOENT) throw std::system_error(errno, std::generic_category(), path_);
  return fd_ >= 0;
}

void followed_file::read_to_end(const std::function<void(std::string_view)>& each) {
  std::array<char, 64 * KiB> block{};
  for (;;) {
    const ssize_t n = ::read(fd_, block.data(), block.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw std::system_error(errno, std::generic_category(), path_);
    if (n == 0) return;
    half_.append(block.data(), static_cast<std::size_t>(n));
    std::string_view rest = half_;
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      if (end > 0) each(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
    half_.erase(0, half_.size() - rest.size());
    if (half_.size() > longest_line) half_.clear();
  }
}

bool followed_file::was_cut() const {
  struct stat mine {};
  return ::fstat(fd_, &mine) == 0 && S_ISREG(mine.st_mode) && mine.st_size < ::lseek(fd_, 0, SEEK_CUR);
}

bool followed_file::was_replaced() const {
  struct stat mine {};
  struct stat named {};
  if (path_ == "-" || ::stat(path_.c_str(), &named) != 0 || ::fstat(fd_, &mine) != 0) return false;
  // While nothing stands in the new one, writers may still be at the old one.
  return named.st_size > 0 && (named.st_dev != mine.st_dev || named.st_ino != mine.st_ino);
}

bool followed_file::read_lines(const std::function<void(std::string_view)>& each) {
  if (fd_ < 0 && !open()) return false;
  if (was_cut()) ::lseek(fd_, 0, SEEK_SET);
  read_to_end(each);
  while (was_replaced()) {
    read_to_end(each);  // what came between the two looks
    if (!open()) return true;
    read_to_end(each);
  }
  return true;
}

}  // namespace uploadgate::cli
