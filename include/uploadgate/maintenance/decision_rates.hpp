/// \file decision_rates.hpp
/// How many uploads come in and how many are refused, by rule, against what is usual: for who watches a log.
#pragma once

#include <uploadgate/export.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate {

/// refusal_rate is one row: what one rule refuses for one reason.
struct refusal_rate {
  std::string rule, reason;
  std::uint64_t count = 0;
  double share = 0;               ///< of the uploads that were judged
  std::optional<double> usual{};  ///< the same share in the baseline, where there is one
  bool unusual = false;           ///< so many more than usual that chance does not explain it
};

/// rate_report is how it stands at one moment.
struct rate_report {
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t unfinished = 0;  ///< ended before they were judged
  std::uint64_t unreadable = 0;  ///< lines of the log that are no decision, since the beginning
  double accepted_share = 0;     ///< of the uploads that were judged
  std::optional<double> usual_accepted{};
  std::vector<refusal_rate> rows{};     ///< the most frequent first
  std::vector<std::string> policies{};  ///< "photos 3", those that judged, in alphabetical order
  /// honest_drop is whether clearly fewer uploads are accepted than in the baseline: a policy that is new, or
  /// an attack.
  bool honest_drop = false;
};

/// decision_rates counts the lines of an audit, or those of `uploadgate check --json`, over the last while.
/// It has no clock; one thread at a time. Memory grows with the seconds of the window and with reasons, of
/// which it keeps the first max_reasons, and not with the uploads.
///
/// A share is unusual where it is above the usual one by a hundredth, and by three standard deviations of
/// what chance gives at this number of uploads; fewer than 30 uploads are never unusual.
class UPLOADGATE_EXPORT decision_rates {
 public:
  using time_point = std::chrono::system_clock::time_point;
  /// max_reasons is how many pairs of rule and reason are told apart; the rest is "other".
  static constexpr std::size_t max_reasons = 1000;

  /// decision_rates counts the uploads of the last `window`; all where that is 0.
  explicit decision_rates(std::chrono::seconds window = {});
  decision_rates(decision_rates&&) noexcept;
  decision_rates& operator=(decision_rates&&) noexcept;
  ~decision_rates();

  /// add_usual counts a line of the baseline: whatever has "verdict", "rule" and "reason", as a baseline, an
  /// audit and `check --json` have. What is not such a line is passed over.
  void add_usual(std::string_view line);
  /// add counts a line of the log; one without a "time" was now.
  void add(std::string_view line, time_point now);
  /// latest is the latest time of a line; nothing where none had one.
  [[nodiscard]] std::optional<time_point> latest() const;
  /// report tells how it stands now, and forgets what is older than the window.
  [[nodiscard]] rate_report report(time_point now);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// to_json gives a report as one JSON object on one line: "accepted", "rejected", "unfinished", "unreadable",
/// "accepted_share", "usual_accepted_share", "policies", "honest_drop", "refusals": [{"rule", "reason",
/// "count", "share", "usual_share", "unusual"}].
[[nodiscard]] UPLOADGATE_EXPORT std::string to_json(const rate_report& r);

}  // namespace uploadgate
