/// \file vault.hpp
/// Where accepted bytes are kept: written while they are judged, published at once or not at all, under a
/// name that the server made. Linux. docs/storage.md shows the folders and says what each level survives.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/export.hpp>
#include <uploadgate/policy.hpp>
#include <uploadgate/storage/storage_error.hpp>
#include <uploadgate/upload.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate {

namespace storage {
struct vault_state;  // not for users
}

/// durability says what publish() has waited for when it returns.
enum class durability : std::uint8_t {
  durable,  ///< file and folders are on the disk: what was acknowledged survives a power failure
  /// fast waits for nothing: what was acknowledged survives the end of the process, however it ends.
  /// Danger: after a power failure the latest files may be missing, short or filled with zeros.
  fast,
};

/// vault_options is how a vault is kept. All processes that use one root should give the same.
struct vault_options {
  uploadgate::durability durability = durability::durable;
  std::uint64_t max_key_bytes = 0;    ///< bytes that one key may own; 0 for no limit
  std::uint64_t max_key_files = 0;    ///< files and resumable slots that one key may own; 0 for no limit
  std::uint64_t min_free = 64 * MiB;  ///< bytes of the file system that stay free for others
};

/// max_note is the most bytes of a note.
inline constexpr std::size_t max_note = 64 * KiB;

/// stored is a published file: its id is the SHA-256 of its bytes, a dot and the canonical extension; without
/// an extension the digest alone. The same bytes judged as another type have another id.
struct stored {
  std::string id;
  std::uint64_t size = 0;
  bool existed = false;  ///< the vault had the same bytes already
};

/// entry is one file in a listing.
struct entry {
  std::string id;
  std::uint64_t size = 0;                            ///< bytes
  std::chrono::system_clock::time_point modified{};  ///< when its bytes were written
};

/// usage is what a key owns: published files, and the announced (or else present) size of resumable slots.
struct usage {
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
};

/// stored_file is a published file, open for reading. It stays readable when it is removed meanwhile. Any
/// number of threads may read.
class UPLOADGATE_EXPORT stored_file {
 public:
  stored_file() = default;
  stored_file(stored_file&& other) noexcept;
  stored_file& operator=(stored_file&& other) noexcept;
  ~stored_file();

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// read fills `to` from `offset` on and gives how many bytes there were; 0 at the end.
  std::size_t read(std::uint64_t offset, std::span<std::byte> to, std::error_code& ec) const;
  /// release gives the descriptor away (to sendfile, a Beast file body); the caller closes it. -1 if empty.
  int release() noexcept;

 private:
  friend class vault;
  int fd_ = -1;
  std::uint64_t size_ = 0;
};

/// slot is one file on its way into the vault: each byte is judged, hashed and written, in this order. It
/// belongs to one thread at a time. It does not belong to a connection: keep it for the next request.
///
/// A slot that is destroyed before publish() leaves nothing behind; a resumable one stays, to be resumed,
/// unless it was rejected. An error of storage breaks the slot: a resumable one can then be resumed.
class UPLOADGATE_EXPORT slot {
 public:
  slot() noexcept;
  slot(slot&&) noexcept;
  slot& operator=(slot&&) noexcept;
  ~slot();

  /// write judges and keeps the next bytes. It gives the verdict's code (uploadgate::category()) when they
  /// are rejected, otherwise an error of storage.
  std::error_code write(bytes_view chunk);
  /// write with an offset is wrong_offset unless that is offset(); nothing is written then (tus "PATCH").
  std::error_code write(std::uint64_t offset, bytes_view chunk);
  /// offset is how many bytes are kept.
  [[nodiscard]] std::uint64_t offset() const noexcept;
  /// sync waits until the bytes kept so far are on the disk, at `durable`. Call it before the acknowledgement
  /// of a part of a resumable upload.
  std::error_code sync();

