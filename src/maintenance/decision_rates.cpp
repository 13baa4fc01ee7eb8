#include <uploadgate/error.hpp>
#include <uploadgate/maintenance/decision_rates.hpp>

#include "json_lines.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace uploadgate {
namespace {

using maintenance::line_reader;
using time_point = decision_rates::time_point;
using reason_pair = std::pair<std::string, std::string>;  // rule and reason

constexpr double least_excess = 0.01;
constexpr double deviations = 3;
constexpr std::uint64_t least_uploads = 30;

std::optional<int> number_in(std::string_view text, std::size_t at, std::size_t digits) {
  int n = 0;
  const char* const end = text.data() + at + digits;
  const auto [stopped, error] = std::from_chars(text.data() + at, end, n);
  return error == std::errc{} && stopped == end ? std::optional{n} : std::nullopt;
}

// The seconds of "2026-11-22T11:22:03..." (RFC 3339, in UTC). The clock's nanoseconds hold the years from
// 1678 to 2261; a decision of before 1970 or after 2200 is none.
std::optional<time_point> time_in(std::string_view text) {
  using namespace std::chrono;
  constexpr std::size_t shortest = std::string_view{"2026-11-22T11:22:03Z"}.size();
  if (text.size() < shortest || !text.ends_with('Z')) return std::nullopt;
  int parts[6];
  std::size_t at = 0;
  for (int i = 0; i < 6; ++i) {
    const std::size_t digits = i == 0 ? 4 : 2;
    const std::optional<int> n = number_in(text, at, digits);
    if (!n || *n < 0) return std::nullopt;
    parts[i] = *n;
    at += digits + 1;
  }
  const year_month_day date{year{parts[0]}, month{static_cast<unsigned>(parts[1])},
                            day{static_cast<unsigned>(parts[2])}};
  if (!date.ok() || parts[0] < 1970 || parts[0] > 2200) return std::nullopt;
  return sys_days{date} + hours{parts[3]} + minutes{parts[4]} + seconds{parts[5]};
}

// What was decided, in some stretch of time.
struct tally {
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t unfinished = 0;
  std::map<reason_pair, std::uint64_t> refusals;
  std::set<std::string> policies;

  [[nodiscard]] std::uint64_t judged() const { return accepted + rejected; }
  [[nodiscard]] double share(std::uint64_t n) const {
    return judged() == 0 ? 0 : static_cast<double>(n) / static_cast<double>(judged());
  }
  [[nodiscard]] std::uint64_t of(const reason_pair& why) const {
    const auto found = refusals.find(why);
    return found == refusals.end() ? 0 : found->second;
  }

  void refuse(reason_pair why, std::uint64_t times) {
    if (refusals.size() >= decision_rates::max_reasons && !refusals.contains(why)) why = {"other", "other"};
    refusals[std::move(why)] += times;
  }

  void add(const tally& t) {
    accepted += t.accepted;
    rejected += t.rejected;
    unfinished += t.unfinished;
    for (const auto& [why, times] : t.refusals) refuse(why, times);
    policies.insert(t.policies.begin(), t.policies.end());
  }
};

// Whether so many of n are more than a share that is usual gives by chance.
bool is_above(std::uint64_t count, std::uint64_t n, double usual, std::uint64_t usual_of) {
  if (n < least_uploads) return false;
  const double share = static_cast<double>(count) / static_cast<double>(n);
  // A reason that the baseline does not have may be one that it was too small to show.
  const double p = std::max(usual, 1 / static_cast<double>(usual_of + 1));
  return share > usual + least_excess &&
         share > usual + deviations * std::sqrt(p * (1 - p) / static_cast<double>(n));
}

// True where the line says what was decided.
bool count(tally& to, const line_reader& line) {
  const std::string verdict = line.text("verdict");
  if (verdict == "accepted") {
    ++to.accepted;
  } else if (verdict == "pending") {
    ++to.unfinished;
  } else if (verdict == "rejected" && !line.text("rule").empty()) {
    ++to.rejected;
    to.refuse({line.text("rule"), line.text("reason")}, 1);
  } else {
    return false;
  }
  if (const std::optional<std::uint64_t> version = line.number("policy_version"))
    to.policies.insert(line.text("policy") + " " + std::to_string(*version));
  return true;
}

}  // namespace

