// The policy of a route: fixed until the configuration is read again, or that of a policy folder, which is
// followed.
#pragma once

#include <uploadgate/storage/live_policy.hpp>

#include <memory>
#include <mutex>
#include <string>

namespace gateway {

// policy_kind is what a route judges: a form, or one file as the whole body.
enum class policy_kind : std::uint8_t { form, file };

// route_policy gives each request the policy that is in force when it begins. Thread-safe.
class route_policy {
 public:
  explicit route_policy(uploadgate::loaded_policy fixed);
  // Throws uploadgate::configuration_error where no good policy of that kind is in force in the folder.
  route_policy(const std::string& folder, policy_kind kind);

  [[nodiscard]] std::shared_ptr<const uploadgate::loaded_policy> get() const;
  // follow looks for another version in the folder. Where that is wrong, the last good one stays.
  uploadgate::reload_result follow();

 private:
  policy_kind kind_;
  std::unique_ptr<uploadgate::live_policy> folder_;  // null: fixed
  mutable std::mutex mutex_;
  std::shared_ptr<const uploadgate::loaded_policy> in_force_;
};

}  // namespace gateway
