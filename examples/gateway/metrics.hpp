// What the gateway counts, for Prometheus.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace gateway {

class metrics {
 public:
  std::atomic<std::uint64_t> upstream_failures{0}, reloads{0}, failed_reloads{0}, received_bytes{0},
      spooled_bytes{0};

  // answered counts a request by the status of its answer; refused one whose head was refused, by its reason,
  // which is one of a fixed list of words. Thread-safe.
  void answered(unsigned status);
  void refused(std::string_view reason);

  // text is the exposition format 0.0.4, to which the values of the moment are given.
  [[nodiscard]] std::string text(std::size_t connections, std::uint64_t disk) const;

 private:
  mutable std::mutex mutex_;
  std::map<unsigned, std::uint64_t> answers_;
  std::map<std::string, std::uint64_t, std::less<>> refusals_;
};

}  // namespace gateway
