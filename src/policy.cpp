#include <uploadgate/policy.hpp>

#include "policy_state.hpp"

#include <algorithm>
#include <utility>

namespace uploadgate {
namespace {

std::size_t align_up(std::size_t at, std::size_t alignment) {
  return (at + alignment - 1) / alignment * alignment;
}

}  // namespace

void policy::append(std::vector<detail::rule>& list, const policy& other) {
  list.insert(list.end(), other.rules().begin(), other.rules().end());
}

const std::vector<detail::rule>& policy::rules() const noexcept { return shared_->rules; }

void policy::build(std::vector<detail::rule> list) {
  auto built = std::make_shared<shared>();
  if (shared_) {
    built->name = shared_->name;
    built->version = shared_->version;
  }
  std::size_t at = sizeof(inspection::state);
  built->alignment = alignof(inspection::state);
  for (const detail::rule& r : list) {
    at = align_up(at, r.operations->alignment);
    built->offsets.push_back(at);
    at += r.operations->size;
    built->alignment = std::max(built->alignment, r.operations->alignment);
  }
  built->block_size = at;
  built->rules = std::move(list);
  shared_ = std::move(built);
}

policy policy::named(std::string name, std::uint64_t version) const {
  auto copy = std::make_shared<shared>(*shared_);
  copy->name = std::move(name);
  copy->version = version;
  policy p{*this};
  p.shared_ = std::move(copy);
  return p;
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
    all.push_back(*this);
    all.back().build({r});
  }
  return all;
}

inspection policy::inspect(const upload& claim) const {
  return inspection{inspection::state::start(shared_, claim)};
}

}  // namespace uploadgate
