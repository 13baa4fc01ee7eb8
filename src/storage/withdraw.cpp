// The folder withdrawn/ID of a file that was taken out:
//
//   content      the bytes: from the moment that they are here, and not in objects, nobody is served
//   key-HASH     the link of each key that owned them
//   note-HASH    its note
//   why
//
// Each step moves one name. A note goes before its entry, since a sweep removes notes without an entry; and a
// file that comes back has two links from the beginning, since a sweep removes objects without an owner.
#include <uploadgate/storage/rescan.hpp>

#include "vault_state.hpp"

#include <sys/file.h>

#include <algorithm>

namespace uploadgate {
namespace {

using storage::descriptor;
using storage::key_folder;
using storage::system_calls;
using storage::vault_state;

constexpr std::size_t digest_length = 64;
const std::string content = "content";

bool gone(const std::error_code& ec) { return ec == std::errc::no_such_file_or_directory; }

bool exists(const system_calls& calls, int folder, const std::string& name, std::error_code& ec) {
  struct stat status {};
  ec = storage::look(calls, folder, name, status);
  if (!ec) return true;
  if (gone(ec)) ec = {};
  return false;
}

std::error_code move(const system_calls& calls, int from, const std::string& name, int to,
                     const std::string& new_name) {
  const int moved = storage::retry([&] { return calls.renameat(from, name.c_str(), to, new_name.c_str()); });
  return moved == 0 ? std::error_code{} : storage::last_error();
}

std::error_code unless_gone(const std::error_code& ec) { return gone(ec) ? std::error_code{} : ec; }

// One file's way out and back. The shard is locked from the first step to the last, so that nobody meets the
// file half way.
class withdrawal {
 public:
  withdrawal(vault_state& v, std::string_view id) : vault_{v}, calls_{*v.calls}, id_{id} {}

  std::error_code take_out(std::string_view why) {
    std::error_code ec;
    shard_ = vault_.lock_folder(storage::shard_of(id_), ec);
    if (!ec) ec = make_folder();
    if (!ec) ec = write_why(why);
    if (!ec) ec = take_content();
    if (!ec) ec = each_owner([&](const std::string& hash) { return take_from(hash); });
    return ec ? ec : sync_all();
  }

  std::error_code bring_back() {
    std::error_code ec;
    shard_ = vault_.lock_folder(storage::shard_of(id_), ec);
    if (!ec) folder_ = vault_.open_folder("withdrawn/" + id_, ec);
    if (gone(ec)) return storage_errc::no_such_file;
    if (!ec && !exists(calls_, shard_.get(), id_, ec) && !ec) {
      ec = storage::link(calls_, folder_.get(), content, shard_.get(), id_);
      if (gone(ec)) {  // it was never taken, and its owners have removed it since
        remove_folder();
        return storage_errc::no_such_file;
      }
    }
    // A key of which only the note had come here has its entry still.
    for (const char* prefix : {"key-", "note-"}) {
      std::vector<std::string> owners;
      if (!ec) owners = names(prefix, ec);
      for (const std::string& hash : owners)
        if (!ec) ec = give_to(hash);
    }
    if (!ec) ec = sync_all();
    return ec ? ec : remove_folder();
  }

 private:
  std::error_code make_folder() {
    std::error_code ec = storage::make_folder(calls_, vault_.root.get(), "withdrawn");
    if (ec) return ec;
    all_ = vault_.open_folder("withdrawn", ec);
    if (!ec) ec = storage::make_folder(calls_, all_.get(), id_);
    if (!ec) folder_ = vault_.open_folder("withdrawn/" + id_, ec);
    if (!ec && vault_.durable()) ec = storage::sync(calls_, vault_.root.get());
    if (!ec && vault_.durable()) ec = storage::sync(calls_, all_.get());
    return ec;
  }

  std::error_code write_why(std::string_view why) {
    std::error_code ec;
    storage::quarantined file = storage::quarantined::make(vault_, ec);
    if (!ec) ec = storage::write_all(calls_, file.fd(), as_bytes(why.substr(0, max_note)), 0);
    if (!ec && vault_.durable()) ec = storage::sync(calls_, file.fd());
    if (!ec) ec = move(calls_, file.folder(), file.name(), folder_.get(), "why");
    if (!ec) file.moved_away();
    return ec;
  }

  std::error_code take_content() {
    std::error_code ec;
    struct stat object {};
    ec = storage::look(calls_, shard_.get(), id_, object);
    if (gone(ec)) {
      if (exists(calls_, folder_.get(), content, ec) || ec) return ec;  // an earlier attempt came so far
      remove_folder();
      return storage_errc::no_such_file;
    }
    if (!ec) ec = move(calls_, shard_.get(), id_, folder_.get(), content);
    if (ec) return ec;
    // Two names of one file are left as they are (rename(2)); so a restore that broke off left them.
    struct stat kept {};
    ec = storage::look(calls_, folder_.get(), content, kept);
    if (!ec && kept.st_ino == object.st_ino && exists(calls_, shard_.get(), id_, ec))
      ec = storage::remove_name(calls_, shard_.get(), id_);
    return ec;
  }

