#include "fault_calls.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>
#include <utility>

namespace uploadgate::test {
namespace {

fault_plan the_plan;
std::uint64_t made = 0;
const char* struck = nullptr;

const storage::system_calls& real() { return storage::real_system_calls(); }

// Makes the call, or what the plan has in its place.
template <class Call>
auto strike(const char* name, Call call) -> decltype(call()) {
  ++made;
  const bool now = made == the_plan.at;
  const bool again = the_plan.for_good && struck && std::string_view{struck} == name;
  if (!now && !again) return call();
  if (now) struck = name;
  switch (the_plan.kind) {
    case fault::kill_before:
      ::raise(SIGKILL);
      break;
    case fault::kill_after:
      call();
      ::raise(SIGKILL);
      break;
    case fault::short_write:
      errno = EIO;
      return -1;
    case fault::error:
      break;
  }
  errno = the_plan.error;
  return -1;
}

int close_call(int fd) {
  const int answer = real().close(fd);  // Linux closes whatever it answers
  return strike("close", [&] { return answer; });
}

ssize_t write_call(int fd, const void* from, std::size_t size, off_t offset) {
  const auto whole = [&] { return real().pwrite(fd, from, size, offset); };
  if (the_plan.kind != fault::short_write) return strike("pwrite", whole);
  ++made;
  if (made == the_plan.at) struck = "pwrite";
  if (!struck || (!the_plan.for_good && made != the_plan.at)) return whole();
  return real().pwrite(fd, from, 1, offset);
}

template <bool Unnamed>
storage::system_calls make() {
  return {
      .open =
          [](int folder, const char* path, int flags, mode_t mode) {
            if (!Unnamed && (flags & O_TMPFILE) == O_TMPFILE) {
              errno = EOPNOTSUPP;
              return -1;
            }
            return strike("open", [&] { return real().open(folder, path, flags, mode); });
          },
      .close = close_call,
      .pread =
          [](int fd, void* to, std::size_t size, off_t offset) {
            return strike("pread", [&] { return real().pread(fd, to, size, offset); });
          },
      .pwrite = write_call,
      .fsync = [](int fd) { return strike("fsync", [&] { return real().fsync(fd); }); },
      .linkat =
          [](int from_folder, const char* from, int to_folder, const char* to, int flags) {
            return strike("linkat", [&] { return real().linkat(from_folder, from, to_folder, to, flags); });
          },
      .renameat =
          [](int from_folder, const char* from, int to_folder, const char* to) {
            return strike("renameat", [&] { return real().renameat(from_folder, from, to_folder, to); });
          },
      .unlinkat =
          [](int folder, const char* name, int flags) {
            return strike("unlinkat", [&] { return real().unlinkat(folder, name, flags); });
          },
      .mkdirat =
          [](int folder, const char* name, mode_t mode) {
            return strike("mkdirat", [&] { return real().mkdirat(folder, name, mode); });
          },
      .flock = [](int fd,
                  int operation) { return strike("flock", [&] { return real().flock(fd, operation); }); },
      .fstat = [](int fd, struct stat* to) { return strike("fstat", [&] { return real().fstat(fd, to); }); },
      .fstatat =
          [](int folder, const char* name, struct stat* to, int flags) {
            return strike("fstatat", [&] { return real().fstatat(folder, name, to, flags); });
          },
      .fstatvfs =
          [](int fd, struct statvfs* to) {
            return strike("fstatvfs", [&] { return real().fstatvfs(fd, to); });
          },
      .getdents =
          [](int fd, void* to, std::size_t size) {
            return strike("getdents", [&] { return real().getdents(fd, to, size); });
          },
      .getrandom =
          [](void* to, std::size_t size, unsigned flags) {
            return strike("getrandom", [&] { return real().getrandom(to, size, flags); });
          },
  };
}

}  // namespace

void plan_fault(const fault_plan& plan) {
  the_plan = plan;
  made = 0;
  struck = nullptr;
}
std::uint64_t calls_made() { return made; }
bool fault_struck() { return struck; }
const char* struck_call() { return struck ? struck : "none"; }

const storage::system_calls& faulty_calls(bool unnamed) {
  static const storage::system_calls with = make<true>();
  static const storage::system_calls without = make<false>();
  return unnamed ? with : without;
}

}  // namespace uploadgate::test
