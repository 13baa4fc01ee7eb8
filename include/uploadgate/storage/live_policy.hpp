/// \file live_policy.hpp
/// The policy of a running server, exchanged between two uploads and never in the middle of one.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/storage/loaded_policy.hpp>

#include <memory>
#include <string>

namespace uploadgate {

/// reload_result is what came of a look at the disk.
struct reload_result {
  bool changed = false;  ///< another policy is in force now
  std::string error{};   ///< why the new one is not, in one line; empty where there is none
};

/// live_policy holds the policy that is in force: that of a policy_folder, of a policy file or of a form
/// policy file. Uploads take it by get() and keep what they took to their end, whatever is applied meanwhile.
/// Any number of threads may use one; get() takes no lock that a reload holds while it reads or builds.
class UPLOADGATE_EXPORT live_policy {
 public:
  /// live_policy loads what is at the path: a folder is a policy_folder. It throws configuration_error where
  /// there is no policy or a wrong one.
  explicit live_policy(std::string path);
  live_policy(const live_policy&) = delete;
  live_policy& operator=(const live_policy&) = delete;
  ~live_policy();

  /// get gives the policy in force; never null.
  [[nodiscard]] std::shared_ptr<const loaded_policy> get() const noexcept;

  /// reload looks at the disk, and puts in force what is there now. Where that is wrong or cannot be read,
  /// the last good policy stays, and the error says why. Nothing is built anew where the text is the same, so
  /// it may be called every second. It throws only std::bad_alloc.
  reload_result reload();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace uploadgate
