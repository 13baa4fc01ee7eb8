#include <uploadgate/display.hpp>
#include <uploadgate/http/beast.hpp>

#include "pending_file.hpp"
#include "record.hpp"
#include "transfer.hpp"

#include <array>
#include <optional>

using uploadgate::json_member;

net::awaitable<bool> receive_file(connection c, header_parser&& header, std::string filename) {
  const request_context request{c, header};
  http::request_parser<uploadgate::beast::judged_body> parser{std::move(header)};
  parser.body_limit(boost::none);  // the policy decides
  auto& body = parser.get().body();
  uploadgate::upload claim = uploadgate::beast::claim_of(parser.get(), filename);
  if (const auto length = parser.content_length()) claim.size = *length;
  const std::string content_type{claim.content_type};
  uploadgate::inspection inspection = request.rules->policy.inspect(claim);
  const bool refused_at_once = inspection.verdict().rejected();
  std::optional<pending_file> file;
  if (!refused_at_once) file.emplace(c.server, request.rules);
  body.judge(
      std::move(inspection), [&](uploadgate::bytes_view chunk) { return file->write(chunk); },
      [&] { return file->contents(); });

  error_code ec;
  if (!refused_at_once) ec = co_await read_judged_body(c, parser);
  uploadgate::verdict verdict = body.verdict();
  std::string id;
  std::string receipt;
  std::string failure;
  if (!ec && !refused_at_once) verdict = body.finish();
  if (verdict.pending()) failure = "the upload could not be received: " + ec.message();
  const auto record = [&] {
    uploadgate::decision d = request.decided(verdict, body.facts(), body.candidate_verdict());
    d.filename = filename;
    d.content_type = content_type;
    d.failure = failure;
    return c.server.log.record(d);
  };
  if (const std::error_code unrecorded = record()) failure = "no record: " + unrecorded.message();
  if (verdict.accepted() && failure.empty()) {
    std::error_code failed;
    id = file->publish(body.facts(), failed);
    receipt = file->receipt();
    if (failed) {
      failure = failed.message();
      record();
    }
  }
  const bool whole = parser.is_done();
  const bool go_on = whole && failure.empty() && parser.get().keep_alive();
  std::string text =
      failure.empty()
          ? uploadgate::to_json(verdict, body.facts(),
                                std::array{json_member{"filename", filename}, json_member{"id", id},
                                           json_member{"policy", request.rules->policy.name()},
                                           json_member{"policy_version", request.rules->version},
                                           json_member{"receipt", receipt}}) +
                "\n"
          : problem(failure);
  co_await send(c, answer(parser.get().version(), go_on, status_of(verdict, failure), "application/json",
                          std::move(text)));
  if (!whole) co_await drain(c);
  co_return go_on;
}
