#include <uploadgate/maintenance/baseline.hpp>
#include <uploadgate/validators/magic_type.hpp>
#include <uploadgate/validators/path_guard.hpp>
#include <uploadgate/validators/structure.hpp>

#include "formats/registry.hpp"
#include "media_type.hpp"
#include "policy_fields.hpp"
#include "reason_settings.hpp"
#include "sha256.hpp"

#include <algorithm>
#include <limits>

namespace uploadgate {
namespace {

constexpr std::size_t slice = 64 * KiB;  // bytes that every rule sees before the next ones
constexpr std::size_t id_length = 16;

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// What is allowed is warned of instead, which accepts the same files and says what they have.
policy_document telling(policy_document d) {
  d.mode = policy_mode::enforce;
  d.content.digest = false;  // every file's digest is taken anyway
  for (const maintenance::reason_switch& s : maintenance::reason_switches())
    if (s.of(d) == handling::allow) s.of(d) = handling::warn;
  return d;
}

std::uint64_t stretched(std::uint64_t limit) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return limit > most / limit_slack ? most : limit * limit_slack;
}

policy_document loose(policy_document d) {
  d = telling(std::move(d));
  for (const maintenance::reason_switch& s : maintenance::reason_switches()) s.of(d) = handling::warn;
  for (const maintenance::reason_limit& l : maintenance::reason_limits())
    if (l.key != "filename.max_length") l.of(d) = stretched(l.of(d));
  d.document.max_depth = std::min<std::uint64_t>(d.document.max_depth, 4096);
  d.content.content_type = false;
  return d;
}

std::optional<policy> rule_of(const policy& p, std::string_view wanted) {
  for (policy& single : p.each_rule())
    if (single.rule_names().front() == wanted) return std::move(single);
  return std::nullopt;
}

}  // namespace

std::string policy_id(const policy_document& document) {
  return sha256_hex(to_json(document)).substr(0, id_length);
}

struct baseline_judge::state {
  std::string id;
  std::vector<policy> rules;
  std::vector<std::string> names;  // of the rules
  bool digest = false;             // is a rule of the policy
  policy type{magic_type{}};
  std::optional<policy> loose_structure;
};

baseline_judge::baseline_judge(const policy_document& document) {
  auto s = std::make_shared<state>();
  s->id = uploadgate::policy_id(document);
  s->rules = make_policy(telling(document)).each_rule();
  for (const policy& p : s->rules) s->names.emplace_back(p.rule_names().front());
  s->digest = document.content.digest;
  s->loose_structure = rule_of(make_policy(loose(document)), structure::name);
  state_ = std::move(s);
}

const std::string& baseline_judge::policy_id() const noexcept { return state_->id; }

struct observation::state {
  std::shared_ptr<const baseline_judge::state> judge;
  baseline_entry entry{};
  std::vector<inspection> rules{};
  std::vector<std::uint64_t> objected{};  // at which step each rule did; 0 for the claim
  std::vector<std::byte> first{};         // what the type is told by
  sha256 hash{};
  std::uint64_t step = 0;

  void note_objections() {
    for (std::size_t i = 0; i < rules.size(); ++i)
      if (objected[i] > step && rules[i].verdict().rejected()) objected[i] = step;
  }
  inspection typed(const upload& claim) const;
  void tell_type();
  void take_facts(const facts& f);
  void decide();
};

observation::observation(std::unique_ptr<state> s) noexcept : state_{std::move(s)} {}
observation::observation(observation&&) noexcept = default;
observation& observation::operator=(observation&&) noexcept = default;
observation::~observation() = default;

observation baseline_judge::observe(std::string_view path, std::uint64_t size) const {
  auto s = std::make_unique<observation::state>();
  s->judge = state_;
  s->entry.path = path;
  s->entry.policy = state_->id;
  const upload claim{.filename = file_name(path), .size = size};
  s->entry.claimed = last_segment(claim.filename);
  for (const policy& p : state_->rules) s->rules.push_back(p.inspect(claim));
  s->objected.assign(s->rules.size(), std::numeric_limits<std::uint64_t>::max());
  s->note_objections();
  return observation{std::move(s)};
}

void observation::feed(bytes_view chunk) {
  state& s = *state_;
  for (; !chunk.empty(); chunk = chunk.subspan(std::min(slice, chunk.size()))) {
    const bytes_view part = chunk.first(std::min(slice, chunk.size()));
    ++s.step;
    s.hash.update(part);
    const bytes_view more = part.first(std::min(part.size(), magic_type::window - s.first.size()));
    s.first.insert(s.first.end(), more.begin(), more.end());
    s.entry.size += part.size();
    for (inspection& rule : s.rules) rule.feed(part);
    s.note_objections();
  }
}

