#include <uploadgate/validators/digest.hpp>

#include "claim.hpp"
#include "sha256.hpp"
#include "vault_state.hpp"

#include <sys/file.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace uploadgate {
namespace {

using storage::descriptor;
using storage::key_folder;
using storage::quarantined;
using storage::vault_state;

constexpr std::uint64_t space_step = 4 * MiB;  // bytes written between two looks at the free space
constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

}  // namespace

struct slot::state {
  std::shared_ptr<vault_state> home;
  inspection in;
  std::string key_hash;
  std::optional<sha256> hash{};  // where the policy has no digest{} that finds it
  descriptor file{};             // unnamed or resumable
  quarantined hidden{};          // otherwise
  std::string id{};              // of a resumable slot
  std::optional<std::uint64_t> announced{};
  std::uint64_t written = 0;
  std::uint64_t budget = unlimited;  // bytes that the key's quota leaves
  std::uint64_t next_look = 0;       // at the free space
  uploadgate::facts facts{};         // complete, after finish
  std::error_code broken{};
  bool finished = false;

  state(std::shared_ptr<vault_state> vault, inspection judge, std::string_view key)
      : home{std::move(vault)}, in{std::move(judge)}, key_hash{sha256_hex(key)} {
    if (!in.has_rule(digest::name)) hash.emplace();
  }

  [[nodiscard]] int fd() const { return file ? file.get() : hidden.fd(); }

  std::error_code judge(bytes_view chunk) {
    if (!in.feed(chunk)) return in.verdict().rejected() ? in.verdict().code() : storage_errc::slot_closed;
    return !hash || hash->update(chunk) ? std::error_code{} : storage_errc::digest_failed;
  }

  std::error_code keep(bytes_view chunk) {
    if (chunk.size() > budget - std::min(budget, written)) return storage_errc::quota_bytes;
    if (written + chunk.size() > next_look) {
      if (const std::error_code ec = home->check_space(chunk.size())) return ec;
      next_look = written + chunk.size() + space_step;
    }
    if (const std::error_code ec = storage::write_all(*home->calls, fd(), chunk, written)) return ec;
    written += chunk.size();
    return {};
  }

  void drop() {
    if (!id.empty()) {
      std::error_code ec;
      key_folder key{*home, key_hash, ec};
      if (!ec) ec = key.changing();
      if (!ec) ec = storage::remove_slot(*home, key, id);  // what stays is for expire()
    }
    id.clear();
    file = {};
    hidden = {};
  }

  // The size of the key's budget; `reserved` is what this slot counts for already.
  std::error_code take_budget(key_folder& key, std::uint64_t announced,
                              std::optional<std::uint64_t> reserved) {
    const vault_options& o = home->options;
    if (o.max_key_bytes == 0 && o.max_key_files == 0) return {};
    std::error_code ec;
    const usage now = key.used(ec);
    if (ec) return ec;
    if (!reserved && o.max_key_files > 0 && now.files >= o.max_key_files) return storage_errc::quota_files;
    if (o.max_key_bytes == 0) return {};
    const std::uint64_t others = now.bytes - std::min(now.bytes, reserved.value_or(0));
    budget = o.max_key_bytes - std::min(o.max_key_bytes, others);
    return announced > budget ? storage_errc::quota_bytes : std::error_code{};
  }
};

slot::slot() noexcept = default;
slot::slot(std::unique_ptr<state> s) noexcept : state_{std::move(s)} {}
slot::slot(slot&&) noexcept = default;
slot& slot::operator=(slot&&) noexcept = default;
slot::~slot() = default;

std::error_code slot::write(bytes_view chunk) {
  if (!state_ || state_->finished) return storage_errc::slot_closed;
  state& s = *state_;
  if (s.broken) return s.broken;
  if (chunk.empty()) return s.in.verdict().code();
  std::error_code ec = s.judge(chunk);
  if (s.in.verdict().rejected()) {
    s.drop();
    return ec;
  }
  if (!ec) ec = s.keep(chunk);
  s.broken = ec;
  return ec;
}

std::error_code slot::write(std::uint64_t offset, bytes_view chunk) {
  return state_ && offset != state_->written ? storage_errc::wrong_offset : write(chunk);
}

std::uint64_t slot::offset() const noexcept { return state_ ? state_->written : 0; }