  /// finish says that the last byte has come, and gives the verdict; the rules may look into the file that
  /// was written (inspection::finish). A slot without a file gives a pending one, a broken slot never
  /// accepts.
  uploadgate::verdict finish();
  [[nodiscard]] uploadgate::verdict verdict() const;
  /// contents reads what was written so far, as long as the slot lives and is neither moved nor written to.
  /// It is for another inspection that judges the same bytes.
  [[nodiscard]] completed_file contents() const;
  /// candidate_verdict is that of inspection::candidate_verdict; null for a slot without a file.
  [[nodiscard]] const uploadgate::verdict* candidate_verdict() const noexcept;
  /// facts is what was learnt; after finish() with the digest of what was written. The vault finds it itself
  /// where the policy has no rule of the name "digest"; where it has one, what that gives is believed.
  [[nodiscard]] const uploadgate::facts& facts() const;

  /// publish gives the file its name, after finish() has accepted; only when there is no error it is stored
  /// and counted, and at `durable` on the disk. The note (a receipt, say) is kept with the key's entry, and
  /// replaces an older one. It is the end of the slot.
  stored publish(std::error_code& ec, std::string_view note = {});
  /// discard deletes what was written, of a resumable slot too.
  void discard() noexcept;
  /// id names a resumable slot, for resume(); empty otherwise.
  [[nodiscard]] const std::string& id() const;
  /// announced is the size that the claim of a resumable slot gave to create().
  [[nodiscard]] std::optional<std::uint64_t> announced() const noexcept;

 private:
  friend class vault;
  struct state;
  explicit slot(std::unique_ptr<state> s) noexcept;
  std::unique_ptr<state> state_;
};

/// vault is a folder of published files. Copies share it; it is safe to use from any number of threads, and
/// any number of processes may open the same root. Nothing in it is reached through a symbolic link or out of
/// the root (openat2 with RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS; on kernels before 5.6, or where a seccomp
/// filter forbids that call, one component at a time with O_NOFOLLOW). Files have mode 0600.
///
/// A key is who owns a file: a user, a tenant. Identical bytes of several keys are stored once, and each key
/// is charged for them, once. An upload must fit into what the quota leaves even if it proves to be a file
/// that the key owns already. Functions that take an error_code clear it first.
class UPLOADGATE_EXPORT vault {
 public:
  /// vault makes the folders where they are missing and sweeps what a crash has left: unfinished files,
  /// halves of a publish, and nothing that a living process holds. It takes one stat for each stored file.
  /// It throws std::system_error with an exact code.
  explicit vault(const std::string& root, const vault_options& options = {});

  /// receive opens a slot for an upload that does not outlive the process. `announced` is its size, where the
  /// client said it, to refuse early.
  [[nodiscard]] slot receive(inspection in, std::string_view key, std::error_code& ec,
                             std::uint64_t announced = 0) const;

  /// create opens a resumable slot; the claim is kept with it.
  [[nodiscard]] slot create(const policy& rules, const upload& claim, std::string_view key,
                            std::error_code& ec) const;
  /// resume opens a resumable slot of this key again, judging the stored bytes from the first one on, and so
  /// after a restart. A verdict may be a rejection already.
  [[nodiscard]] slot resume(const policy& rules, std::string_view slot_id, std::string_view key,
                            std::error_code& ec) const;
  /// expire deletes the resumable slots that were last written before `oldest` and that nobody holds.
  std::error_code expire(std::chrono::system_clock::time_point oldest) const;

  /// open opens a published file for reading; its bytes never change.
  [[nodiscard]] stored_file open(std::string_view id, std::error_code& ec) const;
  /// owns is whether the key has published a file of this id.
  [[nodiscard]] bool owns(std::string_view key, std::string_view id, std::error_code& ec) const;
  /// note gives what publish() was given for this key.
  [[nodiscard]] std::string note(std::string_view key, std::string_view id, std::error_code& ec) const;
  /// list gives the key's files, in the order of their ids.
  [[nodiscard]] std::vector<entry> list(std::string_view key, std::error_code& ec) const;
  /// remove takes the file from the key; the bytes go with their last owner.
  std::error_code remove(std::string_view key, std::string_view id) const;
  /// used gives what counts against the key's quota.
  [[nodiscard]] usage used(std::string_view key, std::error_code& ec) const;
  /// sweep does what the constructor does.
  std::error_code sweep() const;

 private:
  friend struct vault_access;
  friend class slot;
  explicit vault(std::shared_ptr<storage::vault_state> s) noexcept;
  std::shared_ptr<storage::vault_state> state_;
};

}  // namespace uploadgate
