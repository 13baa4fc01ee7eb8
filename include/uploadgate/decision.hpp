/// \file decision.hpp
/// What is recorded of one upload that was judged. docs/audit.md describes the line, docs/audit.schema.json
/// its members.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/facts.hpp>
#include <uploadgate/verdict.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uploadgate {

/// policy_identity says which policy spoke.
struct policy_identity {
  std::string_view name{};    ///< policy::name()
  std::uint64_t version = 0;  ///< policy::version(); 0 where there is none
  std::string_view sha256{};  ///< policy_digest() of its text; empty where the policy came from no text
};

/// candidate_decision is what a policy on trial would have said about the same bytes.
struct candidate_decision {
  policy_identity policy{};
  const uploadgate::verdict& verdict;
};

/// decision is one upload that was judged, as the host tells it to the audit. It borrows everything: fill it
/// in for one call of audit::record, and keep nothing. What the host does not know stays empty, and is left
/// out of the line. There is no file content in it, and none comes into the line.
///   log.record({.verdict = in.verdict(), .facts = in.facts(), .request_id = id, .time = now, ...});
struct decision {
  /// verdict is pending where the upload ended before it was judged: the client went, or storage failed.
  const uploadgate::verdict& verdict;
  const uploadgate::facts& facts;
  std::chrono::system_clock::time_point time{};  ///< when it was decided; the library has no clock
  std::chrono::microseconds duration{};          ///< from the first byte to the verdict; 0: not measured
  std::string_view request_id{};                 ///< the host's, to find the request in other logs
  std::string_view client{};                     ///< the client's address
  policy_identity policy{};
  std::string_view filename{};      ///< as the client claims it
  std::string_view content_type{};  ///< as the client claims it
  std::string_view field{};         ///< the form's field
  std::string_view failure{};       ///< why the host could not receive or store what was not refused
  std::optional<candidate_decision> candidate{};
};

/// max_audit_line is the most bytes of a line, with its line feed: what POSIX lets every pipe on Linux take
/// in one piece (PIPE_BUF), so that lines of several writers never mix.
inline constexpr std::size_t max_audit_line = 4096;

/// to_json gives the decision as one JSON object (RFC 8259) on one line, without a line feed, shorter than
/// max_audit_line. Every control, format and direction-changing character, and the line and paragraph
/// separators, are \u escapes (CWE-117): a name can neither forge a line nor steer a terminal that shows it,
/// and a JSON reader still sees every character. Bytes that are not UTF-8 are U+FFFD. Where a line would be
/// too long, warnings and texts are cut, and it says "cut": true.
[[nodiscard]] UPLOADGATE_EXPORT std::string to_json(const decision& d);

}  // namespace uploadgate
