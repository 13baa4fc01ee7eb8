/// \file policy_folder.hpp
/// The versions of a policy: each kept, one in force, and the way back. docs/policy-versions.md shows the
/// folder.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/storage/loaded_policy.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadgate {

/// max_version_note is the most bytes of the note of a version.
inline constexpr std::size_t max_version_note = 4096;

/// policy_change is one line of the history: a version came into force.
struct policy_change {
  std::uint64_t number = 0;  ///< the version's: 1, 2, 3 ... in the order in which they were first applied
  bool rollback = false;     ///< it had been in force before
  std::chrono::system_clock::time_point time{};  ///< as the host said, to the second
  std::string note{};                            ///< as the host said
  std::string sha256{};                          ///< loaded_policy::sha256
  std::string name{};                            ///< the policy's; of a form policy empty
  bool current = false;                          ///< this change made the version that is in force now
};

/// policy_folder is a folder of versions on the disk. A version is never changed and never deleted. The one
/// in force is where the symbolic link `current` leads: a switch is one rename, on the disk when the call
/// returns, and whoever reads sees the old version or the new one. Any number of processes and threads may
/// read and apply; appliers wait for each other (flock). Copies share nothing but the path.
///
/// All functions throw std::system_error where the disk or the rights do not allow it.
class UPLOADGATE_EXPORT policy_folder {
 public:
  /// policy_folder only keeps the path. The first apply makes the folder where it does not exist.
  explicit policy_folder(std::string path) noexcept : path_{std::move(path)} {}

  /// apply checks a policy (a policy file's text, or a form policy file's), keeps it as a new version and
  /// puts it in force. It throws configuration_error, before anything is changed, where the policy is wrong
  /// or the note too long. A text that is in force already changes nothing, and its change is given again.
  policy_change apply(std::string_view text, std::chrono::system_clock::time_point now,
                      std::string_view note = {}) const;

  /// rollback puts an older version in force again: the one that was in force before the current one, or the
  /// one with this number. It throws configuration_error where there is none.
  policy_change rollback(std::chrono::system_clock::time_point now, std::string_view note = {},
                         std::optional<std::uint64_t> number = {}) const;

  /// history lists the changes, the oldest first.
  [[nodiscard]] std::vector<policy_change> history() const;

  /// current gives the version in force; 0 where nothing was applied.
  [[nodiscard]] std::uint64_t current() const;
  /// text gives a version as it was applied. It throws configuration_error where there is none.
  [[nodiscard]] std::string text(std::uint64_t number) const;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace uploadgate