struct decision_rates::state {
  std::chrono::seconds window;
  tally usual;
  std::map<std::int64_t, tally> by_second;
  std::uint64_t unreadable = 0;
  std::optional<time_point> latest;

  void add(const line_reader& line, time_point now) {
    const std::optional<time_point> said = time_in(line.text("time"));
    tally one;
    if (!count(one, line)) throw configuration_error("no decision");
    if (said && (!latest || *said > *latest)) latest = said;
    const auto second =
        window.count() == 0
            ? 0
            : std::chrono::floor<std::chrono::seconds>(said.value_or(now)).time_since_epoch().count();
    by_second[second].add(one);
  }
};

decision_rates::decision_rates(std::chrono::seconds window) : state_{std::make_unique<state>()} {
  state_->window = window;
}
decision_rates::decision_rates(decision_rates&&) noexcept = default;
decision_rates& decision_rates::operator=(decision_rates&&) noexcept = default;
decision_rates::~decision_rates() = default;

void decision_rates::add_usual(std::string_view line) {
  try {
    count(state_->usual, line_reader{line});
  } catch (const configuration_error&) {  // documented
  }
}

void decision_rates::add(std::string_view line, time_point now) {
  try {
    state_->add(line_reader{line}, now);
  } catch (const configuration_error&) {
    ++state_->unreadable;
  }
}

std::optional<time_point> decision_rates::latest() const { return state_->latest; }

rate_report decision_rates::report(time_point now) {
  state& s = *state_;
  if (s.window.count() != 0) {
    const auto oldest = std::chrono::floor<std::chrono::seconds>(now - s.window).time_since_epoch().count();
    s.by_second.erase(s.by_second.begin(), s.by_second.upper_bound(oldest));
  }
  tally all;
  for (const auto& [second, t] : s.by_second) all.add(t);
  rate_report r{.accepted = all.accepted,
                .rejected = all.rejected,
                .unfinished = all.unfinished,
                .unreadable = s.unreadable,
                .accepted_share = all.share(all.accepted),
                .policies = {all.policies.begin(), all.policies.end()}};
  const bool compared = s.usual.judged() > 0;
  const auto unusual = [&](std::uint64_t count, double usual) {
    return compared && is_above(count, all.judged(), usual, s.usual.judged());
  };
  for (const auto& [why, times] : all.refusals) {
    refusal_rate row{.rule = why.first, .reason = why.second, .count = times, .share = all.share(times)};
    if (compared) row.usual = s.usual.share(s.usual.of(why));
    row.unusual = unusual(times, row.usual.value_or(0));
    r.rows.push_back(std::move(row));
  }
  std::ranges::stable_sort(r.rows, std::ranges::greater{}, &refusal_rate::count);
  if (compared) r.usual_accepted = s.usual.share(s.usual.accepted);
  r.honest_drop = unusual(all.rejected, s.usual.share(s.usual.rejected));
  return r;
}

std::string to_json(const rate_report& r) {
  namespace bj = boost::json;
  bj::array rows;
  for (const refusal_rate& row : r.rows) {
    bj::object o{{"rule", row.rule}, {"reason", row.reason}, {"count", row.count}, {"share", row.share}};
    if (row.usual) o.emplace("usual_share", *row.usual);
    o.emplace("unusual", row.unusual);
    rows.push_back(std::move(o));
  }
  bj::object o{{"accepted", r.accepted},
               {"rejected", r.rejected},
               {"unfinished", r.unfinished},
               {"unreadable", r.unreadable},
               {"accepted_share", r.accepted_share}};
  if (r.usual_accepted) o.emplace("usual_accepted_share", *r.usual_accepted);
  o.emplace("policies", bj::array(r.policies.begin(), r.policies.end()));
  o.emplace("honest_drop", r.honest_drop);
  o.emplace("refusals", std::move(rows));
  return bj::serialize(o);
}

}  // namespace uploadgate
