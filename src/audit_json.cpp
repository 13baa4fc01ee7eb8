#include <uploadgate/decision.hpp>

#include "json_members.hpp"

#include <array>
#include <utility>

namespace uploadgate {
namespace {

// What is kept of the texts of a decision: the first that fits. With the last one every member fits, even
// where each byte becomes an escape of six.
constexpr std::array<json_members::limits, 4> kept{{{}, {512, 8}, {128, 1}, {32, 0}}};

// Puts a number in its place, with zeros in front.
template <class Number>
void put(std::string& text, std::size_t at, std::size_t digits, Number number) {
  auto n = static_cast<std::uint64_t>(number);
  for (std::size_t i = at + digits; i > at; n /= 10) text[--i] = static_cast<char>('0' + n % 10);
}

// RFC 3339, section 5.6; of years after 9999 the last four digits.
std::string utc(std::chrono::system_clock::time_point t) {
  using namespace std::chrono;
  const auto day = floor<days>(t);
  const year_month_day date{day};
  const hh_mm_ss clock{floor<microseconds>(t - day)};
  std::string text = "0000-00-00T00:00:00.000000Z";
  put(text, 0, 4, static_cast<int>(date.year()));
  put(text, 5, 2, static_cast<unsigned>(date.month()));
  put(text, 8, 2, static_cast<unsigned>(date.day()));
  put(text, 11, 2, clock.hours().count());
  put(text, 14, 2, clock.minutes().count());
  put(text, 17, 2, clock.seconds().count());
  put(text, 20, 6, clock.subseconds().count());
  return text;
}

void add_policy(json_members& to, const policy_identity& p) {
  to.text("policy", p.name);
  if (p.version != 0) to.number("policy_version", p.version);
  to.text("policy_sha256", p.sha256);
}

json_members members_of(const candidate_decision& c, json_members::limits limits) {
  json_members members{limits};
  add_policy(members, c.policy);
  members.verdict(c.verdict);
  return members;
}

std::string line_of(const decision& d, json_members::limits limits) {
  json_members members{limits};
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
  if (d.candidate) members.object("candidate", members_of(*d.candidate, limits));
  if (members.cut()) members.mark("cut");
  return std::move(members).take();
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
