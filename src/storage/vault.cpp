#include <uploadgate/storage/vault.hpp>

#include "sha256.hpp"
#include "vault_state.hpp"

#include <boost/filesystem/operations.hpp>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>

namespace uploadgate {
namespace {

using storage::descriptor;
using storage::key_folder;
using storage::vault_state;

// Whether unnamed files can be made here, and named later: some file systems, and systems without /proc, can
// not.
bool can_be_unnamed(const vault_state& v) {
  std::error_code ec;
  const descriptor file = v.open("quarantine", O_TMPFILE | O_RDWR, ec, storage::file_mode);
  if (ec) return false;
  const descriptor folder = v.open_folder("quarantine", ec);
  if (ec) return false;
  const std::string name = storage::random_name(*v.calls, ec);
  if (ec) return false;
  const std::string source = "/proc/self/fd/" + std::to_string(file.get());
  if (storage::link(*v.calls, AT_FDCWD, source, folder.get(), name, AT_SYMLINK_FOLLOW)) return false;
  storage::remove_name(*v.calls, folder.get(), name);
  return true;
}

std::error_code make_folders(const vault_state& v) {
  const storage::system_calls& calls = *v.calls;
  std::error_code ec;
  for (const char* name : {"objects", "keys", "quarantine"}) {
    if (!ec) ec = storage::make_folder(calls, v.root.get(), name);
  }
  if (ec) return ec;
  const descriptor objects = v.open_folder("objects", ec);
  constexpr std::string_view hex = "0123456789abcdef";
  for (const char high : hex) {
    for (const char low : hex) {
      if (!ec) ec = storage::make_folder(calls, objects.get(), {high, low});
    }
  }
  if (!ec && v.durable()) ec = storage::sync(calls, objects.get());
  if (!ec && v.durable()) ec = storage::sync(calls, v.root.get());
  return ec;
}

std::error_code start(vault_state& v, const std::string& root) {
  std::error_code ec;
  v.root = storage::open_at(*v.calls, AT_FDCWD, root, O_RDONLY | O_DIRECTORY, 0, ec);
  if (ec) return ec;
  struct stat status {};
  if (storage::retry([&] { return v.calls->fstat(v.root.get(), &status); }) != 0)
    return storage::last_error();
  if ((status.st_mode & S_IWOTH) != 0) return storage_errc::unsafe_root;
  ec = make_folders(v);
  if (ec) return ec;
  v.unnamed = can_be_unnamed(v);
  return storage::sweep(v);
}

}  // namespace

stored_file::stored_file(stored_file&& other) noexcept
    : fd_{std::exchange(other.fd_, -1)}, size_{std::exchange(other.size_, 0)} {}
stored_file& stored_file::operator=(stored_file&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(size_, other.size_);
  return *this;
}
stored_file::~stored_file() {
  if (fd_ >= 0) ::close(fd_);
}

std::size_t stored_file::read(std::uint64_t offset, std::span<std::byte> to, std::error_code& ec) const {
  return storage::read_some(storage::real_system_calls(), fd_, offset, to, ec);
}

int stored_file::release() noexcept { return std::exchange(fd_, -1); }

vault vault_access::open(const std::string& root, const vault_options& options,
                         const storage::system_calls& calls) {
  boost::system::error_code made;
  boost::filesystem::create_directories(root, made);  // what is wrong is said by opening it
  auto state = std::make_shared<vault_state>();
  state->options = options;
  state->calls = &calls;
  if (const std::error_code ec = start(*state, root)) throw std::system_error{ec, "vault \"" + root + "\""};
  return vault{std::move(state)};
}

vault::vault(std::shared_ptr<vault_state> s) noexcept : state_{std::move(s)} {}
vault::vault(const std::string& root, const vault_options& options)
    : vault{vault_access::open(root, options, storage::real_system_calls())} {}

std::error_code vault::sweep() const { return storage::sweep(*state_); }

std::error_code vault::expire(std::chrono::system_clock::time_point oldest) const {
  return storage::expire(*state_, oldest);
}

stored_file vault::open(std::string_view id, std::error_code& ec) const {
  stored_file opened;
  ec = storage_errc::bad_id;
  if (!storage::is_id(id)) return opened;
  descriptor file = state_->open(storage::shard_of(id) + "/" + std::string{id}, O_RDONLY | O_NONBLOCK, ec);
  if (ec) return opened;
  struct stat status {};
  if (state_->calls->fstat(file.get(), &status) != 0) {
    ec = storage::last_error();
  } else if (!S_ISREG(status.st_mode)) {
    ec = storage_errc::not_regular;
  } else {
    opened.size_ = static_cast<std::uint64_t>(status.st_size);
    opened.fd_ = file.release();
  }
  return opened;
}

bool vault::owns(std::string_view key, std::string_view id, std::error_code& ec) const {
  ec = {};
  if (!storage::is_id(id)) return false;
  const descriptor folder = state_->open_folder("keys/" + sha256_hex(key), ec);
  struct stat status {};
  if (!ec) ec = storage::look(*state_->calls, folder.get(), std::string{id}, status);
  if (ec != std::errc::no_such_file_or_directory) return !ec;
  ec = {};
  return false;
}

std::string vault::note(std::string_view key, std::string_view id, std::error_code& ec) const {
  ec = storage_errc::bad_id;
  if (!storage::is_id(id)) return {};
  const descriptor file =
      state_->open("keys/" + sha256_hex(key) + "/note-" + std::string{id}, O_RDONLY | O_NONBLOCK, ec);
  return ec ? std::string{} : storage::read_small(*state_->calls, file.get(), max_note, ec);
}

std::vector<entry> vault::list(std::string_view key, std::error_code& ec) const {
  std::vector<entry> found;
  const descriptor folder = state_->open_folder("keys/" + sha256_hex(key), ec);
  if (ec == std::errc::no_such_file_or_directory) {
    ec = {};
    return found;
  }
  if (ec) return found;
  ec = storage::each_name(*state_->calls, folder.get(), [&](const std::string& name) -> std::error_code {
    if (!storage::is_id(name)) return {};
    struct stat status {};
    const std::error_code error = storage::look(*state_->calls, folder.get(), name, status);
    if (error == std::errc::no_such_file_or_directory) return {};  // removed meanwhile
    if (error) return error;
    const auto modified =
        std::chrono::seconds{status.st_mtim.tv_sec} + std::chrono::nanoseconds{status.st_mtim.tv_nsec};
    found.push_back({name, static_cast<std::uint64_t>(status.st_size),
                     std::chrono::system_clock::time_point{
                         std::chrono::duration_cast<std::chrono::system_clock::duration>(modified)}});
    return {};
  });
  std::ranges::sort(found, {}, &entry::id);
  return found;
}

std::error_code vault::remove(std::string_view key, std::string_view id) const {
  if (!storage::is_id(id)) return storage_errc::bad_id;
  std::error_code ec;
  if (!owns(key, id, ec)) return ec ? ec : storage_errc::no_such_file;
  const std::string name{id};
  const storage::system_calls& calls = *state_->calls;
  const descriptor shard = state_->lock_folder(storage::shard_of(id), ec);
  if (ec) return ec;
  key_folder owner{*state_, sha256_hex(key), ec};
  if (!ec) ec = owner.changing();
  if (!ec) ec = storage::remove_name(calls, owner.fd(), name);
  if (ec == std::errc::no_such_file_or_directory) return storage_errc::no_such_file;
  if (ec) return ec;
  storage::remove_name(calls, owner.fd(), "note-" + name);  // may have none; a sweep takes what stays
  owner.unlock();
  struct stat status {};
  ec = storage::look(calls, shard.get(), name, status);
  if (!ec && status.st_nlink == 1) ec = storage::remove_name(calls, shard.get(), name);
  if (!ec && state_->durable()) ec = storage::sync(calls, owner.fd());
  if (!ec && state_->durable()) ec = storage::sync(calls, shard.get());
  return ec;
}

usage vault::used(std::string_view key, std::error_code& ec) const {
  key_folder folder{*state_, sha256_hex(key), ec};
  return ec ? usage{} : folder.used(ec);
}

}  // namespace uploadgate
