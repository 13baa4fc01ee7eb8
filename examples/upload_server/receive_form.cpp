#include <uploadgate/display.hpp>
#include <uploadgate/http/beast_form.hpp>

#include "pending_file.hpp"
#include "record.hpp"
#include "transfer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <map>
#include <memory>
#include <optional>

namespace {

// The files of one form while it is judged, by where their content begins; published when all of it is
// accepted.
using pending_files = std::map<std::uint64_t, std::unique_ptr<pending_file>>;

uploadgate::result objection_of(std::error_code ec) {
  return ec ? uploadgate::result{uploadgate::objection{ec, "the file could not be stored"}}
            : uploadgate::result{};
}

uploadgate::form_consumer store_in(pending_files& files, const server_state& server,
                                   const std::shared_ptr<const server_rules>& rules) {
  using uploadgate::bytes_view;
  using uploadgate::form_part;
  using uploadgate::result;
  return {.begin = [&files, &server, rules](const form_part& part) -> result {
            if (part.filename) files.emplace(part.offset, std::make_unique<pending_file>(server, rules));
            return {};
          },
          .data = [&files](const form_part& part, bytes_view bytes) -> result {
            const auto file = files.find(part.offset);
            return file == files.end() ? result{} : objection_of(file->second->write(bytes));
          },
          .completed = [&files](const form_part& part) -> std::optional<uploadgate::completed_file> {
            const auto file = files.find(part.offset);
            if (file == files.end()) return std::nullopt;
            return file->second->contents();
          }};
}

std::string publish(const uploadgate::form_part& part, pending_file& file, std::string& failure) {
  if (part.facts.sha256.empty()) return {};  // an empty file input
  std::error_code failed;
  std::string id = file.publish(part.facts, failed);
  if (failed) failure = failed.message();
  return id;
}

boost::json::value describe(const uploadgate::form_part& part, const std::string& id) {
  using uploadgate::json_member;
  if (part.filename) {
    return boost::json::parse(
        uploadgate::to_json(part.verdict, part.facts,
                            std::array{json_member{"name", part.name},
                                       json_member{"filename", *part.filename}, json_member{"id", id}}));
  }
  return boost::json::object{{"name", uploadgate::valid_utf8(part.name)},
                             {"verdict", part.verdict.accepted() ? "accepted" : "rejected"},
                             {"text", uploadgate::valid_utf8(part.text)},
                             {"size", part.size}};
}

// One decision a file; a form without one is a decision by itself. Gives the first error.
std::error_code record(const uploadgate::audit& log, const request_context& request,
                       const uploadgate::verdict& form, const std::vector<uploadgate::form_part>& parts,
                       std::string_view failure) {
  std::error_code first;
  bool any = false;
  for (const uploadgate::form_part& part : parts) {
    if (!part.filename) continue;
    any = true;
    uploadgate::decision d =
        request.decided(part.verdict, part.facts, part.candidate ? &*part.candidate : nullptr);
    d.filename = *part.filename;
    d.content_type = part.content_type;
    d.field = part.name;
    d.failure = part.verdict.accepted() && form.rejected() ? "the form was refused" : failure;
    const std::error_code ec = log.record(d);
    if (!first) first = ec;
  }
  if (any) return first;
  const uploadgate::facts none;
  uploadgate::decision d = request.decided(form, none, nullptr);
  d.failure = failure;
  return log.record(d);
}

}  // namespace

net::awaitable<bool> receive_form(connection c, header_parser&& header) {
  const request_context request{c, header};
  http::request_parser<uploadgate::beast::form_body> parser{std::move(header)};
  parser.body_limit(boost::none);  // the form policy decides
  auto& body = parser.get().body();
  pending_files files;
  body.judge(uploadgate::beast::inspect(request.rules->form, parser.get(),
                                        store_in(files, c.server, request.rules)));

  error_code ec;
  if (body.verdict().pending()) ec = co_await read_judged_body(c, parser);
  uploadgate::verdict verdict = body.verdict();
  std::string failure;
  if (!ec && verdict.pending()) {
    verdict = body.finish();
  } else if (ec && verdict.pending()) {
    failure = "the form could not be received: " + ec.message();
  }
  if (const std::error_code unrecorded = record(c.server.log, request, verdict, body.parts(), failure))
    failure = "no record: " + unrecorded.message();
  boost::json::array parts;
  for (const uploadgate::form_part& part : body.parts()) {
    const auto file = files.find(part.offset);
    const bool store = verdict.accepted() && failure.empty() && file != files.end();
    parts.push_back(describe(part, store ? publish(part, *file->second, failure) : std::string{}));
  }
  const bool whole = parser.is_done();
  const bool go_on = whole && failure.empty() && parser.get().keep_alive();
  boost::json::object text{{"verdict", verdict.accepted() && failure.empty() ? "accepted" : "rejected"},
                           {"policy", request.rules->policy.name()},
                           {"policy_version", request.rules->version}};
  if (verdict.rejected()) {
    text.emplace("rule", verdict.rule());
    text.emplace("reason", verdict.reason());
    text.emplace("detail", uploadgate::printable(verdict.message()));
    if (verdict.offset()) text.emplace("offset", *verdict.offset());
  }
  if (!failure.empty()) text.emplace("detail", failure);
  text.emplace("parts", std::move(parts));
  co_await send(c, answer(parser.get().version(), go_on, status_of(verdict, failure), "application/json",
                          boost::json::serialize(text) + "\n"));
  if (!whole) co_await drain(c);
  co_return go_on;
}
