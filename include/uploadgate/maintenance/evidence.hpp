/// \file evidence.hpp
/// A policy held against what others require of uploads: OWASP ASVS 5.0 chapter V5, the OWASP File Upload
/// Cheat Sheet, and the weaknesses of CWE.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/policy_file.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate {

/// evidence_status is how a requirement stands.
enum class evidence_status : std::uint8_t {
  met,      ///< by the policy alone
  shared,   ///< the policy does its part; what the host must do is said
  not_met,  ///< the policy leaves it open; what is missing is said
  host,     ///< no policy can; what the host must do is said
};

/// name gives the word for it ("not_met").
UPLOADGATE_EXPORT std::string_view name(evidence_status s) noexcept;

/// evidence_row is one requirement.
struct evidence_row {
  std::string source;       ///< "OWASP ASVS 5.0"
  std::string id;           ///< "5.2.1", "CWE-434"
  unsigned level = 0;       ///< of ASVS, 1 to 3; 0 elsewhere
  std::string requirement;  ///< in short and in our words; the source's text is the one that counts
  evidence_status status = evidence_status::host;
  std::string how;                 ///< what the policy does about it, with its numbers
  std::string missing;             ///< where it is not met: why
  std::string duty;                ///< what the host must do
  std::vector<std::string> rules;  ///< the rules and parts of uploadgate that do it
  std::vector<std::string> tests;  ///< "tests/validators/max_size_test.cpp: the name of the case"
};

/// evidence gives every row, in the order of the sources. A policy in mode report meets nothing, since it
/// refuses nothing. It says what the policy would do in a server that calls uploadgate rightly; that the
/// server does is not to be seen from a policy.
[[nodiscard]] UPLOADGATE_EXPORT std::vector<evidence_row> evidence(const policy_document& document);

/// evidence_json gives one object: the policy's name, version and id, the numbers, and the rows.
[[nodiscard]] UPLOADGATE_EXPORT std::string evidence_json(const policy_document& document,
                                                          const std::vector<evidence_row>& rows);

/// evidence_markdown gives a page with one table for each source (CommonMark, tables of GitHub).
[[nodiscard]] UPLOADGATE_EXPORT std::string evidence_markdown(const policy_document& document,
                                                              const std::vector<evidence_row>& rows);

}  // namespace uploadgate
