#include "vault_state.hpp"

#include <sys/file.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace uploadgate {
namespace {

constexpr std::size_t digest_length = 64;

bool all_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

storage::descriptor storage::vault_state::lock_folder(const std::string& path, std::error_code& ec) const {
  storage::descriptor folder = open_folder(path, ec);
  if (!ec) ec = storage::lock(*calls, folder.get(), LOCK_EX);
  return folder;
}

std::error_code storage::vault_state::check_space(std::uint64_t more) const {
  struct statvfs space {};
  if (storage::retry([&] { return calls->fstatvfs(root.get(), &space); }) != 0) return storage::last_error();
  const std::uint64_t free = std::uint64_t{space.f_bavail} * space.f_frsize;
  const bool enough = free >= options.min_free && free - options.min_free >= more;
  return enough ? std::error_code{} : storage_errc::free_space_floor;
}

namespace storage {

bool is_id(std::string_view text) {
  if (text.size() < digest_length || !all_hex(text.substr(0, digest_length))) return false;
  text.remove_prefix(digest_length);
  if (text.empty()) return true;
  constexpr std::size_t max_extension = 16;
  return text.front() == '.' && text.size() > 1 && text.size() <= 1 + max_extension &&
         std::ranges::all_of(text.substr(1),
                             [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); });
}

// 32 hexadecimal digits, "-", and the announced size, 0 where there was none.
bool is_slot_id(std::string_view text) {
  constexpr std::size_t random_length = 32;
  return text.size() > random_length + 1 && all_hex(text.substr(0, random_length)) &&
         text[random_length] == '-' && number(text.substr(random_length + 1)).has_value();
}

bool is_key_hash(std::string_view text) { return text.size() == digest_length && all_hex(text); }

std::uint64_t reserved_by(std::string_view slot_id, std::uint64_t present) {
  return std::max(present, number(slot_id.substr(slot_id.find('-') + 1)).value_or(0));
}

quarantined quarantined::make(const vault_state& v, std::error_code& ec) {
  quarantined made;
  made.calls_ = v.calls;
  made.folder_ = v.open_folder("quarantine", ec);
  constexpr int attempts = 8;  // a sweep may take the file away before it is locked
  for (int i = 0; !ec && i < attempts; ++i) {
    const std::string name = random_name(*v.calls, ec);
    if (ec) break;
    made.file_ = open_at(*v.calls, made.folder_.get(), name, O_CREAT | O_EXCL | O_RDWR, file_mode, ec);
    if (ec) break;
    made.name_ = name;
    ec = lock(*v.calls, made.file_.get(), LOCK_EX | LOCK_NB);
    struct stat status {};
    if (!ec && retry([&] { return v.calls->fstat(made.file_.get(), &status); }) != 0) ec = last_error();
    if (!ec && status.st_nlink > 0) return made;
    if (!ec && i + 1 == attempts) ec = std::make_error_code(std::errc::resource_unavailable_try_again);
  }
  return made;
}

quarantined::~quarantined() {
  if (!name_.empty()) remove_name(*calls_, folder_.get(), name_);
}

key_folder::key_folder(vault_state& v, std::string hash, std::error_code& ec)
    : vault_{&v}, hash_{std::move(hash)} {
  const system_calls& calls = *v.calls;
  const std::string path = "keys/" + hash_;
  folder_ = v.open_folder(path, ec);
  bool seen = false;
  {
    const std::lock_guard guard{v.mutex};
    seen = v.known.contains(hash_);
  }
  if (ec == std::errc::no_such_file_or_directory || (!ec && !seen)) {
    // Whoever made the folder may not have lived to see it on the disk.
    const descriptor keys = v.open_folder("keys", ec);
    if (!ec) ec = make_folder(calls, keys.get(), hash_);
    if (!ec && v.durable()) ec = sync(calls, keys.get());
    if (!ec && !folder_) folder_ = v.open_folder(path, ec);
    if (!ec) {
      const std::lock_guard guard{v.mutex};
      if (v.known.size() >= vault_state::max_known) v.known.clear();
      v.known.try_emplace(hash_);
    }
  }
  if (ec) return;
  lock_ = open_at(calls, folder_.get(), "generation", O_CREAT | O_RDWR, file_mode, ec);
  if (!ec) ec = lock(calls, lock_.get(), LOCK_EX);
  if (!ec) read_some(calls, lock_.get(), 0, std::as_writable_bytes(std::span{&generation_, 1}), ec);
}

usage key_folder::used(std::error_code& ec) {
  ec = {};
  {
    const std::lock_guard guard{vault_->mutex};
    const auto found = vault_->known.find(hash_);
    if (found != vault_->known.end() && found->second && found->second->generation == generation_)
      return found->second->used;
  }
  usage sum;
  const system_calls& calls = *vault_->calls;
  const descriptor names = vault_->open_folder("keys/" + hash_, ec);  // read from its beginning
  if (ec) return sum;
  ec = each_name(calls, names.get(), [&](const std::string& name) -> std::error_code {
    const bool part = name.starts_with("part-") && is_slot_id(std::string_view{name}.substr(5));
    if (!part && !is_id(name)) return {};
    struct stat status {};
    if (const std::error_code error = look(calls, names.get(), name, status)) {
      return error == std::errc::no_such_file_or_directory ? std::error_code{} : error;
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const std::uint64_t counted = part ? reserved_by(std::string_view{name}.substr(5), size) : size;
    sum.bytes += std::min(counted, std::numeric_limits<std::uint64_t>::max() - sum.bytes);
    ++sum.files;
    return {};
  });
  if (!ec) remember(sum);
  return sum;
}

std::error_code key_folder::changing() {
  ++generation_;
  return write_all(*vault_->calls, lock_.get(), std::as_bytes(std::span{&generation_, 1}), 0);
}

void key_folder::remember(const usage& now) {
  const std::lock_guard guard{vault_->mutex};
  vault_->known[hash_] = vault_state::known_usage{generation_, now};
}

}  // namespace storage
}  // namespace uploadgate
