#include "route_policy.hpp"

#include <utility>

namespace gateway {
namespace {

std::string wrong_kind(const uploadgate::loaded_policy& p, policy_kind wanted) {
  if (p.form.has_value() == (wanted == policy_kind::form)) return {};
  return wanted == policy_kind::form ? "\"form\" needs a form policy, and the folder has one for files"
                                     : "\"file\" needs a policy for files, and the folder has a form policy";
}

}  // namespace

route_policy::route_policy(uploadgate::loaded_policy fixed)
    : kind_{fixed.form ? policy_kind::form : policy_kind::file},
      in_force_{std::make_shared<const uploadgate::loaded_policy>(std::move(fixed))} {}

route_policy::route_policy(const std::string& folder, policy_kind kind)
    : kind_{kind}, folder_{std::make_unique<uploadgate::live_policy>(folder)}, in_force_{folder_->get()} {
  if (const std::string wrong = wrong_kind(*in_force_, kind); !wrong.empty())
    throw uploadgate::configuration_error(folder + ": " + wrong);
}

std::shared_ptr<const uploadgate::loaded_policy> route_policy::get() const {
  const std::lock_guard lock{mutex_};
  return in_force_;
}

uploadgate::reload_result route_policy::follow() {
  if (!folder_) return {};
  uploadgate::reload_result r = folder_->reload();
  if (!r.changed) return r;
  std::shared_ptr<const uploadgate::loaded_policy> now = folder_->get();
  if (std::string wrong = wrong_kind(*now, kind_); !wrong.empty()) return {.error = std::move(wrong)};
  const std::lock_guard lock{mutex_};
  in_force_.swap(now);
  return r;
}

}  // namespace gateway
