#include "folders.hpp"

#include <boost/algorithm/hex.hpp>
#include <dirent.h>
#include <sys/file.h>

#include <array>
#include <cstring>
#include <iterator>

namespace uploadgate::storage {
namespace {

std::error_code code_of(int answer) { return answer < 0 ? last_error() : std::error_code{}; }

}  // namespace

descriptor open_at(const system_calls& calls, int folder, const std::string& path, int flags, mode_t mode,
                   std::error_code& ec) {
  descriptor opened{calls, retry([&] { return calls.open(folder, path.c_str(), flags, mode); })};
  ec = opened ? std::error_code{} : last_error();
  return opened;
}

std::error_code each_name(const system_calls& calls, int folder,
                          const std::function<std::error_code(const std::string&)>& each) {
  alignas(dirent64) std::array<char, 32 * KiB> block;
  for (;;) {
    const ssize_t got = retry([&] { return calls.getdents(folder, block.data(), block.size()); });
    if (got < 0) return last_error();
    if (got == 0) return {};
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      unsigned short length = 0;
      std::memcpy(&length, block.data() + at + offsetof(dirent64, d_reclen), sizeof length);
      const std::string name{block.data() + at + offsetof(dirent64, d_name)};
      at += length;
      if (name == "." || name == "..") continue;
      if (const std::error_code ec = each(name)) return ec;
    }
  }
}

std::error_code write_all(const system_calls& calls, int fd, bytes_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t done =
        retry([&] { return calls.pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (done < 0) return last_error();
    if (done == 0) return std::make_error_code(std::errc::io_error);
    bytes = bytes.subspan(static_cast<std::size_t>(done));
    offset += static_cast<std::uint64_t>(done);
  }
  return {};
}

std::size_t read_some(const system_calls& calls, int fd, std::uint64_t offset, std::span<std::byte> to,
                      std::error_code& ec) {
  ec = {};
  std::size_t filled = 0;
  while (filled < to.size()) {
    const ssize_t got = retry([&] {
      return calls.pread(fd, to.data() + filled, to.size() - filled, static_cast<off_t>(offset + filled));
    });
    if (got < 0) ec = last_error();
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

std::string read_small(const system_calls& calls, int fd, std::size_t most, std::error_code& ec) {
  std::string text(most + 1, '\0');
  text.resize(read_some(calls, fd, 0, std::as_writable_bytes(std::span{text}), ec));
  if (!ec && text.size() > most) ec = std::make_error_code(std::errc::file_too_large);
  return text;
}

std::error_code sync(const system_calls& calls, int fd) {
  return code_of(retry([&] { return calls.fsync(fd); }));
}

std::error_code link(const system_calls& calls, int from_folder, const std::string& from, int to_folder,
                     const std::string& to, int flags) {
  return code_of(
      retry([&] { return calls.linkat(from_folder, from.c_str(), to_folder, to.c_str(), flags); }));
}

std::error_code remove_name(const system_calls& calls, int folder, const std::string& name) {
  return code_of(retry([&] { return calls.unlinkat(folder, name.c_str(), 0); }));
}

std::error_code make_folder(const system_calls& calls, int folder, const std::string& name) {
  const int made = retry([&] { return calls.mkdirat(folder, name.c_str(), folder_mode); });
  return made < 0 && errno != EEXIST ? last_error() : std::error_code{};
}

std::error_code lock(const system_calls& calls, int fd, int operation) {
  return code_of(retry([&] { return calls.flock(fd, operation); }));
}

std::error_code look(const system_calls& calls, int folder, const std::string& name, struct stat& to) {
  return code_of(retry([&] { return calls.fstatat(folder, name.c_str(), &to, AT_SYMLINK_NOFOLLOW); }));
}

std::string random_name(const system_calls& calls, std::error_code& ec) {
  std::array<unsigned char, 16> bytes{};
  const ssize_t got = retry([&] { return calls.getrandom(bytes.data(), bytes.size(), 0); });
  ec = got < 0 ? last_error() : std::error_code{};
  if (!ec && static_cast<std::size_t>(got) != bytes.size()) ec = std::make_error_code(std::errc::io_error);
  std::string name;
  boost::algorithm::hex_lower(bytes.begin(), bytes.end(), std::back_inserter(name));
  return name;
}

}  // namespace uploadgate::storage
