#include "vault_state.hpp"

#include <sys/file.h>

namespace uploadgate::storage {
namespace {

bool gone(const std::error_code& ec) { return ec == std::errc::no_such_file_or_directory; }
std::error_code unless_gone(const std::error_code& ec) { return gone(ec) ? std::error_code{} : ec; }

// Whether a living process holds the file. What cannot be opened as a file is held by nobody.
bool held(const vault_state& v, int folder, const std::string& name, std::error_code& ec) {
  const descriptor file = open_at(*v.calls, folder, name, O_RDWR | O_NONBLOCK | O_NOFOLLOW, 0, ec);
  if (ec) {
    if (gone(ec) || ec == storage_condition::tampered || ec == std::errc::no_such_device_or_address) ec = {};
    return false;
  }
  ec = lock(*v.calls, file.get(), LOCK_EX | LOCK_NB);
  if (ec != std::errc::resource_unavailable_try_again) return false;
  ec = {};
  return true;
}

std::error_code sweep_quarantine(const vault_state& v) {
  std::error_code ec;
  const descriptor folder = v.open_folder("quarantine", ec);
  if (ec) return ec;
  return each_name(*v.calls, folder.get(), [&](const std::string& name) {
    std::error_code error;
    if (held(v, folder.get(), name, error) || error) return error;
    return unless_gone(remove_name(*v.calls, folder.get(), name));
  });
}

// Whether a name in a key's folder is a half of something.
bool is_half(const vault_state& v, int key, const std::string& name, std::error_code& ec) {
  ec = {};
  struct stat status {};
  if (is_id(name)) {
    ec = unless_gone(look(*v.calls, key, name, status));
    return !ec && status.st_nlink == 1;
  }
  std::string other;
  if (name.starts_with("note-")) {
    other = name.substr(5);
  } else if (name.starts_with("part-")) {
    other = "claim-" + name.substr(5);
  } else if (name.starts_with("claim-")) {
    other = "part-" + name.substr(6);
  } else {
    return false;
  }
  ec = look(*v.calls, key, other, status);
  if (!gone(ec)) return false;
  ec = {};
  return true;
}

// Notes are judged after entries, since an entry that goes leaves its note.
std::error_code sweep_key(vault_state& v, const std::string& hash) {
  std::error_code ec;
  key_folder key{v, hash, ec};
  if (ec) return ec;
  bool changed = false;
  for (const bool entries : {true, false}) {
    const descriptor names = v.open_folder("keys/" + hash, ec);
    if (ec) return ec;
    ec = each_name(*v.calls, names.get(), [&](const std::string& name) {
      std::error_code error;
      if (is_id(name) != entries || !is_half(v, key.fd(), name, error)) return error;
      if (!changed) error = key.changing();
      changed = true;
      return error ? error : unless_gone(remove_name(*v.calls, key.fd(), name));
    });
    if (ec) return ec;
  }
  return {};
}

std::error_code sweep_shard(const vault_state& v, const std::string& path) {
  std::error_code ec;
  const descriptor shard = v.lock_folder(path, ec);
  if (ec) return ec;
  return each_name(*v.calls, shard.get(), [&](const std::string& name) -> std::error_code {
    if (!is_id(name)) return {};
    struct stat status {};
    const std::error_code error = look(*v.calls, shard.get(), name, status);
    if (error) return unless_gone(error);
    return status.st_nlink == 1 ? unless_gone(remove_name(*v.calls, shard.get(), name)) : error;
  });
}

std::error_code each_key(vault_state& v, const std::function<std::error_code(const std::string&)>& each) {
  std::error_code ec;
  const descriptor keys = v.open_folder("keys", ec);
  if (ec) return ec;
  return each_name(*v.calls, keys.get(), [&](const std::string& hash) {
    return is_key_hash(hash) ? each(hash) : std::error_code{};
  });
}

}  // namespace

std::error_code sweep(vault_state& v) {
  std::error_code ec = sweep_quarantine(v);
  if (!ec) ec = each_key(v, [&](const std::string& hash) { return sweep_key(v, hash); });
  if (ec) return ec;
  const descriptor objects = v.open_folder("objects", ec);
  if (ec) return ec;
  return each_name(*v.calls, objects.get(),
                   [&](const std::string& shard) { return sweep_shard(v, "objects/" + shard); });
}

std::error_code expire(vault_state& v, std::chrono::system_clock::time_point oldest) {
  return each_key(v, [&](const std::string& hash) {
    std::error_code ec;
    key_folder key{v, hash, ec};
    if (ec) return ec;
    const descriptor names = v.open_folder("keys/" + hash, ec);
    if (ec) return ec;
    return each_name(*v.calls, names.get(), [&](const std::string& name) {
      std::error_code error;
      struct stat status {};
      if (!name.starts_with("part-")) return error;
      error = look(*v.calls, key.fd(), name, status);
      if (error) return unless_gone(error);
      if (std::chrono::system_clock::from_time_t(status.st_mtim.tv_sec) >= oldest) return error;
      if (held(v, key.fd(), name, error) || error) return error;
      error = key.changing();
      return error ? error : unless_gone(remove_slot(v, key, name.substr(5)));
    });
  });
}

}  // namespace uploadgate::storage
