/// \file loaded_policy.hpp
/// A policy as it came from a file, with what identifies it.
#pragma once

#include <uploadgate/decision.hpp>
#include <uploadgate/export.hpp>
#include <uploadgate/http/form.hpp>
#include <uploadgate/policy.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uploadgate {

/// loaded_policy is a policy file or a form policy file, ready to judge. It is immutable; any number of
/// threads may use it.
struct loaded_policy {
  std::string text{};  ///< as it stands in the file
  /// sha256 is the policy_digest() of what receipts quote: of a policy file its canonical JSON, so that
  /// blanks change nothing; of a form policy file its text.
  std::string sha256{};
  std::uint64_t number = 0;           ///< the version's in a policy_folder; 0 outside one
  std::optional<policy> files{};      ///< of a policy file
  std::optional<form_policy> form{};  ///< of a form policy file
  /// identity says for the audit that this is what judged: the policy itself, or that of a form's field. The
  /// views live as long as both.
  [[nodiscard]] policy_identity identity(const policy& judged_by) const noexcept {
    return {judged_by.name(), judged_by.version(), sha256};
  }
};

/// read_policy_text makes a policy of the JSON of a policy file or, where it has "fields", of a form policy
/// file, which must hold its policies in itself: another file could change behind its back. With a number,
/// that is the version of its policies, in place of the one in the text. It throws configuration_error, in
/// one line with line and column.
[[nodiscard]] UPLOADGATE_EXPORT loaded_policy read_policy_text(std::string text, std::uint64_t number = 0);

}  // namespace uploadgate
