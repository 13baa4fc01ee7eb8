// The system calls of the vault, in a table: tests put failures in their place.
#pragma once

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>

#include <cerrno>
#include <cstddef>
#include <system_error>
#include <utility>

namespace uploadgate::storage {

// Each works as the call of its name: -1 and errno where it fails.
struct system_calls {
  // Opens beneath a folder, through no symbolic link. With AT_FDCWD it is the root, which the host chose.
  int (*open)(int folder, const char* path, int flags, mode_t mode);
  int (*close)(int fd);
  ssize_t (*pread)(int fd, void* to, std::size_t size, off_t offset);
  ssize_t (*pwrite)(int fd, const void* from, std::size_t size, off_t offset);
  int (*fsync)(int fd);
  int (*linkat)(int from_folder, const char* from, int to_folder, const char* to, int flags);
  int (*renameat)(int from_folder, const char* from, int to_folder, const char* to);
  int (*unlinkat)(int folder, const char* name, int flags);
  int (*mkdirat)(int folder, const char* name, mode_t mode);
  int (*flock)(int fd, int operation);
  int (*fstat)(int fd, struct stat* to);
  int (*fstatat)(int folder, const char* name, struct stat* to, int flags);
  int (*fstatvfs)(int fd, struct statvfs* to);
  ssize_t (*getdents)(int fd, void* to, std::size_t size);
  ssize_t (*getrandom)(void* to, std::size_t size, unsigned flags);
};

// The real ones.
const system_calls& real_system_calls() noexcept;

std::error_code last_error() noexcept;

// max_interruptions bounds how often a call that a signal interrupts is made again.
inline constexpr int max_interruptions = 1000;

// retry makes a call again while a signal interrupts it.
template <class Call>
auto retry(Call call) {
  auto answer = call();
  for (int i = 0; answer < 0 && errno == EINTR && i < max_interruptions; ++i) answer = call();
  return answer;
}

// descriptor owns an open file.
class descriptor {
 public:
  descriptor() = default;
  descriptor(const system_calls& calls, int fd) : calls_{&calls}, fd_{fd} {}
  descriptor(descriptor&& other) noexcept : calls_{other.calls_}, fd_{std::exchange(other.fd_, -1)} {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(calls_, other.calls_);
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~descriptor() {
    if (fd_ >= 0) calls_->close(fd_);
  }
  explicit operator bool() const { return fd_ >= 0; }
  [[nodiscard]] int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  const system_calls* calls_ = nullptr;
  int fd_ = -1;
};

}  // namespace uploadgate::storage
