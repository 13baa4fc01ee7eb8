#include "metrics.hpp"

namespace gateway {
namespace {

void head(std::string& out, std::string_view name, std::string_view kind, std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ");
  out.append(kind).append("\n");
}

void line(std::string& out, std::string_view name, std::string_view labels, std::uint64_t value) {
  out.append(name).append(labels).append(" ").append(std::to_string(value)).append("\n");
}

void one(std::string& out, std::string_view name, std::string_view kind, std::string_view help,
         std::uint64_t value) {
  head(out, name, kind, help);
  line(out, name, "", value);
}

}  // namespace

void metrics::answered(unsigned status) {
  const std::lock_guard lock{mutex_};
  ++answers_[status];
}

void metrics::refused(std::string_view reason) {
  const std::lock_guard lock{mutex_};
  ++refusals_[std::string{reason}];
}

std::string metrics::text(std::size_t connections, std::uint64_t disk) const {
  std::string out;
  one(out, "uploadgate_proxy_connections", "gauge", "Open connections of clients.", connections);
  one(out, "uploadgate_proxy_spool_bytes", "gauge", "Bytes on the disk of uploads being judged.", disk);
  one(out, "uploadgate_proxy_spooled_bytes_total", "counter", "Bytes that were judged and spooled.",
      spooled_bytes);
  one(out, "uploadgate_proxy_upstream_failures_total", "counter",
      "Requests that the application did not answer.", upstream_failures);
  one(out, "uploadgate_proxy_reloads_total", "counter", "Reloads of the routes and their policies.", reloads);
  one(out, "uploadgate_proxy_failed_reloads_total", "counter", "Reloads that kept the last good policies.",
      failed_reloads);
  const std::lock_guard lock{mutex_};
  head(out, "uploadgate_proxy_answers_total", "counter", "Answers by status.");
  for (const auto& [status, n] : answers_)
    line(out, "uploadgate_proxy_answers_total", "{status=\"" + std::to_string(status) + "\"}", n);
  head(out, "uploadgate_proxy_refused_heads_total", "counter", "Requests refused for their head, by reason.");
  for (const auto& [reason, n] : refusals_)
    line(out, "uploadgate_proxy_refused_heads_total", "{reason=\"" + reason + "\"}", n);
  return out;
}

}  // namespace gateway
