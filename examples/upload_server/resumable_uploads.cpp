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

uploadgate::slot resumable_uploads::take(const uploadgate::policy& policy, const std::string& id,
                                         std::error_code& ec) {
  ec.clear();
  {
    const std::scoped_lock lock{mutex_};
    const auto found = std::ranges::find(kept_, id, &uploadgate::slot::id);
    if (found != kept_.end()) {
      uploadgate::slot slot = std::move(*found);
      kept_.erase(found);
      return slot;
    }
  }
  return files_.resume(policy, id, "", ec);
}

void resumable_uploads::keep(uploadgate::slot slot) {
  std::list<uploadgate::slot> dropped;  // outlives the lock
  const std::scoped_lock lock{mutex_};
  kept_.push_front(std::move(slot));
  if (kept_.size() > most_kept) dropped.splice(dropped.end(), kept_, std::prev(kept_.end()));
}
