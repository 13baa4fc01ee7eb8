#include <uploadgate/audit.hpp>

#include "metrics_text.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace uploadgate {

struct audit::state {
  struct kept_sink {
    explicit kept_sink(audit_sink s) : sink{std::move(s)}, fares{.name = sink.name} {}

    audit_sink sink;
    sink_state fares;
    mutable std::mutex mutex;  // for both

    // What the sink's function throws is an error like another.
    template <class Call>
    std::error_code guarded(Call call) noexcept {
      try {
        return call();
      } catch (const std::system_error& e) {
        return e.code();
      } catch (const std::bad_alloc&) {
        return std::make_error_code(std::errc::not_enough_memory);
      } catch (...) {
        return std::make_error_code(std::errc::io_error);
      }
    }

    void tally(std::error_code ec) noexcept {
      ++(ec ? fares.lost : fares.written);
      if (ec) fares.last_error = ec;
    }

    std::error_code write(const decision& d, std::string_view line) noexcept {
      const std::lock_guard lock{mutex};
      const std::error_code ec = guarded([&] { return sink.write(d, line); });
      tally(ec);
      return sink.failure == on_failure::report ? ec : std::error_code{};
    }

    std::error_code lose(std::error_code why) noexcept {
      const std::lock_guard lock{mutex};
      tally(why);
      return sink.failure == on_failure::report ? why : std::error_code{};
    }

    std::error_code reopen() noexcept {
      const std::lock_guard lock{mutex};
      if (!sink.reopen) return {};
      const std::error_code ec = guarded([&] { return sink.reopen(); });
      if (ec) fares.last_error = ec;
      return ec;
    }
  };

  decision_counters counters;
  std::vector<std::unique_ptr<kept_sink>> sinks;

  // Asks every sink, and gives the first error.
  template <class Ask>
  std::error_code each(Ask ask) noexcept {
    std::error_code first;
    for (const auto& sink : sinks) {
      const std::error_code ec = ask(*sink);
      if (!first) first = ec;
    }
    return first;
  }
};

audit::audit() : audit{std::vector<audit_sink>{}} {}

audit::audit(std::vector<audit_sink> sinks) : state_{std::make_shared<state>()} {
  for (audit_sink& sink : sinks) {
    if (!sink.write) throw configuration_error("audit: the sink " + sink.name + " has no write");
    state_->sinks.push_back(std::make_unique<state::kept_sink>(std::move(sink)));
  }
}

std::error_code audit::record(const decision& d) const noexcept {
  state_->counters.count(d);
  if (state_->sinks.empty()) return {};
  try {
    const std::string line = to_json(d) + "\n";
    return state_->each([&](state::kept_sink& sink) { return sink.write(d, line); });
  } catch (...) {
    const std::error_code no_memory = std::make_error_code(std::errc::not_enough_memory);
    return state_->each([&](state::kept_sink& sink) { return sink.lose(no_memory); });
  }
}

std::error_code audit::reopen() const noexcept {
  return state_->each([](state::kept_sink& sink) { return sink.reopen(); });
}

const decision_counters& audit::counters() const noexcept { return state_->counters; }

std::vector<sink_state> audit::sinks() const {
  std::vector<sink_state> all;
  for (const auto& sink : state_->sinks) {
    const std::lock_guard lock{sink->mutex};
    all.push_back(sink->fares);
  }
  return all;
}

std::string audit::prometheus() const {
  return state_->counters.prometheus() + metrics::of_sinks(sinks(), metrics::format::prometheus);
}

std::string audit::open_metrics() const {
  return state_->counters.open_metrics() + metrics::of_sinks(sinks(), metrics::format::open_metrics) +
         "# EOF\n";
}

}  // namespace uploadgate
