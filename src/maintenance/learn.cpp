#include <uploadgate/maintenance/learn.hpp>
#include <uploadgate/validators/extension.hpp>
#include <uploadgate/validators/max_size.hpp>
#include <uploadgate/validators/path_guard.hpp>
#include <uploadgate/validators/structure.hpp>

#include "formats/registry.hpp"
#include "json_reader.hpp"
#include "policy_fields.hpp"
#include "reason_settings.hpp"
#include "round_numbers.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace uploadgate {
namespace {

using maintenance::reason_switch;
using maintenance::round_histogram;

constexpr std::uint64_t million = 1'000'000;

std::uint64_t product(std::uint64_t a, std::uint64_t b) {
  return a != 0 && b > ~std::uint64_t{0} / a ? ~std::uint64_t{0} : a * b;
}

std::uint64_t pixels(const baseline_entry& e) { return product(*e.width, *e.height); }
std::uint64_t name_length(const baseline_entry& e) { return e.path.size() - (e.path.rfind('/') + 1); }

bool is_image(const baseline_entry& e) { return e.width && e.height; }
// Whether the pages of this file may be larger than the first one, whose size is all that is known.
bool pages_differ(const baseline_entry& e) {
  const formats::format* f = formats::find_extension(e.claimed);
  return f && e.frames.value_or(1) > 1 && (f->name == "tiff" || f->name == "ico" || f->name == "cur");
}

// One limit of a policy, and what a file asks of it.
struct learned_limit {
  std::string_view key;
  std::uint64_t& (*of)(policy_document&);
  std::uint64_t (*round)(std::uint64_t);
  std::optional<std::uint64_t> (*asks)(const baseline_entry&);
  errc reason;
  bool bytes;
};

using maybe = std::optional<std::uint64_t>;

// Lengths of names that a person would allow.
std::uint64_t name_limit(std::uint64_t n) {
  for (const std::uint64_t limit : {50U, 100U, 200U, 255U})
    if (n <= limit) return limit;
  return maintenance::round_count(n);
}

// Archives inside archives count for the limit, and are not among the entries that are known.
std::uint64_t twice(std::uint64_t n) { return maintenance::round_count(product(2, n)); }

// clang-format off
constexpr std::array limits{
    learned_limit{"max_size", [](policy_document& d) -> auto& { return d.max_size; }, maintenance::round_bytes,
                  [](const baseline_entry& e) -> maybe { return e.size; }, errc::size_exceeded, true},
    learned_limit{"filename.max_length", [](policy_document& d) -> auto& { return d.filename.max_length; }, name_limit,
                  [](const baseline_entry& e) -> maybe { return name_length(e); }, errc::name_too_long, false},
    learned_limit{"image.max_pixels", [](policy_document& d) -> auto& { return d.image.max_pixels; }, maintenance::round_count,
                  [](const baseline_entry& e) { return is_image(e) ? maybe{pixels(e)} : maybe{}; }, errc::too_many_pixels, false},
    learned_limit{"image.max_frames", [](policy_document& d) -> auto& { return d.image.max_frames; }, maintenance::round_count,
                  [](const baseline_entry& e) { return is_image(e) ? maybe{e.frames.value_or(1)} : maybe{}; }, errc::too_many_frames, false},
    learned_limit{"image.max_total_pixels", [](policy_document& d) -> auto& { return d.image.max_total_pixels; }, maintenance::round_count,
                  [](const baseline_entry& e) { return is_image(e) ? maybe{product(pixels(e), e.frames.value_or(1))} : maybe{}; },
                  errc::too_many_total_pixels, false},
    learned_limit{"archive.max_entries", [](policy_document& d) -> auto& { return d.archive.max_entries; }, twice,
                  [](const baseline_entry& e) { return e.entries; }, errc::too_many_entries, false},
    learned_limit{"archive.max_unpacked", [](policy_document& d) -> auto& { return d.archive.max_unpacked; }, maintenance::round_bytes,
                  [](const baseline_entry& e) { return e.unpacked_size; }, errc::unpacked_too_large, true},
};
// clang-format on

bool by_pixels(const learned_limit& l) {
  return l.reason == errc::too_many_pixels || l.reason == errc::too_many_total_pixels;
}

std::string shown(const learned_limit& l, std::uint64_t n) {
  return l.bytes ? json::size_text(n) : std::to_string(n);
}

std::string_view word(handling h) { return fields::handling_words.at(static_cast<std::size_t>(h)); }

bool is_learned(std::string_view word) {
  return std::ranges::any_of(limits, [&](const learned_limit& l) { return reason(l.reason) == word; }) ||
         std::ranges::any_of(maintenance::reason_switches(),
                             [&](const reason_switch& s) { return reason(s.reason) == word; });
}

// Whether settings could let a refused file in.
bool can_be_let_in(const baseline_entry& e) {
  return std::ranges::all_of(e.rules, [&](const rule_answer& a) {
    if (a.reason.empty()) return true;
    if (a.rule == structure::name && maintenance::decided_by_structure_setting(a.reason))
      return e.loosened == "accepted" && is_learned(a.reason);
    const formats::format* f = formats::find_extension(e.claimed);
    if (a.reason == reason(errc::extension_not_allowed)) return f && f->read;
    return a.reason == reason(errc::size_exceeded) || a.reason == reason(errc::name_too_long) ||
           a.reason == reason(errc::size_too_small);
  });
}

// Where two switches share a reason, one that does not refuse is enough to say nothing.
bool refuses_feature(policy_document& d, std::string_view feature) {
  bool refuses = false;
  for (const reason_switch& s : maintenance::reason_switches()) {
    if (reason(s.reason) != feature) continue;
    if (s.of(d) != handling::reject) return false;
    refuses = true;
  }
  return refuses;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& w : words) text += (text.empty() ? "" : " ") + w;
  return text;
}

}  // namespace

