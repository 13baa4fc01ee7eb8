#include "grammar.hpp"

#include "registry.hpp"

namespace uploadgate::formats {

parse::parse(grammar_function function, const party_limits& limits, const format* chosen,
             std::uint64_t nesting, std::optional<std::uint64_t> unpacked_before)
    : state_{std::make_unique<state>(limits)}, grammar_{function(state_->in, state_->ctx)} {
  state_->ctx.chosen = chosen;
  state_->ctx.nesting = nesting;
  state_->ctx.unpacked_before = unpacked_before;
}

void parse::leave(std::size_t party, const objection& why) {
  if (state_->ctx.others_read(party)) state_->ctx.dismiss(party, why);
}

result parse::said(std::size_t party) const {
  if (const auto& own = state_->ctx.parties()[party].objected) return *own;
  return state_->rejected ? result{*state_->rejected} : result{};
}

result parse::object(result r) {
  objection why = std::move(r).why();
  if (!why.offset) why.offset = state_->in.offset();
  state_->rejected = why;
  list_parts();
  return why;
}

// What is made of one part has no name of its own for it.
void parse::list_parts() {
  context& ctx = state_->ctx;
  if (!ctx.parts) return;
  const std::uint64_t end = state_->in.offset();
  ctx.found.parts = ctx.parts->all(end);
  if (!ctx.found.parts.empty() || !ctx.chosen || end == 0) return;
  ctx.found.parts.push_back({.name = std::string{ctx.chosen->name}, .size = end, .count = 1});
}

// Runs the grammar until it waits for bytes that are not here, or is done.
result parse::advance() {
  state& s = *state_;
  if (!s.started || (!grammar_.handle_.done() && s.in.satisfied())) {
    s.started = true;
    grammar_.handle_.resume();
  }
  if (!grammar_.handle_.done()) return {};
  result outcome = grammar_.handle_.promise().outcome;
  if (!outcome.ok()) return object(std::move(outcome));
  if (s.in.here() > 0) return object(s.in.object(errc::trailing_data));
  return {};
}

result parse::feed(bytes_view chunk) {
  state& s = *state_;
  if (s.rejected) return *s.rejected;
  if (s.ended) return object(s.in.object(errc::fed_after_finish));
  s.in.give(chunk);
  return advance();
}

result parse::finish(const completed_file* file) {
  state& s = *state_;
  if (s.rejected) return *s.rejected;
  if (s.ended) return {};
  s.ended = true;
  s.in.end(file);
  if (result r = advance(); !r.ok()) return r;
  if (!grammar_.handle_.done()) {
    return object({errc::truncated, {}, s.in.offset() + s.in.here()});
  }
  if (!s.ctx.lowered) s.ctx.found.examined = examined::whole;
  list_parts();
  return {};
}

void warn_outside(context& outer, const parse& inner, std::string_view where) {
  const auto told = [&](const std::string& w) { return std::string{where} + w; };
  bool alike = true;
  for (std::size_t i = 0; i < most_parties; ++i) alike = alike && &inner.warned(i) == &inner.found();
  if (alike) {
    for (const std::string& w : inner.found().warnings) outer.warn(told(w));
    return outer.drop_warnings(inner.found().warnings_dropped);
  }
  for (std::size_t i = 0; i < most_parties; ++i) {
    if (!outer.parties()[i].reads()) continue;
    facts& mine = outer.warnings_of(i);
    for (const std::string& w : inner.warned(i).warnings) mine.warn(told(w));
    mine.warnings_dropped += inner.warned(i).warnings_dropped;
  }
}

}  // namespace uploadgate::formats
