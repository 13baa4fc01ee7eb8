// Any bytes as what a client and a file say of themselves: the audit's line stays one line of plain JSON that
// a pipe takes in one piece, and whoever watches the log reads any bytes.
#include <uploadgate/decision.hpp>
#include <uploadgate/display.hpp>
#include <uploadgate/maintenance/decision_rates.hpp>

#include <boost/json/parse.hpp>

#include <cstdint>
#include <cstdlib>

using namespace uploadgate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(bytes), size};
  const std::string_view half = text.substr(size / 2);
  const verdict pending;
  facts learnt;
  learnt.safe_name = half;
  learnt.warn(std::string{text});
  const decision d{.verdict = pending,
                   .facts = learnt,
                   .time = std::chrono::system_clock::time_point{std::chrono::microseconds{size * 1'000'003}},
                   .client = half,
                   .filename = text,
                   .content_type = text,
                   .failure = half,
                   .candidate = candidate_decision{.policy = {.name = text}, .verdict = pending}};
  const std::string line = to_json(d);
  if (line.size() >= max_audit_line || printable(line) != line) std::abort();
  const boost::json::object o = boost::json::parse(line).as_object();
  if (o.contains("filename") == text.empty()) std::abort();
  if (!o.contains("cut") && !text.empty() &&
      std::string_view{o.at("filename").as_string()} != valid_utf8(text))
    std::abort();

  decision_rates rates{std::chrono::seconds{600}};
  rates.add_usual(text);
  rates.add(line, d.time);
  rates.add(text, d.time);
  if (!boost::json::parse(to_json(rates.report(d.time))).is_object()) std::abort();
  return 0;
}
