#include <uploadgate/policy.hpp>

#include "policy_state.hpp"

#include <algorithm>
#include <utility>

namespace uploadgate {
namespace {

std::size_t align_up(std::size_t at, std::size_t alignment) {
  return (at + alignment - 1) / alignment * alignment;
}

// Whether two rules always answer the same.
bool same(const detail::rule& a, const detail::rule& b) {
  if (a.prototype == b.prototype) return true;
  return a.operations == b.operations && a.operations->same &&
         a.operations->same(a.prototype.get(), b.prototype.get());
}

}  // namespace

void policy::append(std::vector<detail::rule>& list, const policy& other) {
  list.insert(list.end(), other.rules().begin(), other.rules().end());
}

const std::vector<detail::rule>& policy::rules() const noexcept { return shared_->rules; }

policy::shared::shared(std::vector<detail::rule> list) : rules{std::move(list)} {
  std::size_t at = sizeof(inspection::state);
  alignment = alignof(inspection::state);
  for (const detail::rule& r : rules) {
    at = align_up(at, r.operations->alignment);
    offsets.push_back(at);
    at += r.operations->size;
    alignment = std::max(alignment, r.operations->alignment);
  }
  block_size = at;
}

policy::candidate_rules policy::shared::beside(std::shared_ptr<const shared> whole) const {
  candidate_rules c;
  std::vector<detail::rule> own;
  for (const detail::rule& r : whole->rules) {
    const auto twin = std::ranges::find_if(rules, [&](const detail::rule& mine) { return same(mine, r); });
    const bool asked = twin == rules.end();
    candidate_rules::step& step = c.steps.emplace_back(candidate_rules::step{
        r.operations, asked, asked ? own.size() : static_cast<std::size_t>(twin - rules.begin())});
    if (!asked) continue;
    own.push_back(r);
    const auto kin = std::ranges::find(rules, r.operations, &detail::rule::operations);
    if (r.operations->join && kin != rules.end()) step.joined = static_cast<std::size_t>(kin - rules.begin());
  }
  c.own = std::make_shared<const shared>(std::move(own));
  c.whole = std::move(whole);
  return c;
}

void policy::build(std::vector<detail::rule> list) {
  auto built = std::make_shared<shared>(std::move(list));
  if (shared_) {
    built->name = shared_->name;
    built->version = shared_->version;
    if (shared_->candidate) built->candidate = built->beside(shared_->candidate->whole);
  }
  shared_ = std::move(built);
}

policy policy::with_candidate(const policy& candidate) const {
  auto copy = std::make_shared<shared>(*shared_);
  copy->candidate = copy->beside(candidate.shared_);
  return policy{std::shared_ptr<const shared>{std::move(copy)}};
}

std::optional<policy> policy::candidate() const {
  if (!shared_->candidate) return std::nullopt;
  return policy{shared_->candidate->whole};
}

policy policy::named(std::string name, std::uint64_t version) const {
  auto copy = std::make_shared<shared>(*shared_);
  copy->name = std::move(name);
  copy->version = version;
  return policy{std::shared_ptr<const shared>{std::move(copy)}};
}

std::string_view policy::name() const noexcept { return shared_->name; }
std::uint64_t policy::version() const noexcept { return shared_->version; }

std::vector<std::string_view> policy::rule_names() const {
  std::vector<std::string_view> names;
  for (const detail::rule& r : rules()) names.push_back(r.operations->name);
  return names;
}

std::vector<policy> policy::each_rule() const {
  std::vector<policy> all;
  for (const detail::rule& r : rules()) {
    auto one = std::make_shared<shared>(std::vector{r});
    one->name = shared_->name;
    one->version = shared_->version;
    all.push_back(policy{std::shared_ptr<const shared>{std::move(one)}});
  }
  return all;
}

inspection policy::inspect(const upload& claim) const {
  return inspection{inspection::state::start(shared_, claim)};
}

}  // namespace uploadgate
