// Prometheus' text format 0.0.4 and OpenMetrics text 1.0, which differ in the names of counters, in units,
// and in the end.
#pragma once

#include <uploadgate/audit.hpp>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadgate::metrics {

enum class format : std::uint8_t { prometheus, open_metrics };

using label = std::pair<std::string_view, std::string_view>;

// One bucket of a histogram: its upper bound as it is written, and how many observations are not above it.
struct bucket {
  std::string_view bound;
  std::uint64_t count;
};

// text collects families of metrics:
//   text out{format::prometheus};
//   out.counter("uploadgate_decisions", "Uploads judged.");
//   out.sample({{"policy", name}}, n);
class text {
 public:
  explicit text(metrics::format f) : format_{f} {}
  // Begin a family; a counter's name has no "_total" here, a unit is the end of the name.
  void counter(std::string_view name, std::string_view help);
  void gauge(std::string_view name, std::string_view help);
  // A value of the family begun last.
  void sample(std::initializer_list<label> labels, std::uint64_t value);
  // A whole family; `sum` as it is written.
  void histogram(std::string_view name, std::string_view unit, std::string_view help,
                 std::span<const bucket> buckets, std::uint64_t count, std::string_view sum);
  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  void begin(std::string_view name, std::string_view type, std::string_view unit, std::string_view help);
  void line(std::string_view suffix, std::initializer_list<label> labels, std::string_view value);

  metrics::format format_;
  std::string out_, name_;
  std::string_view suffix_;
};

// The families of an audit's sinks.
std::string of_sinks(const std::vector<sink_state>& sinks, format f);

}  // namespace uploadgate::metrics