std::error_code slot::sync() {
  if (!state_ || state_->fd() < 0) return storage_errc::slot_closed;
  if (!state_->broken && state_->home->durable())
    state_->broken = storage::sync(*state_->home->calls, state_->fd());
  return state_->broken;
}

completed_file slot::contents() const {
  if (!state_ || state_->fd() < 0) return {0, [](std::uint64_t, std::span<std::byte>) { return 0; }};
  return {state_->written, [&s = *state_](std::uint64_t at, std::span<std::byte> into) {
            std::error_code ec;
            return storage::read_some(*s.home->calls, s.fd(), at, into, ec);
          }};
}

uploadgate::verdict slot::finish() {
  if (!state_) return {};
  state& s = *state_;
  if (s.broken || s.finished) return verdict();
  s.finished = true;
  const uploadgate::verdict v = s.in.finish(contents());
  s.facts = s.in.facts();
  if (v.accepted()) {
    if (s.hash) s.facts.sha256 = s.hash->hex();
    if (s.facts.sha256.empty()) s.broken = storage_errc::digest_failed;
  } else {
    s.drop();
  }
  return verdict();
}

uploadgate::verdict slot::verdict() const {
  if (!state_ || (state_->broken && !state_->in.verdict().rejected())) return {};
  return state_->in.verdict();
}

const uploadgate::verdict* slot::candidate_verdict() const noexcept {
  return state_ ? state_->in.candidate_verdict() : nullptr;
}

const uploadgate::facts& slot::facts() const {
  static const uploadgate::facts none;
  return !state_ ? none : state_->finished ? state_->facts : state_->in.facts();
}

const std::string& slot::id() const {
  static const std::string none;
  return state_ ? state_->id : none;
}

std::optional<std::uint64_t> slot::announced() const noexcept {
  return state_ ? state_->announced : std::nullopt;
}

stored slot::publish(std::error_code& ec, std::string_view note) {
  ec = storage_errc::slot_closed;
  if (!state_) return {};
  state& s = *state_;
  ec = s.broken;
  if (!ec && (!s.finished || !verdict().accepted())) ec = storage_errc::not_accepted;
  if (ec) return {};
  const std::string& extension = s.facts.extension;
  stored out{.id = extension.empty() ? s.facts.sha256 : s.facts.sha256 + "." + extension, .size = s.written};
  if (!storage::is_id(out.id)) {
    ec = storage_errc::bad_extension;
    return {};
  }
  storage::publication p{.file = s.fd(), .key_hash = s.key_hash, .slot_id = s.id, .note = note};
  descriptor folder;
  if (!s.id.empty()) {
    folder = s.home->open_folder("keys/" + s.key_hash, ec);
    p.source_folder = folder.get();
    p.source_name = "part-" + s.id;
  } else if (!s.file) {
    p.source_folder = s.hidden.folder();
    p.source_name = s.hidden.name();
  }
  if (!ec) ec = s.home->check_space(0);
  if (!ec) ec = storage::publish(*s.home, p, out);
  state_.reset();
  return ec ? stored{} : out;
}

void slot::discard() noexcept {
  try {
    if (state_) state_->drop();
  } catch (...) {  // no memory: a sweep or expire() takes it
  }
  state_.reset();
}

slot vault::receive(inspection in, std::string_view key, std::error_code& ec, std::uint64_t announced) const {
  auto s = std::make_unique<slot::state>(state_, std::move(in), key);
  ec = s->key_hash.empty() ? storage_errc::digest_failed : std::error_code{};
  if (!ec && (state_->options.max_key_bytes > 0 || state_->options.max_key_files > 0)) {
    key_folder folder{*state_, s->key_hash, ec};
    if (!ec) ec = s->take_budget(folder, announced, std::nullopt);
  }
  if (!ec) ec = state_->check_space(announced);
  if (!ec && state_->unnamed) {
    s->file = state_->open("quarantine", O_TMPFILE | O_RDWR, ec, storage::file_mode);
  } else if (!ec) {
    s->hidden = quarantined::make(*state_, ec);
  }
  return ec ? slot{} : slot{std::move(s)};
}

