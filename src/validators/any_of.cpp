#include <uploadgate/validators/any_of.hpp>

#include <algorithm>
#include <string>

namespace uploadgate {
namespace {

// Gives `to` the facts that it lacks.
void fill(facts& to, const facts& from) {
  const auto text = [](std::string& a, const std::string& b) {
    if (a.empty()) a = b;
  };
  const auto number = [](std::optional<std::uint64_t>& a, const std::optional<std::uint64_t>& b) {
    if (!a) a = b;
  };
  text(to.media_type, from.media_type);
  text(to.extension, from.extension);
  text(to.safe_name, from.safe_name);
  text(to.sniffed_type, from.sniffed_type);
  text(to.sha256, from.sha256);
  number(to.width, from.width);
  number(to.height, from.height);
  number(to.frames, from.frames);
  number(to.entries, from.entries);
  number(to.unpacked_size, from.unpacked_size);
  if (from.examined > to.examined) to.examined = from.examined;
  text(to.examined_note, from.examined_note);
  for (const std::string& w : from.warnings) to.warn(w);
  to.warnings_dropped += from.warnings_dropped;
}

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

result any_of::finish(facts& f) {
  for (inspection& in : running_) {
    if (in.finish().accepted()) {
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

result report_only::finish(facts& f) {
  if (running_) running_->finish();
  report(f);
  return {};
}

}  // namespace uploadgate
