// The rules that judge, exchanged between two uploads while the server runs.
#pragma once

#include <uploadgate/http/form.hpp>
#include <uploadgate/policy.hpp>
#include <uploadgate/storage/live_policy.hpp>

#include "options.hpp"

#include <memory>
#include <mutex>
#include <string>

// What judges one upload from its first byte to its answer. Immutable.
struct server_rules {
  uploadgate::policy policy;     // of a file by itself, with the candidate beside it where one is tried
  uploadgate::form_policy form;  // of a whole form
  std::string text;              // for receipts: canonical JSON
  std::string sha256;            // of the text
  std::string candidate_sha256;
  std::string version;  // the policy's, in digits
};

// rules_in_force follows the policy and the candidate on the disk. Thread-safe.
class rules_in_force {
 public:
  // Throws configuration_error where there is no good policy to begin with.
  explicit rules_in_force(const server_options& options);

  [[nodiscard]] std::shared_ptr<const server_rules> get() const {
    const std::lock_guard lock{exchanging_};
    return in_force_;
  }
  // Puts in force what is on the disk now. What is wrong with it is logged once; the last good rules stay.
  void reload();

 private:
  struct source {
    std::unique_ptr<uploadgate::live_policy> policy;  // null: the built-in one
    std::string error;                                // that was logged last
  };
  static bool follow(source& s, const char* what);
  void build();

  std::mutex reloading_;
  mutable std::mutex exchanging_;  // held for a copy of the pointer
  source enforced_, candidate_;
  std::shared_ptr<const server_rules> in_force_;
};