struct policy_learner::state {
  learn_options options;
  std::string id;
  std::uint64_t files = 0, keepable = 0;
  std::map<std::string, std::uint64_t> extensions{};
  std::map<std::string, std::uint64_t> features{};
  std::vector<round_histogram> asked{};
  std::uint64_t smallest = ~std::uint64_t{0};
  bool pages = false;  // some files have pages of sizes that are not known

  // What is left of the files that may go, and in how many settings it may be spent.
  struct budget {
    std::uint64_t left, places;
    std::uint64_t share() { return places == 0 ? left : left / places; }
    void spend(std::uint64_t n) {
      left -= n;
      if (places > 0) --places;
    }
  };

  void learn_extensions(learned_policy& to, budget& spare) const;
  void learn_limits(learned_policy& to, budget& spare) const;
  void learn_switches(learned_policy& to, budget& spare) const;
};

policy_learner::policy_learner(learn_options options) : state_{std::make_unique<state>()} {
  state_->id = policy_id(options.start);
  state_->options = std::move(options);
  for (const learned_limit& l : limits) state_->asked.emplace_back(l.round);
}
policy_learner::policy_learner(policy_learner&&) noexcept = default;
policy_learner& policy_learner::operator=(policy_learner&&) noexcept = default;
policy_learner::~policy_learner() = default;

void policy_learner::add(const baseline_entry& e) {
  state& s = *state_;
  if (e.policy != s.id) {
    throw configuration_error("the baseline was made under policy " + e.policy + ", not under " + s.id +
                              ": name its policy");
  }
  ++s.files;
  if (!e.unreadable.empty()) return;
  if (!e.accepted && !(s.options.loosen && can_be_let_in(e))) return;
  ++s.keepable;
  ++s.extensions[e.claimed];
  for (const std::string& f : e.features) ++s.features[f];
  for (std::size_t i = 0; i < limits.size(); ++i)
    if (const maybe value = limits[i].asks(e)) s.asked[i].add(*value);
  s.smallest = std::min(s.smallest, e.size);
  s.pages = s.pages || pages_differ(e);
}