  // The links that stand elsewhere than here are those of owners.
  std::uint64_t links_elsewhere(std::error_code& ec) {
    struct stat status {};
    ec = storage::look(calls_, folder_.get(), content, status);
    if (ec) return 0;
    std::uint64_t left = status.st_nlink - 1;
    for (const std::string& hash : names("key-", ec)) {
      struct stat other {};
      if (!storage::look(calls_, folder_.get(), "key-" + hash, other) && other.st_ino == status.st_ino)
        --left;
    }
    return left;
  }

  std::error_code each_owner(const std::function<std::error_code(const std::string&)>& each) {
    std::error_code ec;
    std::uint64_t left = links_elsewhere(ec);
    if (ec || left == 0) return ec;
    const descriptor keys = vault_.open_folder("keys", ec);
    if (ec) return ec;
    return storage::each_name(calls_, keys.get(), [&](const std::string& hash) -> std::error_code {
      std::error_code error;
      if (left == 0 || !storage::is_key_hash(hash)) return error;
      const descriptor folder = vault_.open_folder("keys/" + hash, error);
      if (error || !exists(calls_, folder.get(), id_, error)) return error;
      --left;
      return each(hash);
    });
  }

  std::error_code take_from(const std::string& hash) {
    std::error_code ec;
    key_folder key{vault_, hash, ec};
    if (!ec) ec = key.changing();
    if (!ec) ec = unless_gone(move(calls_, key.fd(), "note-" + id_, folder_.get(), "note-" + hash));
    if (!ec) ec = unless_gone(move(calls_, key.fd(), id_, folder_.get(), "key-" + hash));
    if (!ec && vault_.durable()) ec = storage::sync(calls_, key.fd());
    return ec;
  }

  std::error_code give_to(const std::string& hash) {
    std::error_code ec;
    key_folder key{vault_, hash, ec};
    if (!ec) ec = key.changing();
    if (!ec) ec = storage::link(calls_, shard_.get(), id_, key.fd(), id_);
    if (ec == std::errc::file_exists) ec = {};
    if (!ec) ec = unless_gone(move(calls_, folder_.get(), "note-" + hash, key.fd(), "note-" + id_));
    if (!ec && vault_.durable()) ec = storage::sync(calls_, key.fd());
    if (!ec) ec = unless_gone(storage::remove_name(calls_, folder_.get(), "key-" + hash));
    return ec;
  }

  std::vector<std::string> names(std::string_view prefix, std::error_code& ec) {
    std::vector<std::string> found;
    const descriptor folder = vault_.open_folder("withdrawn/" + id_, ec);
    if (ec) return found;
    ec = storage::each_name(calls_, folder.get(), [&](const std::string& name) -> std::error_code {
      if (name.starts_with(prefix) && storage::is_key_hash(std::string_view{name}.substr(prefix.size())))
        found.push_back(name.substr(prefix.size()));
      return {};
    });
    return found;
  }

  std::error_code sync_all() {
    if (!vault_.durable()) return {};
    std::error_code ec = storage::sync(calls_, shard_.get());
    return ec ? ec : storage::sync(calls_, folder_.get());
  }

  std::error_code remove_folder() {
    for (const std::string& name : {content, std::string{"why"}}) {
      const std::error_code ec = storage::remove_name(calls_, folder_.get(), name);
      if (ec && !gone(ec)) return ec;
    }
    std::error_code ec;
    all_ = vault_.open_folder("withdrawn", ec);
    if (ec) return ec;
    if (storage::retry([&] { return calls_.unlinkat(all_.get(), id_.c_str(), AT_REMOVEDIR); }) != 0)
      ec = storage::last_error();
    return unless_gone(ec);
  }

  vault_state& vault_;
  const system_calls& calls_;
  std::string id_;
  descriptor all_, folder_, shard_;
};

}  // namespace

std::error_code withdraw(const vault& v, std::string_view id, std::string_view why) {
  if (!storage::is_id(id)) return storage_errc::bad_id;
  return withdrawal{vault_access::state(v), id}.take_out(why);
}

std::error_code restore(const vault& v, std::string_view id) {
  if (!storage::is_id(id)) return storage_errc::bad_id;
  return withdrawal{vault_access::state(v), id}.bring_back();
}

std::vector<withdrawn_file> list_withdrawn(const vault& v, std::error_code& ec) {
  vault_state& s = vault_access::state(v);
  std::vector<withdrawn_file> found;
  const descriptor folder = s.open_folder("withdrawn", ec);
  if (gone(ec)) ec = {};
  if (ec || !folder) return found;
  ec = storage::each_name(*s.calls, folder.get(), [&](const std::string& id) -> std::error_code {
    if (!storage::is_id(id)) return {};
    std::error_code error;
    const descriptor why = s.open("withdrawn/" + id + "/why", O_RDONLY | O_NONBLOCK, error);
    if (gone(error)) return {};  // nothing had happened yet
    if (error) return error;
    found.push_back({id, storage::read_small(*s.calls, why.get(), max_note, error)});
    return error;
  });
  std::ranges::sort(found, {}, &withdrawn_file::id);
  return found;
}

std::string_view surrogate_key(std::string_view id) noexcept { return id.substr(0, digest_length); }

}  // namespace uploadgate
