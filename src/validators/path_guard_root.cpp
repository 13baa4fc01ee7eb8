#include "path_guard_root.hpp"

#include <boost/filesystem/operations.hpp>
#include <boost/filesystem/path.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#if defined(__linux__)
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

namespace uploadgate {
namespace {

namespace fs = boost::filesystem;

std::string words(int error) { return std::generic_category().message(error); }

result from_errno(int error) {
  switch (error) {
    case 0:
    case ENOENT:
      return {};
    case ELOOP:
      return {errc::name_outside_root, "a symbolic link"};
    case EXDEV:
      return {errc::name_outside_root, "resolves outside the root"};
    case ENAMETOOLONG:
      return {errc::name_too_long, "for the file system of the root"};
    default:
      return {errc::name_root_unreadable, words(error)};
  }
}

// The error of looking at one component without following a link; 0 where it is there.
int look(int root, const char* component) {
  struct stat status {};
  if (::fstatat(root, component, &status, AT_SYMLINK_NOFOLLOW) != 0) return errno;
  return S_ISLNK(status.st_mode) ? ELOOP : 0;
}

int resolve(int root, const char* component) {
#if defined(SYS_openat2)
  struct open_how how {};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  const long opened = ::syscall(SYS_openat2, root, component, &how, sizeof how);
  if (opened >= 0) {
    ::close(static_cast<int>(opened));
    return 0;
  }
  // EAGAIN: the kernel saw a rename and could not be sure. EPERM: a seccomp filter older than the call.
  if (errno != ENOSYS && errno != EPERM && errno != EAGAIN) return errno;
#endif
  return look(root, component);
}

}  // namespace

path_guard::folder::folder(const std::string& path) {
  boost::system::error_code error;
  const fs::path resolved = fs::canonical(path, error);
  if (error) throw configuration_error("path_guard: root \"" + path + "\": " + error.message());
  canonical = resolved.string();
  descriptor = ::open(canonical.c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw configuration_error("path_guard: root \"" + path + "\": " + words(errno));
}

path_guard::folder::~folder() { ::close(descriptor); }

result path_guard::folder::prove(const std::string& component) const {
  if (result r = from_errno(resolve(descriptor, component.c_str())); !r.ok()) return r;
  const fs::path root{canonical};
  boost::system::error_code error;
  const fs::path target = fs::weakly_canonical(root / component, error);
  if (error) return {errc::name_root_unreadable, error.message()};
  if (target.parent_path() != root) return {errc::name_outside_root, target.string()};
  return {};
}

}  // namespace uploadgate