// The rarest go first.
void policy_learner::state::learn_extensions(learned_policy& to, budget& spare) const {
  std::vector<std::pair<std::uint64_t, std::string>> rare;
  for (const auto& [word, count] : extensions) rare.emplace_back(count, word);
  std::ranges::sort(rare);
  std::uint64_t share = spare.share();
  learned_setting set{
      .key = "extensions", .before = listed(options.start.extensions), .after = {}, .files = keepable};
  if (set.before.empty()) set.before = fields::known_extensions;
  std::vector<std::string> kept;
  for (const auto& [count, word] : rare) {
    if (count <= share && kept.empty()) {
      share -= count;
      set.left_out += count;
    } else {
      kept.push_back(word);
    }
  }
  spare.spend(set.left_out);
  std::ranges::sort(kept);
  set.after = listed(kept);
  if (!kept.empty()) to.document.extensions = std::move(kept);
  to.settings.push_back(std::move(set));
}

void policy_learner::state::learn_limits(learned_policy& to, budget& spare) const {
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const learned_limit& l = limits[i];
    if (asked[i].empty() || (pages && by_pixels(l))) {
      spare.spend(0);
      continue;
    }
    std::uint64_t& limit = l.of(to.document);
    learned_setting set{
        .key = std::string{l.key}, .before = shown(l, limit), .after = {}, .files = asked[i].total()};
    const round_histogram::cut c = asked[i].least(spare.share());
    if (c.largest > 0 || c.limit > 0) {
      const bool higher = c.largest > limit;
      limit = higher ? c.limit : std::min(limit, std::max<std::uint64_t>(c.limit, 1));
    }
    if (l.key == "filename.max_length") limit = std::min(limit, fields::max_filename_length);
    set.after = shown(l, limit);
    set.left_out = c.above;
    spare.spend(c.above);
    to.settings.push_back(std::move(set));
  }
}

void policy_learner::state::learn_switches(learned_policy& to, budget& spare) const {
  for (const reason_switch& s : maintenance::reason_switches()) {
    const auto seen = features.find(std::string{reason(s.reason)});
    const std::uint64_t count = seen == features.end() ? 0 : seen->second;
    handling& how = s.of(to.document);
    const bool same = !to.settings.empty() && to.settings.back().key == s.key;
    learned_setting set{
        .key = std::string{s.key}, .before = std::string{word(how)}, .after = {}, .files = count};
    if (count > spare.share()) {
      if (how == handling::reject) how = handling::warn;
    } else if (!same || count > 0 || to.settings.back().files == 0) {
      how = handling::reject;
      set.left_out = count;
    }
    spare.spend(set.left_out);
    set.after = word(how);
    if (count > 0 || set.before != set.after) to.settings.push_back(std::move(set));
  }
}

learned_policy policy_learner::learn() const {
  const state& s = *state_;
  learned_policy learned{.document = s.options.start, .files = s.files, .keepable = s.keepable};
  policy_document& d = learned.document;
  d.mode = policy_mode::enforce;
  ++d.version;
  if (s.keepable == 0) return learned;
  const std::uint64_t lost = million - std::min(s.options.keep, million);
  state::budget spare{s.keepable / million * lost + s.keepable % million * lost / million,
                      1 + limits.size() + s.features.size()};
  s.learn_extensions(learned, spare);
  s.learn_limits(learned, spare);
  s.learn_switches(learned, spare);
  d.min_size = std::min(d.min_size, s.smallest);
  return learned;
}

std::optional<expected_refusal> expect(const policy_document& learned, const baseline_entry& e) {
  const auto because = [](std::string_view why) {
    expected_refusal r{.reason = std::string{why}};
    for (const std::string_view key : maintenance::settings_for(why)) r.settings.emplace_back(key);
    return r;
  };
  if (!e.accepted && !can_be_let_in(e)) return because(e.reason);
  policy_document d = learned;
  for (const rule_answer& a : e.rules)
    if (refuses_feature(d, a.reason)) return because(a.reason);
  for (const std::string& feature : e.features)
    if (refuses_feature(d, feature)) return because(feature);
  if (!d.extensions.empty() && std::ranges::find(d.extensions, e.claimed) == d.extensions.end())
    return because(reason(errc::extension_not_allowed));
  if (e.size < d.min_size) return because(reason(errc::size_too_small));
  for (const learned_limit& l : limits) {
    const maybe value = l.asks(e);
    if (value && *value > l.of(d)) return because(reason(l.reason));
  }
  return std::nullopt;
}

}  // namespace uploadgate
