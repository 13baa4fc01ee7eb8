#include <uploadgate/decision_counters.hpp>

#include "metrics_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <mutex>
#include <tuple>

namespace uploadgate {
namespace {

constexpr std::string_view other = "other";

struct bound {
  std::uint64_t value;
  std::string_view shown;
};

// Microseconds, shown in seconds: the audit's own cost is 2, a scan of a large video some seconds.
constexpr std::array duration_bounds{
    bound{100, "0.0001"},        bound{250, "0.00025"},     bound{1'000, "0.001"},
    bound{2'500, "0.0025"},      bound{10'000, "0.01"},     bound{25'000, "0.025"},
    bound{100'000, "0.1"},       bound{250'000, "0.25"},    bound{1'000'000, "1.0"},
    bound{2'500'000, "2.5"},     bound{10'000'000, "10.0"}, bound{60'000'000, "60.0"},
    bound{600'000'000, "600.0"},
};

// Bytes: powers of four from 1 KiB to 4 GiB.
constexpr std::array size_bounds{
    bound{1ULL << 10U, "1024.0"},      bound{1ULL << 12U, "4096.0"},       bound{1ULL << 14U, "16384.0"},
    bound{1ULL << 16U, "65536.0"},     bound{1ULL << 18U, "262144.0"},     bound{1ULL << 20U, "1048576.0"},
    bound{1ULL << 22U, "4194304.0"},   bound{1ULL << 24U, "16777216.0"},   bound{1ULL << 26U, "67108864.0"},
    bound{1ULL << 28U, "268435456.0"}, bound{1ULL << 30U, "1073741824.0"}, bound{1ULL << 32U, "4294967296.0"},
};

// The buckets count by themselves; what is written is cumulative.
template <std::size_t N>
struct histogram {
  std::array<std::uint64_t, N + 1> counts{};
  std::uint64_t sum = 0;

  void observe(const std::array<bound, N>& bounds, std::uint64_t value) {
    const auto at = std::ranges::lower_bound(bounds, value, {}, &bound::value);
    ++counts[static_cast<std::size_t>(at - bounds.begin())];
    sum += value;
  }

  void write(metrics::text& out, const std::array<bound, N>& bounds, std::string_view name,
             std::string_view unit, std::string_view help, std::string_view shown_sum) const {
    std::array<metrics::bucket, N> buckets{};
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < N; ++i) buckets[i] = {bounds[i].shown, total += counts[i]};
    out.histogram(name, unit, help, buckets, total + counts[N], shown_sum);
  }
};

std::string seconds(std::uint64_t microseconds) {
  constexpr std::uint64_t million = 1'000'000;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%llu.%06llu",
                static_cast<unsigned long long>(microseconds / million),
                static_cast<unsigned long long>(microseconds % million));
  return text.data();
}

std::uint64_t& outcome(candidate_count& c, const verdict& enforced, const verdict& candidate) {
  if (candidate.pending()) return c.undecided;
  if (enforced.accepted() == candidate.accepted()) return c.agreed;
  return enforced.accepted() ? c.would_reject : c.would_accept;
}

using reason_key = std::tuple<std::string, std::string, std::string>;
using reason_view = std::tuple<std::string_view, std::string_view, std::string_view>;

// In the order of the texts; clang 14 does not compare tuples of different types.
struct by_reason {
  using is_transparent = void;
  static reason_view view(const reason_key& k) { return {std::get<0>(k), std::get<1>(k), std::get<2>(k)}; }
  static reason_view view(const reason_view& v) { return v; }
  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    return view(a) < view(b);
  }
};

}  // namespace

struct decision_counters::state {
  mutable std::mutex mutex;
  std::map<std::string, policy_count, std::less<>> policies;
  std::map<reason_key, reason_count, by_reason> reasons;
  std::map<std::string, candidate_count, std::less<>> candidates;
  histogram<duration_bounds.size()> durations;
  histogram<size_bounds.size()> sizes;

  // The count under this name; where there are too many names, that under "other".
  template <class Count>
  static Count& named(std::map<std::string, Count, std::less<>>& counts, std::string_view name) {
    if (const auto it = counts.find(name); it != counts.end()) return it->second;
    if (counts.size() >= max_counted_policies) name = other;
    Count& c = counts[std::string{name}];
    c.policy = name;
    return c;
  }

