// What the parts of the vault share. The folders below the root:
//
//   objects/ab/abcd...ef.png    the bytes, by digest and extension
//   keys/HASH/abcd...ef.png     a hard link to them for every key that owns them; HASH is of the key
//   keys/HASH/note-ID           the note of an entry
//   keys/HASH/part-SLOT, claim-SLOT   a resumable slot
//   keys/HASH/generation        the lock of the key; counts its changes
//   withdrawn/ID/                a file that was taken out, see withdraw.cpp
//   quarantine/RANDOM           files on their way, where the system has no unnamed ones, and notes
//
// An entry counts once both links stand: an object without a second link, and an entry without an object, are
// halves of a publish, and swept. Locks are taken in the order shard (the folder objects/ab), then key.
#pragma once

#include <uploadgate/storage/vault.hpp>

#include "folders.hpp"

#include <mutex>
#include <optional>
#include <unordered_map>

namespace uploadgate {

namespace storage {

struct vault_state {
  struct known_usage {
    std::uint64_t generation = 0;
    usage used;
  };
  static constexpr std::size_t max_known = 100'000;  // keys whose usage is remembered

  vault_options options;
  const storage::system_calls* calls = nullptr;
  descriptor root;
  bool unnamed = false;  // O_TMPFILE works here
  std::mutex mutex;      // for known
  std::unordered_map<std::string, std::optional<known_usage>> known;

  storage::descriptor open(const std::string& path, int flags, std::error_code& ec, mode_t mode = 0) const {
    return storage::open_at(*calls, root.get(), path, flags, mode, ec);
  }
  storage::descriptor open_folder(const std::string& path, std::error_code& ec) const {
    return open(path, O_RDONLY | O_DIRECTORY, ec);
  }
  // The folder, locked for one thread of one process until the descriptor closes.
  storage::descriptor lock_folder(const std::string& path, std::error_code& ec) const;
  [[nodiscard]] bool durable() const { return options.durability == durability::durable; }
  // full, where less than the floor would stay free after `more` bytes.
  std::error_code check_space(std::uint64_t more) const;
};

bool is_id(std::string_view text);
bool is_slot_id(std::string_view text);
bool is_key_hash(std::string_view text);
// What a resumable slot counts for: the size that is in its name, or what it has, if that is more.
std::uint64_t reserved_by(std::string_view slot_id, std::uint64_t present);
inline std::string shard_of(std::string_view id) { return "objects/" + std::string{id.substr(0, 2)}; }

// A file in the quarantine, locked as long as it is open, and removed with this unless it was moved away.
class quarantined {
 public:
  static quarantined make(const vault_state& v, std::error_code& ec);
  quarantined() = default;
  quarantined(quarantined&& other) noexcept { *this = std::move(other); }
  quarantined& operator=(quarantined&& other) noexcept {
    std::swap(calls_, other.calls_);
    std::swap(folder_, other.folder_);
    std::swap(file_, other.file_);
    std::swap(name_, other.name_);
    return *this;
  }
  ~quarantined();
  [[nodiscard]] int fd() const { return file_.get(); }
  [[nodiscard]] int folder() const { return folder_.get(); }
  [[nodiscard]] const std::string& name() const { return name_; }
  void moved_away() { name_.clear(); }

 private:
  const system_calls* calls_ = nullptr;
  descriptor folder_, file_;
  std::string name_;
};

// A key's folder, locked. It is made where it is missing.
class key_folder {
 public:
  key_folder(vault_state& v, std::string hash, std::error_code& ec);
  [[nodiscard]] int fd() const { return folder_.get(); }
  // What the key owns: remembered, or counted when another process or thread has changed something.
  usage used(std::error_code& ec);
  // Says that something will change; everybody counts again, unless remember() is called after it.
  std::error_code changing();
  void remember(const usage& now);
  // Others may lock; the folder stays open.
  void unlock() { lock_ = {}; }

 private:
  vault_state* vault_;
  std::string hash_;
  descriptor folder_, lock_;
  std::uint64_t generation_ = 0;
};

// What publish() works on.
struct publication {
  int file = -1;              // its descriptor
  int source_folder = -1;     // where it has a name already, and
  std::string source_name{};  // that name; empty where it has none
  std::string key_hash{};
  std::string slot_id{};  // of a resumable slot
  std::string_view note{};
};
std::error_code publish(vault_state& v, const publication& p, stored& out);

// Removes a resumable slot's files; the key is locked.
std::error_code remove_slot(vault_state& v, const key_folder& key, const std::string& slot_id);

std::error_code sweep(vault_state& v);
std::error_code expire(vault_state& v, std::chrono::system_clock::time_point oldest);

}  // namespace storage

// For tests, a vault over other system calls; and what a vault has inside, for the parts that are no members.
struct vault_access {
  static storage::vault_state& state(const vault& v) { return *v.state_; }
  static vault open(const std::string& root, const vault_options& options,
                    const storage::system_calls& calls);
};

}  // namespace uploadgate
