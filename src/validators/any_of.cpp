#include <uploadgate/validators/any_of.hpp>

#include "fill_facts.hpp"

#include <algorithm>
#include <string>

namespace uploadgate {
namespace {

verdict end(inspection& in, const completed_file* file) { return file ? in.finish(*file) : in.finish(); }

}  // namespace

any_of::any_of(const any_of& other) : alternatives_{other.alternatives_} {}
any_of::~any_of() = default;

result any_of::none_left() const {
  if (std::ranges::any_of(running_, [](const inspection& in) { return !in.verdict().rejected(); })) return {};
  std::string detail;
  for (const inspection& in : running_) {
    const verdict& v = in.verdict();
    if (!detail.empty()) detail += "; ";
    detail += std::string{v.rule()} + ": " + std::string{v.reason()};
    if (!v.detail().empty()) detail += ": " + v.detail();
  }
  const verdict& last = running_.back().verdict();
  return objection{running_.size() == 1 ? last.code() : make_error_code(errc::no_alternative),
                   std::move(detail), running_.size() == 1 ? last.offset() : std::nullopt};
}

result any_of::begin(const upload& u, facts&) {
  running_.reserve(alternatives_->size());
  for (const policy& p : *alternatives_) running_.push_back(p.inspect(u));
  return none_left();
}

result any_of::feed(bytes_view chunk) {
  bool pending = false;
  for (inspection& in : running_) pending = in.feed(chunk) || pending;
  return pending ? result{} : none_left();
}

result any_of::finish(facts& f, const completed_file* file) {
  for (inspection& in : running_) {
    if (end(in, file).accepted()) {
      fill(f, in.facts());
      return {};
    }
  }
  return none_left();
}

report_only::report_only(const report_only& other) : rule_{other.rule_} {}
report_only::~report_only() = default;

void report_only::report(facts& f) {
  if (!running_) return;
  fill(f, running_->facts());
  const verdict& v = running_->verdict();
  if (v.rejected()) {
    std::string text = "report_only: " + std::string{v.rule()} + ": " + std::string{v.reason()};
    if (!v.detail().empty()) text += ": " + v.detail();
    if (v.offset()) text += " at " + std::to_string(*v.offset());
    f.warn(std::move(text));
    running_.reset();
  }
}

result report_only::begin(const upload& u, facts& f) {
  running_ = std::make_unique<inspection>(rule_->inspect(u));
  if (running_->verdict().rejected()) report(f);
  return {};
}

result report_only::feed(bytes_view chunk, facts& f) {
  if (running_ && !running_->feed(chunk)) report(f);
  return {};
}

result report_only::finish(facts& f, const completed_file* file) {
  if (running_) end(*running_, file);
  report(f);
  return {};
}

}  // namespace uploadgate
