#include "resumable_uploads.hpp"

#include <chrono>
#include <iterator>

namespace {

constexpr std::size_t most_kept = 100;  // each holds a descriptor, and what an inspection holds
constexpr std::chrono::hours kept_for{24};

}  // namespace

uploadgate::slot resumable_uploads::create(const uploadgate::policy& policy, const uploadgate::upload& claim,
                                           std::error_code& ec) {
  ec = files_.expire(std::chrono::system_clock::now() - kept_for);
  return ec ? uploadgate::slot{} : files_.create(policy, claim, "", ec);
}

upload_in_parts resumable_uploads::take(std::shared_ptr<const server_rules> now, const std::string& id,
                                        std::error_code& ec) {
  ec.clear();
  {
    const std::scoped_lock lock{mutex_};
    const auto found = std::ranges::find(
        kept_, id, [](const upload_in_parts& u) -> const std::string& { return u.slot.id(); });
    if (found != kept_.end()) {
      upload_in_parts upload = std::move(*found);
      kept_.erase(found);
      return upload;
    }
  }
  uploadgate::slot slot = files_.resume(now->policy, id, "", ec);
  return {std::move(slot), std::move(now)};
}

void resumable_uploads::keep(upload_in_parts upload) {
  std::list<upload_in_parts> dropped;  // outlives the lock
  const std::scoped_lock lock{mutex_};
  kept_.push_front(std::move(upload));
  if (kept_.size() > most_kept) dropped.splice(dropped.end(), kept_, std::prev(kept_.end()));
}