  reason_count& reason_of(std::string_view policy, const uploadgate::verdict& v) {
    reason_view key{policy, v.rule(), v.reason()};
    if (const auto it = reasons.find(key); it != reasons.end()) return it->second;
    if (reasons.size() >= max_counted_reasons) key = {policy, other, other};
    reason_count& c = reasons[reason_key{key}];
    std::tie(c.policy, c.rule, c.reason) = key;
    return c;
  }

  void count(const decision& d) {
    policy_count& p = named(policies, d.policy.name);
    p.version = d.policy.version;
    ++(d.verdict.accepted() ? p.accepted : d.verdict.rejected() ? p.rejected : p.unfinished);
    if (d.verdict.rejected()) ++reason_of(p.policy, d.verdict).rejected;
    if (d.candidate && !d.verdict.pending()) {
      candidate_count& c = named(candidates, d.candidate->policy.name);
      ++outcome(c, d.verdict, d.candidate->verdict);
    }
    if (d.duration.count() > 0)
      durations.observe(duration_bounds, static_cast<std::uint64_t>(d.duration.count()));
    sizes.observe(size_bounds, d.facts.size);
  }

  void write(metrics::text& out) const;
  std::string in(metrics::format f) const {
    const std::lock_guard lock{mutex};
    metrics::text out{f};
    write(out);
    return std::move(out).take();
  }

  template <class Counts>
  std::vector<typename Counts::mapped_type> listed(const Counts& counts) const {
    const std::lock_guard lock{mutex};
    std::vector<typename Counts::mapped_type> all;
    all.reserve(counts.size());
    for (const auto& [key, c] : counts) all.push_back(c);
    return all;
  }
};

void decision_counters::state::write(metrics::text& out) const {
  if (!policies.empty()) {
    out.counter("uploadgate_decisions", "Uploads, by the policy that judged them and the verdict.");
    for (const auto& [name, c] : policies) {
      out.sample({{"policy", name}, {"verdict", "accepted"}}, c.accepted);
      out.sample({{"policy", name}, {"verdict", "rejected"}}, c.rejected);
      out.sample({{"policy", name}, {"verdict", "unfinished"}}, c.unfinished);
    }
    out.gauge("uploadgate_policy_version", "The version of the policy that judged last.");
    for (const auto& [name, c] : policies) out.sample({{"policy", name}}, c.version);
  }
  if (!reasons.empty()) {
    out.counter("uploadgate_rejections", "Rejected uploads, by policy, rule and reason.");
    for (const auto& [key, c] : reasons)
      out.sample({{"policy", c.policy}, {"rule", c.rule}, {"reason", c.reason}}, c.rejected);
  }
  if (!candidates.empty()) {
    out.counter("uploadgate_candidate_decisions", "What the policy on trial says, beside the enforced one.");
    for (const auto& [name, c] : candidates) {
      out.sample({{"policy", name}, {"outcome", "agreed"}}, c.agreed);
      out.sample({{"policy", name}, {"outcome", "would_reject"}}, c.would_reject);
      out.sample({{"policy", name}, {"outcome", "would_accept"}}, c.would_accept);
      out.sample({{"policy", name}, {"outcome", "undecided"}}, c.undecided);
    }
  }
  durations.write(out, duration_bounds, "uploadgate_decision_duration_seconds", "seconds",
                  "From the first byte of an upload to its verdict.", seconds(durations.sum));
  sizes.write(out, size_bounds, "uploadgate_upload_size_bytes", "bytes",
              "Bytes of an upload that were judged.", std::to_string(sizes.sum));
}

decision_counters::decision_counters() : state_{std::make_unique<state>()} {}
decision_counters::~decision_counters() = default;

void decision_counters::count(const decision& d) noexcept {
  const std::lock_guard lock{state_->mutex};
  try {
    state_->count(d);
  } catch (...) {  // no memory: documented
  }
}

std::vector<policy_count> decision_counters::policies() const { return state_->listed(state_->policies); }
std::vector<reason_count> decision_counters::reasons() const { return state_->listed(state_->reasons); }
std::vector<candidate_count> decision_counters::candidates() const {
  return state_->listed(state_->candidates);
}
std::string decision_counters::prometheus() const { return state_->in(metrics::format::prometheus); }
std::string decision_counters::open_metrics() const { return state_->in(metrics::format::open_metrics); }

}  // namespace uploadgate
