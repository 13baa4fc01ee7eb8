#include "record.hpp"

#include <atomic>

namespace {

constexpr std::size_t longest_id = 128;

std::string new_id() {
  static std::atomic<std::uint64_t> count = 0;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()) + "-" +
         std::to_string(++count);
}

}  // namespace

request_context::request_context(const connection& c, const header_parser& header)
    : rules{c.server.rules->get()} {
  const auto given = header.get()["X-Request-Id"];
  id = given.empty() || given.size() > longest_id ? new_id() : std::string{given.data(), given.size()};
  error_code ec;
  const auto peer = c.stream.socket().remote_endpoint(ec);
  if (!ec) client = peer.address().to_string();
}

uploadgate::decision request_context::decided(const uploadgate::verdict& v, const uploadgate::facts& f,
                                              const uploadgate::verdict* candidate) const {
  using namespace std::chrono;
  uploadgate::decision d{.verdict = v,
                         .facts = f,
                         .time = system_clock::now(),
                         .duration = duration_cast<microseconds>(steady_clock::now() - started),
                         .request_id = id,
                         .client = client,
                         .policy = {rules->policy.name(), rules->policy.version(), rules->sha256}};
  if (candidate) {
    const uploadgate::policy tried = rules->policy.candidate().value();
    d.candidate.emplace(uploadgate::candidate_decision{
        .policy = {tried.name(), tried.version(), rules->candidate_sha256}, .verdict = *candidate});
  }
  return d;
}
