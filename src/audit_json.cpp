#include <uploadgate/decision.hpp>

#include "json_members.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <cstdio>
#include <utility>

namespace uploadgate {
namespace {

// What is kept of the texts of a decision: the first that fits. With the last one every member fits, even
// where each byte becomes an escape of six.
constexpr std::array<json_members::limits, 4> kept{{{}, {512, 8}, {128, 1}, {32, 0}}};

constexpr std::size_t usual_line = 1024;  // bytes; most lines are shorter
constexpr std::size_t usual_members = 32;

// "2026-11-22T11:22:03.123456Z" (RFC 3339, section 5.6).
std::string utc(std::chrono::system_clock::time_point t) {
  using namespace std::chrono;
  const auto day = floor<days>(t);
  const year_month_day date{day};
  const hh_mm_ss clock{floor<microseconds>(t - day)};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

void add_policy(json_members& to, const policy_identity& p) {
  to.text("policy", p.name);
  if (p.version != 0) to.number("policy_version", p.version);
  to.text("policy_sha256", p.sha256);
}

bool add_candidate(boost::json::object& to, const candidate_decision& c, json_members::limits limits) {
  boost::json::object o(to.storage());
  json_members members{o, limits};
  add_policy(members, c.policy);
  members.verdict(c.verdict);
  to.emplace("candidate", std::move(o));
  return members.cut();
}

std::string line_of(const decision& d, json_members::limits limits) {
  std::array<unsigned char, 4 * usual_line> block;  // NOLINT(*-member-init): it is only room
  boost::json::monotonic_resource memory{block.data(), block.size()};
  boost::json::object o(&memory);
  o.reserve(usual_members);
  json_members members{o, limits};
  if (d.time != std::chrono::system_clock::time_point{}) members.text("time", utc(d.time));
  members.text("request_id", d.request_id);
  members.text("client", d.client);
  add_policy(members, d.policy);
  members.text("filename", d.filename);
  members.text("content_type", d.content_type);
  members.text("field", d.field);
  members.verdict(d.verdict);
  members.facts(d.facts);
  if (d.duration.count() > 0) members.number("duration_us", static_cast<std::uint64_t>(d.duration.count()));
  members.text("failure", d.failure);
  const bool candidate_cut = d.candidate && add_candidate(o, *d.candidate, limits);
  if (members.cut() || candidate_cut) o.emplace("cut", true);
  return escape_steering(boost::json::serialize(o));
}

}  // namespace

std::string to_json(const decision& d) {
  std::string line;
  for (const json_members::limits& limits : kept) {
    line = line_of(d, limits);
    if (line.size() < max_audit_line) break;
  }
  return line;
}

}  // namespace uploadgate
