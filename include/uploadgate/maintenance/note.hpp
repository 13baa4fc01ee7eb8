/// \file note.hpp
/// The final note of a change: what was before, what was changed, what that did, how to do it again and how
/// to undo it.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/maintenance/difference.hpp>
#include <uploadgate/maintenance/summary.hpp>
#include <uploadgate/policy_file.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace uploadgate {

/// decision_counts is what a log of decisions says happened after the release.
struct decision_counts {
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t passed_over = 0;  ///< lines that are no decision
  std::map<std::string, std::uint64_t, std::less<>> reasons{};
};

/// count_decisions reads a log of JSON lines with "verdict" and "reason", as the audit and `uploadgate check
/// --json` write them, in bounded memory. It throws std::system_error.
[[nodiscard]] UPLOADGATE_EXPORT decision_counts count_decisions(const std::string& path);

/// change_note is what a note tells. Texts may hold anything: they are escaped where they are written.
struct change_note {
  static constexpr std::size_t max_files = 50;  ///< that are named; the rest is counted

  std::string title = "A change of the upload policy";
  std::string date{};     ///< as the host says it: "2026-11-22"
  std::string author{};   ///< who made the change
  std::string remarks{};  ///< why it was made, and what came of it
  policy_document policy_before{}, policy_after{};
  baseline_summary before{};
  std::optional<baseline_summary> after{};
  std::optional<store_difference> difference{};
  std::vector<file_change> files{};  ///< the first max_files that the change decides differently
  std::optional<decision_counts> decisions{};
  std::vector<std::string> commands{};  ///< to do it again, one a line
  std::vector<std::string> rollback{};  ///< to undo it, one a line
};

/// note_markdown gives the note as CommonMark with tables.
[[nodiscard]] UPLOADGATE_EXPORT std::string note_markdown(const change_note& n);

/// note_html gives the note as one page with charts (inline SVG): no script, nothing from elsewhere, and a
/// Content-Security-Policy that says so.
[[nodiscard]] UPLOADGATE_EXPORT std::string note_html(const change_note& n);

}  // namespace uploadgate
