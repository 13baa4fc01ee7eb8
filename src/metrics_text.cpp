#include "metrics_text.hpp"

#include <uploadgate/display.hpp>

namespace uploadgate::metrics {
namespace {

// The value of a label, between its quotes; both formats escape the same three characters.
void append_escaped(std::string& to, std::string_view value) {
  for (const char c : printable(value)) {
    if (c == '\\' || c == '"') to += '\\';
    to += c;
  }
}

}  // namespace

void text::begin(std::string_view name, std::string_view type, std::string_view unit, std::string_view help) {
  name_ = name;
  suffix_ = type == "counter" ? "_total" : "";
  const bool open = format_ == format::open_metrics;
  const std::string title = name_ + (open ? "" : std::string{suffix_});
  const auto say = [&](std::string_view what, std::string_view value) {
    out_.append("# ").append(what).append(" ").append(title).append(" ").append(value).append("\n");
  };
  say("TYPE", type);
  if (open && !unit.empty()) say("UNIT", unit);
  say("HELP", help);
}

void text::counter(std::string_view name, std::string_view help) { begin(name, "counter", "", help); }
void text::gauge(std::string_view name, std::string_view help) { begin(name, "gauge", "", help); }

void text::sample(std::initializer_list<label> labels, std::uint64_t value) {
  line(suffix_, labels, std::to_string(value));
}

void text::line(std::string_view suffix, std::initializer_list<label> labels, std::string_view value) {
  out_.append(name_).append(suffix);
  const char* before = "{";
  for (const auto& [key, shown] : labels) {
    out_.append(before).append(key).append("=\"");
    append_escaped(out_, shown);
    out_ += '"';
    before = ",";
  }
  if (labels.size() != 0) out_ += '}';
  out_.append(" ").append(value).append("\n");
}

void text::histogram(std::string_view name, std::string_view unit, std::string_view help,
                     std::span<const bucket> buckets, std::uint64_t count, std::string_view sum) {
  begin(name, "histogram", unit, help);
  for (const bucket& b : buckets) line("_bucket", {{"le", b.bound}}, std::to_string(b.count));
  line("_bucket", {{"le", "+Inf"}}, std::to_string(count));
  line("_sum", {}, sum);
  line("_count", {}, std::to_string(count));
}

std::string of_sinks(const std::vector<sink_state>& sinks, format f) {
  if (sinks.empty()) return {};
  text out{f};
  out.counter("uploadgate_audit_lines", "Lines written to the audit.");
  std::size_t at = 0;
  for (const sink_state& s : sinks)
    out.sample({{"sink", s.name}, {"number", std::to_string(at++)}}, s.written);
  out.counter("uploadgate_audit_lost_lines", "Lines that a sink of the audit could not take.");
  at = 0;
  for (const sink_state& s : sinks) out.sample({{"sink", s.name}, {"number", std::to_string(at++)}}, s.lost);
  return std::move(out).take();
}

}  // namespace uploadgate::metrics
