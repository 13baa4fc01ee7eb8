#include <uploadgate/display.hpp>
#include <uploadgate/http/beast.hpp>

#include "log.hpp"
#include "pending_file.hpp"
#include "transfer.hpp"

#include <boost/json/object.hpp>

#include <array>
#include <optional>

namespace {

using uploadgate::json_member;

void log_upload(const std::string& filename, const uploadgate::verdict& verdict,
                const uploadgate::facts& facts, const std::string& failure,
                std::chrono::steady_clock::time_point started) {
  const auto took = std::chrono::steady_clock::now() - started;
  boost::json::object event{
      {"event", "upload"},
      {"filename", uploadgate::printable(filename)},
      {"verdict", verdict.accepted()   ? "accepted"
                  : verdict.rejected() ? "rejected"
                                       : "failed"},
      {"size", facts.size},
      {"microseconds", std::chrono::duration_cast<std::chrono::microseconds>(took).count()}};
  if (verdict.rejected()) {
    event.emplace("rule", verdict.rule());
    event.emplace("reason", verdict.reason());
    event.emplace("detail", uploadgate::printable(verdict.detail()));
  }
  if (!failure.empty()) event.emplace("failure", failure);
  log_line(std::move(event));
}

}  // namespace

net::awaitable<bool> receive_file(connection c, header_parser&& header, std::string filename) {
  const auto started = std::chrono::steady_clock::now();
  http::request_parser<uploadgate::beast::judged_body> parser{std::move(header)};
  parser.body_limit(boost::none);  // the policy decides
  auto& body = parser.get().body();
  uploadgate::upload claim = uploadgate::beast::claim_of(parser.get(), filename);
  if (const auto length = parser.content_length()) claim.size = *length;
  uploadgate::inspection inspection = c.server.policy.inspect(claim);
  const bool refused_at_once = inspection.verdict().rejected();
  std::optional<pending_file> file;
  if (!refused_at_once) file.emplace(c.server);
  body.judge(std::move(inspection), [&](uploadgate::bytes_view chunk) { return file->write(chunk); });

  error_code ec;
  if (!refused_at_once) ec = co_await read_judged_body(c, parser);
  uploadgate::verdict verdict = body.verdict();
  std::string id;
  std::string receipt;
  std::string failure;
  if (!ec && !refused_at_once) {
    verdict = body.finish();
    if (verdict.accepted()) {
      std::error_code failed;
      id = file->publish(body.facts(), failed);
      if (failed) failure = failed.message();
      receipt = file->receipt();
    }
  } else if (ec && !verdict.rejected()) {
    failure = "the upload could not be received: " + ec.message();
  }
  const bool whole = parser.is_done();
  const bool go_on = whole && failure.empty() && parser.get().keep_alive();
  std::string text =
      failure.empty()
          ? uploadgate::to_json(verdict, body.facts(),
                                std::array{json_member{"filename", filename}, json_member{"id", id},
                                           json_member{"receipt", receipt}}) +
                "\n"
          : problem(failure);
  co_await send(c, answer(parser.get().version(), go_on, status_of(verdict, failure), "application/json",
                          std::move(text)));
  log_upload(filename, verdict, body.facts(), failure, started);
  if (!whole) co_await drain(c);
  co_return go_on;
}
