/// \file decision_counters.hpp
/// How many uploads were accepted and rejected, by which policy, rule and reason, how fast, and how large.
#pragma once

#include <uploadgate/decision.hpp>
#include <uploadgate/export.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate {

/// max_counted_policies is how many policies are counted by name; all later ones count as "other", so that
/// names cannot make a time series each.
inline constexpr std::size_t max_counted_policies = 64;
/// max_counted_reasons is how many triples of policy, rule and reason are counted by themselves; all later
/// ones count under the rule and reason "other".
inline constexpr std::size_t max_counted_reasons = 1000;

/// policy_count is what became of the uploads that one policy judged.
struct policy_count {
  std::string policy;
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t unfinished = 0;  ///< ended before they were judged
  std::uint64_t version = 0;     ///< of the policy, as it came last
};

/// reason_count is how often a rule of a policy rejected for one reason.
struct reason_count {
  std::string policy, rule, reason;
  std::uint64_t rejected = 0;
};

/// candidate_count is what a policy on trial would have done, compared with the policy that decided.
struct candidate_count {
  std::string policy;              ///< the candidate
  std::uint64_t agreed = 0;        ///< both accepted, or both rejected
  std::uint64_t would_reject = 0;  ///< the enforced policy accepted
  std::uint64_t would_accept = 0;  ///< the enforced policy rejected
  std::uint64_t undecided = 0;     ///< the enforced policy rejected before the candidate had seen enough
};

/// decision_counters counts decisions. Any number of threads may use one. It is not copied.
class UPLOADGATE_EXPORT decision_counters {
 public:
  decision_counters();
  decision_counters(const decision_counters&) = delete;
  decision_counters& operator=(const decision_counters&) = delete;
  ~decision_counters();

  /// count adds one decision. Where there is no memory for a new policy or reason, it is counted nowhere.
  void count(const decision& d) noexcept;

  [[nodiscard]] std::vector<policy_count> policies() const;
  [[nodiscard]] std::vector<reason_count> reasons() const;
  [[nodiscard]] std::vector<candidate_count> candidates() const;

  /// prometheus gives all of it in Prometheus' text format 0.0.4, with the histograms
  /// uploadgate_decision_duration_seconds and uploadgate_upload_size_bytes.
  [[nodiscard]] std::string prometheus() const;
  /// open_metrics gives the same as OpenMetrics text 1.0, without its last line "# EOF", so that the host can
  /// add its own.
  [[nodiscard]] std::string open_metrics() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace uploadgate