inspection observation::state::typed(const upload& claim) const {
  inspection in = judge->type.inspect(claim);
  in.feed(first);
  in.finish();
  return in;
}

// The type that the name says, where the content agrees, since it is the finer one (docx, not zip); else what
// the content is without a name. The policy's own rule has answered the first question already.
void observation::state::tell_type() {
  const auto rule = std::ranges::find(judge->names, magic_type::name);
  std::optional<inspection> asked;
  if (rule == judge->names.end()) asked.emplace(typed({.filename = file_name(entry.path)}));
  const inspection& named = asked ? *asked : rules[static_cast<std::size_t>(rule - judge->names.begin())];
  const bool agrees = named.verdict().accepted();
  entry.mismatch = !agrees && entry.size > 0 && formats::find_extension(entry.claimed);
  entry.type = agrees ? named.facts().media_type : typed({}).facts().media_type;
}

void observation::state::take_facts(const facts& f) {
  if (!f.media_type.empty()) entry.type = f.media_type;
  entry.width = f.width;
  entry.height = f.height;
  entry.frames = f.frames;
  entry.entries = f.entries;
  entry.unpacked_size = f.unpacked_size;
  entry.seen = f.examined;
  for (const std::string& w : f.warnings) maintenance::add_features(entry.features, w);
}

// The policy's answer is that of the rule which objects first; at the same step, of the first in its order.
void observation::state::decide() {
  std::size_t first = rules.size();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const verdict& v = rules[i].verdict();
    entry.rules.push_back({judge->names[i], v.rejected() ? std::string{v.reason()} : std::string{}});
    if (v.rejected() && (first == rules.size() || objected[i] < objected[first])) first = i;
  }
  if (judge->digest) entry.rules.push_back({"digest"});
  entry.accepted = first == rules.size();
  if (entry.accepted) return;
  const verdict& v = rules[first].verdict();
  entry.rule = v.rule();
  entry.reason = v.reason();
  entry.detail = v.detail();
  entry.offset = v.offset();
}

baseline_entry observation::finish() { return finish_with(nullptr); }
baseline_entry observation::finish(const completed_file& file) { return finish_with(&file); }

baseline_entry observation::finish_with(const completed_file* file) {
  state& s = *state_;
  ++s.step;
  for (inspection& rule : s.rules) file ? rule.finish(*file) : rule.finish();
  s.note_objections();
  s.tell_type();
  for (std::size_t i = 0; i < s.rules.size(); ++i) {
    const facts& f = s.rules[i].facts();
    const verdict& v = s.rules[i].verdict();
    if (s.judge->names[i] == structure::name) {
      s.take_facts(f);
      if (v.rejected()) maintenance::add_feature(s.entry.features, v.reason());
    } else if (s.judge->names[i] == path_guard::name) {
      if (v.rejected()) s.entry.name = v.reason();
      if (f.safe_name != file_name(s.entry.path)) s.entry.safe_name = f.safe_name;
    }
  }
  if (s.entry.size == 0) s.entry.type.clear();
  s.decide();
  s.entry.sha256 = s.hash.hex();
  return s.entry;
}

bool observation::needs_second_look() const noexcept {
  if (!state_->judge->loose_structure) return false;
  return std::ranges::any_of(state_->entry.rules, [](const rule_answer& a) {
    return a.rule == structure::name && maintenance::decided_by_structure_setting(a.reason);
  });
}

inspection baseline_judge::observe_loosely(std::string_view path, std::uint64_t size) const {
  return state_->loose_structure.value().inspect({.filename = file_name(path), .size = size});
}

void baseline_judge::loosen(baseline_entry& e, const verdict& v, const facts& f) {
  e.loosened = v.accepted() ? "accepted" : v.reason();
  if (v.accepted() && !f.media_type.empty()) e.type = f.media_type;
  const auto larger = [](std::optional<std::uint64_t>& known, std::optional<std::uint64_t> seen) {
    if (seen && (!known || *seen > *known)) known = seen;
  };
  if (f.width && f.height) {
    e.width = f.width;
    e.height = f.height;
  }
  larger(e.frames, f.frames);
  larger(e.entries, f.entries);
  larger(e.unpacked_size, f.unpacked_size);
  for (const std::string& w : f.warnings) maintenance::add_features(e.features, w);
}

}  // namespace uploadgate