slot vault::create(const policy& rules, const upload& claim, std::string_view key,
                   std::error_code& ec) const {
  const std::uint64_t announced = claim.size.value_or(0);
  auto s = std::make_unique<slot::state>(state_, rules.inspect(claim), key);
  ec = s->in.verdict().code();
  if (!ec && s->key_hash.empty()) ec = storage_errc::digest_failed;
  if (!ec) ec = state_->check_space(announced);
  if (ec) return {};
  const storage::system_calls& calls = *state_->calls;
  const std::string id = storage::random_name(calls, ec) + "-" + std::to_string(announced);
  if (ec) return {};
  key_folder folder{*state_, s->key_hash, ec};
  if (!ec) ec = s->take_budget(folder, announced, std::nullopt);
  if (!ec) ec = folder.changing();
  if (ec) return {};
  const std::string claim_name = "claim-" + id;
  const std::string part_name = "part-" + id;
  const descriptor kept =
      storage::open_at(calls, folder.fd(), claim_name, O_CREAT | O_EXCL | O_RDWR, storage::file_mode, ec);
  if (!ec) ec = storage::write_all(calls, kept.get(), as_bytes(storage::to_text(claim)), 0);
  if (!ec && state_->durable()) ec = storage::sync(calls, kept.get());
  if (!ec)
    s->file =
        storage::open_at(calls, folder.fd(), part_name, O_CREAT | O_EXCL | O_RDWR, storage::file_mode, ec);
  if (!ec) ec = storage::lock(calls, s->file.get(), LOCK_EX | LOCK_NB);
  if (!ec && state_->durable()) ec = storage::sync(calls, folder.fd());
  if (ec) {
    (void)storage::remove_slot(*state_, folder, id);
    return {};
  }
  s->id = id;
  s->announced = claim.size;
  return slot{std::move(s)};
}

slot vault::resume(const policy& rules, std::string_view slot_id, std::string_view key,
                   std::error_code& ec) const {
  ec = storage_errc::bad_id;
  if (!storage::is_slot_id(slot_id)) return {};
  const storage::system_calls& calls = *state_->calls;
  const std::string id{slot_id};
  const descriptor folder = state_->open_folder("keys/" + sha256_hex(key), ec);
  if (ec) return {};
  descriptor file = storage::open_at(calls, folder.get(), "part-" + id, O_RDWR | O_NONBLOCK, 0, ec);
  if (!ec) ec = storage::lock(calls, file.get(), LOCK_EX | LOCK_NB);
  if (ec == std::errc::resource_unavailable_try_again) ec = storage_errc::slot_in_use;
  struct stat status {};
  if (!ec && storage::retry([&] { return calls.fstat(file.get(), &status); }) != 0)
    ec = storage::last_error();
  if (!ec && !S_ISREG(status.st_mode)) ec = storage_errc::not_regular;
  if (!ec && status.st_nlink == 0) ec = storage_errc::no_such_file;  // ended between opening and locking
  if (ec) return {};
  const descriptor kept = storage::open_at(calls, folder.get(), "claim-" + id, O_RDONLY | O_NONBLOCK, 0, ec);
  const std::string text =
      ec ? std::string{} : storage::read_small(calls, kept.get(), storage::max_claim, ec);
  if (ec) return {};
  const std::optional<storage::kept_claim> claim = storage::claim_from(text);
  if (!claim) {
    ec = std::make_error_code(std::errc::io_error);
    return {};
  }
  auto s = std::make_unique<slot::state>(state_, rules.inspect(claim->view()), key);
  s->file = std::move(file);
  s->id = id;
  s->announced = claim->size;
  const auto present = static_cast<std::uint64_t>(status.st_size);
  {
    key_folder owner{*state_, s->key_hash, ec};
    if (!ec) ec = s->take_budget(owner, 0, storage::reserved_by(id, present));
    if (ec) return {};
  }
  std::vector<std::byte> block(64 * KiB);
  while (!ec && s->in.verdict().pending()) {
    const std::size_t got = storage::read_some(calls, s->file.get(), s->written, block, ec);
    if (ec || got == 0) break;
    s->written += got;
    ec = s->judge(bytes_view{block}.first(got));
  }
  if (s->in.verdict().rejected()) {
    ec = s->in.verdict().code();
    s->drop();
  }
  // The verdict of a rejected one can still be read.
  return ec && !s->in.verdict().rejected() ? slot{} : slot{std::move(s)};
}

}  // namespace uploadgate
