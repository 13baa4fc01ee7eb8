#include "policy_state.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

namespace uploadgate {

void inspection::state::reject(std::string_view rule, objection why) noexcept {
  verdict.state_ = verdict::state::rejected;
  verdict.rule_ = rule;
  verdict.why_ = std::move(why);
}

template <class Ask>
void inspection::state::ask_all(Ask ask) noexcept {
  for (std::size_t i = 0; i < rules->rules.size() && !verdict.rejected(); ++i) {
    const detail::rule_operations& rule = *rules->rules[i].operations;
    try {
      try {
        result answer = ask(rule, copy_of(i));
        if (!answer.ok()) reject(rule.name, std::move(answer).why());
      } catch (const std::bad_alloc&) {
        reject(rule.name, {make_error_code(errc::out_of_memory)});
      } catch (const std::exception& e) {
        reject(rule.name, {make_error_code(errc::validator_failed), e.what()});
      } catch (...) {
        reject(rule.name, {make_error_code(errc::validator_failed)});
      }
    } catch (...) {  // no memory for the detail
      reject(rule.name, {make_error_code(errc::out_of_memory)});
    }
  }
}

inspection::state* inspection::state::start(std::shared_ptr<const policy::shared> rules,
                                            const upload& claim) {
  const auto alignment = std::align_val_t{rules->alignment};
  void* block = ::operator new(rules->block_size, alignment);
  auto* s = ::new (block) state{.rules = std::move(rules), .facts = {}, .verdict = {}};
  try {
    for (; s->alive < s->rules->rules.size(); ++s->alive) {
      const detail::rule& r = s->rules->rules[s->alive];
      r.operations->copy(s->copy_of(s->alive), r.prototype.get());
    }
  } catch (...) {
    destroy(s);
    throw;
  }
  s->ask_all([&](const detail::rule_operations& rule, void* copy) {
    return rule.begin ? rule.begin(copy, claim, s->facts) : result{};
  });
  return s;
}

void inspection::state::destroy(state* s) noexcept {
  while (s->alive > 0) {
    --s->alive;
    s->rules->rules[s->alive].operations->destroy(s->copy_of(s->alive));
  }
  const auto alignment = std::align_val_t{s->rules->alignment};
  s->~state();
  ::operator delete(s, alignment);
}

inspection::inspection(state* s) noexcept : state_{s} {}
inspection::inspection(inspection&& other) noexcept : state_{std::exchange(other.state_, nullptr)} {}
inspection& inspection::operator=(inspection&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}
inspection::~inspection() {
  if (state_) state::destroy(state_);
}

bool inspection::feed(bytes_view chunk) noexcept {
  state& s = *state_;
  if (s.finished) {
    s.reject("inspection", {make_error_code(errc::fed_after_finish)});
    return false;
  }
  if (s.verdict.rejected()) return false;
  if (chunk.empty()) return true;
  s.facts.size += chunk.size();
  s.ask_all([&](const detail::rule_operations& rule, void* copy) {
    return rule.feed ? rule.feed(copy, chunk, s.facts) : result{};
  });
  return s.verdict.pending();
}

uploadgate::verdict inspection::finish() noexcept {
  state& s = *state_;
  if (!s.finished) {
    s.finished = true;
    s.ask_all([&](const detail::rule_operations& rule, void* copy) {
      return rule.finish ? rule.finish(copy, s.facts) : result{};
    });
    if (s.verdict.pending()) s.verdict.state_ = verdict::state::accepted;
  }
  return s.verdict;
}

const uploadgate::verdict& inspection::verdict() const noexcept { return state_->verdict; }
const uploadgate::facts& inspection::facts() const noexcept { return state_->facts; }

bool inspection::has_rule(std::string_view name) const noexcept {
  const auto is_it = [&](const detail::rule& r) { return r.operations->name == name; };
  return std::ranges::any_of(state_->rules->rules, is_it);
}

}  // namespace uploadgate
