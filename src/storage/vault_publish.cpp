#include "sha256.hpp"
#include "vault_state.hpp"

#include <sys/file.h>

namespace uploadgate::storage {
namespace {

// The steps of one publish, and the way back.
class publishing {
 public:
  publishing(vault_state& v, const publication& p, stored& out)
      : vault_{v}, calls_{*v.calls}, p_{p}, out_{out} {}

  std::error_code run() {
    std::error_code ec;
    quarantined note;
    if (!p_.note.empty()) note = write_note(ec);
    if (!ec && vault_.durable()) ec = sync(calls_, p_.file);
    if (!ec) shard_ = vault_.lock_folder(shard_of(out_.id), ec);
    if (ec) return ec;
    key_folder key{vault_, p_.key_hash, ec};
    if (!ec) ec = link_all(key, note);
    key.unlock();
    if (!ec && vault_.durable()) {
      ec = sync(calls_, shard_.get());
      if (!ec) ec = sync(calls_, key.fd());
      if (ec) {
        std::error_code locked;
        key_folder again{vault_, p_.key_hash, locked};
        if (!locked) locked = again.changing();
        take_back(key.fd());
      }
    }
    return ec;
  }

 private:
  quarantined write_note(std::error_code& ec) {
    quarantined note = quarantined::make(vault_, ec);
    if (!ec) ec = write_all(calls_, note.fd(), as_bytes(p_.note), 0);
    if (!ec && vault_.durable()) ec = sync(calls_, note.fd());
    return note;
  }

  std::error_code check_quota(key_folder& key, usage& now) {
    const vault_options& o = vault_.options;
    std::error_code ec;
    now = key.used(ec);
    if (ec) return ec;
    if (!p_.slot_id.empty()) {
      --now.files;
      now.bytes -= reserved_by(p_.slot_id, out_.size);
    }
    if (o.max_key_files > 0 && now.files >= o.max_key_files) return storage_errc::quota_files;
    const bool fits =
        o.max_key_bytes == 0 || (now.bytes <= o.max_key_bytes && o.max_key_bytes - now.bytes >= out_.size);
    if (!fits) return storage_errc::quota_bytes;
    now.bytes += out_.size;
    ++now.files;
    return {};
  }

  std::error_code link_all(key_folder& key, quarantined& note) {
    struct stat status {};
    std::error_code ec = look(calls_, key.fd(), out_.id, status);
    owned_ = !ec;
    if (ec && ec != std::errc::no_such_file_or_directory) return ec;
    const bool counted = vault_.options.max_key_bytes > 0 || vault_.options.max_key_files > 0;
    usage now;
    ec = owned_ || !counted ? std::error_code{} : check_quota(key, now);
    if (!ec) ec = key.changing();
    if (!ec) ec = link_object();
    if (!ec && !note.name().empty()) {
      if (retry([&] {
            return calls_.renameat(note.folder(), note.name().c_str(), key.fd(), note_name().c_str());
          }) != 0) {
        ec = last_error();
      } else {
        note.moved_away();
        noted_ = true;
      }
    }
    if (!ec && !owned_) {
      ec = link(calls_, shard_.get(), out_.id, key.fd(), out_.id);
      linked_ = !ec;
    }
    if (ec) {
      take_back(key.fd());
    } else if (!owned_ && counted && p_.slot_id.empty()) {
      key.remember(now);
    }
    return ec;
  }

  std::error_code link_object() {
    std::error_code ec = link_source();
    if (ec == std::errc::file_exists) {
      struct stat status {};
      ec = look(calls_, shard_.get(), out_.id, status);
      if (ec) return ec;
      if (!S_ISREG(status.st_mode)) return storage_errc::not_regular;
      out_.existed = static_cast<std::uint64_t>(status.st_size) == out_.size;
      if (out_.existed) return {};
      // Short after a power failure, at `fast`: put it right.
      ec = remove_name(calls_, shard_.get(), out_.id);
      if (!ec) ec = link_source();
    }
    made_ = !ec;
    return ec;
  }

  std::error_code link_source() {
    if (!p_.source_name.empty()) return link(calls_, p_.source_folder, p_.source_name, shard_.get(), out_.id);
    // AT_EMPTY_PATH would need CAP_DAC_READ_SEARCH (open(2)).
    return link(calls_, AT_FDCWD, "/proc/self/fd/" + std::to_string(p_.file), shard_.get(), out_.id,
                AT_SYMLINK_FOLLOW);
  }

  void take_back(int key) {
    if (linked_) remove_name(calls_, key, out_.id);
    if (noted_ && !owned_) remove_name(calls_, key, note_name());
    if (made_) {
      // Whoever else owns these bytes was linked before; the shard is locked.
      struct stat status {};
      const nlink_t own = p_.source_name.empty() ? 1 : 2;
      if (!look(calls_, shard_.get(), out_.id, status) && status.st_nlink <= own)
        remove_name(calls_, shard_.get(), out_.id);
    }
  }

  [[nodiscard]] std::string note_name() const { return "note-" + out_.id; }

  vault_state& vault_;
  const system_calls& calls_;
  const publication& p_;
  stored& out_;
  descriptor shard_;
  bool owned_ = false, made_ = false, noted_ = false, linked_ = false;
};

}  // namespace

std::error_code publish(vault_state& v, const publication& p, stored& out) {
  if (p.note.size() > max_note) return storage_errc::note_too_long;
  if (std::error_code ec = publishing{v, p, out}.run()) return ec;
  if (!p.slot_id.empty()) {
    // It is stored; what stays of the slot if this fails is for expire().
    std::error_code ignored;
    key_folder key{v, p.key_hash, ignored};
    if (!ignored) ignored = key.changing();
    if (!ignored) ignored = remove_slot(v, key, p.slot_id);
  }
  return {};
}

std::error_code remove_slot(vault_state& v, const key_folder& key, const std::string& slot_id) {
  // The part first: without it the claim is known to be a leftover.
  std::error_code ec = remove_name(*v.calls, key.fd(), "part-" + slot_id);
  const std::error_code claim = remove_name(*v.calls, key.fd(), "claim-" + slot_id);
  return ec ? ec : claim;
}

}  // namespace uploadgate::storage
