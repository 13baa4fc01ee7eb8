#include "system_calls.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>

namespace uploadgate::storage {
namespace {

// One component at a time, none of them a link: for kernels without openat2.
int open_by_components(int folder, std::string_view path, int flags, mode_t mode) {
  int at = folder;
  for (;;) {
    const std::size_t slash = path.find('/');
    const bool last = slash == std::string_view::npos;
    const std::string component{path.substr(0, slash)};
    if (component.empty() || component == "..") {
      if (at != folder) ::close(at);
      errno = EXDEV;
      return -1;
    }
    const int next =
        ::openat(at, component.c_str(),
                 last ? flags | O_NOFOLLOW : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, last ? mode : 0);
    const int error = errno;
    if (at != folder) ::close(at);
    errno = error;
    if (next < 0 || last) return next;
    at = next;
    path.remove_prefix(slash + 1);
  }
}

int open_beneath(int folder, const char* path, int flags, mode_t mode) {
  if (folder == AT_FDCWD) return ::open(path, flags | O_CLOEXEC, mode);
#if defined(SYS_openat2)
  struct open_how how {};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  constexpr int renames = 100;  // EAGAIN: a rename somewhere made the kernel unsure
  for (int i = 0; i < renames; ++i) {
    const long opened = ::syscall(SYS_openat2, folder, path, &how, sizeof how);
    if (opened >= 0) return static_cast<int>(opened);
    if (errno != EAGAIN) break;
  }
  // EPERM: most likely a seccomp filter that is older than the call; the other way says it again if not.
  if (errno != ENOSYS && errno != EPERM) return -1;
#endif
  return open_by_components(folder, path, flags | O_CLOEXEC, mode);
}

}  // namespace

const system_calls& real_system_calls() noexcept {
  static constexpr system_calls calls{
      .open = open_beneath,
      .close = ::close,
      .pread = ::pread,
      .pwrite = ::pwrite,
      .fsync = ::fsync,
      .linkat = ::linkat,
      .renameat = ::renameat,
      .unlinkat = ::unlinkat,
      .mkdirat = ::mkdirat,
      .flock = ::flock,
      .fstat = ::fstat,
      .fstatat = ::fstatat,
      .fstatvfs = ::fstatvfs,
      .getdents = [](int fd, void* to, std::size_t size) -> ssize_t { return ::getdents64(fd, to, size); },
      .getrandom = ::getrandom,
  };
  return calls;
}

std::error_code last_error() noexcept { return {errno, std::generic_category()}; }

}  // namespace uploadgate::storage
