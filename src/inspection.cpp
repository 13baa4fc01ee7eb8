#include "fill_facts.hpp"
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
void inspection::state::ask_one(std::string_view rule, Ask ask) noexcept {
  try {
    try {
      result answer = ask();
      if (!answer.ok()) reject(rule, std::move(answer).why());
    } catch (const std::bad_alloc&) {
      reject(rule, {make_error_code(errc::out_of_memory)});
    } catch (const std::exception& e) {
      reject(rule, {make_error_code(errc::validator_failed), e.what()});
    } catch (...) {
      reject(rule, {make_error_code(errc::validator_failed)});
    }
  } catch (...) {  // no memory for the detail
    reject(rule, {make_error_code(errc::out_of_memory)});
  }
}

template <class Ask>
void inspection::state::ask_all(Ask ask) noexcept {
  for (std::size_t i = 0; i < rules->rules.size() && !verdict.rejected(); ++i) {
    const detail::rule_operations& rule = *rules->rules[i].operations;
    objector = i;
    ask_one(rule.name, [&] { return ask(rule, copy_of(i), facts); });
  }
  if (candidate) candidate->ask_beside(*this, ask);
}

template <class Ask>
void inspection::state::ask_beside(state& enforced, Ask ask) noexcept {
  if (verdict.rejected()) return;
  facts.size = enforced.facts.size;
  try {
    if (!rules->rules.empty()) fill(facts, enforced.facts);
  } catch (...) {  // no memory: the candidate's rules go without
  }
  for (const policy::candidate_rules::step& step : enforced.rules->candidate->steps) {
    if (verdict.rejected()) return;
    const detail::rule_operations& rule = *step.rule;
    if (step.own) {
      ask_one(rule.name, [&] { return ask(rule, copy_of(step.index), facts); });
    } else if (enforced.verdict.rejected() && step.index == enforced.objector) {
      ask_one(rule.name, [&] { return result{objection{enforced.verdict.why_}}; });
    } else if (enforced.verdict.rejected() && step.index > enforced.objector) {
      // Nobody has asked it about these bytes, and nobody will ask it again.
      ask_one(rule.name, [&] { return ask(rule, enforced.copy_of(step.index), facts); });
    }
  }
}

inspection::state* inspection::state::create(std::shared_ptr<const policy::shared> rules) {
  const auto alignment = std::align_val_t{rules->alignment};
  void* block = ::operator new(rules->block_size, alignment);
  auto* s = ::new (block) state{};
  s->rules = std::move(rules);
  try {
    for (; s->alive < s->rules->rules.size(); ++s->alive) {
      const detail::rule& r = s->rules->rules[s->alive];
      r.operations->copy(s->copy_of(s->alive), r.prototype.get());
    }
  } catch (...) {
    destroy(s);
    throw;
  }
  return s;
}

inspection::state* inspection::state::start(std::shared_ptr<const policy::shared> rules,
                                            const upload& claim) {
  state* s = create(std::move(rules));
  try {
    if (s->rules->candidate) {
      s->candidate = create(s->rules->candidate->own);
      for (const policy::candidate_rules::step& step : s->rules->candidate->steps)
        if (step.joined) step.rule->join(s->candidate->copy_of(step.index), s->copy_of(*step.joined));
    }
  } catch (...) {  // the candidate stays undecided
  }
  s->ask_all([&](const detail::rule_operations& rule, void* copy, uploadgate::facts& found) {
    return rule.begin ? rule.begin(copy, claim, found) : result{};
  });
  return s;
}

void inspection::state::destroy(state* s) noexcept {
  if (s->candidate) destroy(s->candidate);
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
  s.ask_all([&](const detail::rule_operations& rule, void* copy, uploadgate::facts& found) {
    return rule.feed ? rule.feed(copy, chunk, found) : result{};
  });
  return s.verdict.pending();
}

uploadgate::verdict inspection::finish() noexcept { return finish_with(nullptr); }
uploadgate::verdict inspection::finish(const completed_file& file) noexcept { return finish_with(&file); }

uploadgate::verdict inspection::finish_with(const completed_file* file) noexcept {
  state& s = *state_;
  if (s.finished) return s.verdict;
  s.finished = true;
  if (s.verdict.rejected()) return s.verdict;  // a candidate has not seen the last byte either
  if (file && file->size() != s.facts.size) {
    s.reject("inspection", {make_error_code(errc::completed_file_differs)});
    return s.verdict;
  }
  s.ask_all([&](const detail::rule_operations& rule, void* copy, uploadgate::facts& found) {
    return rule.finish ? rule.finish(copy, found, file) : result{};
  });
  for (state* judged : {&s, s.candidate})
    if (judged && judged->verdict.pending()) judged->verdict.state_ = verdict::state::accepted;
  return s.verdict;
}

const uploadgate::verdict* inspection::candidate_verdict() const noexcept {
  static const uploadgate::verdict undecided;
  if (!state_->rules->candidate) return nullptr;
  return state_->candidate ? &state_->candidate->verdict : &undecided;
}

const uploadgate::verdict& inspection::verdict() const noexcept { return state_->verdict; }
const uploadgate::facts& inspection::facts() const noexcept { return state_->facts; }

bool inspection::has_rule(std::string_view name) const noexcept {
  const auto is_it = [&](const detail::rule& r) { return r.operations->name == name; };
  return std::ranges::any_of(state_->rules->rules, is_it);
}

}  // namespace uploadgate
