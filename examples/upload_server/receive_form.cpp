#include <uploadgate/display.hpp>
#include <uploadgate/http/beast_form.hpp>

#include "log.hpp"
#include "pending_file.hpp"
#include "transfer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <map>
#include <memory>

namespace {

// The files of one form while it is judged, by where their content begins; published when all of it is
// accepted.
using pending_files = std::map<std::uint64_t, std::unique_ptr<pending_file>>;

uploadgate::result objection_of(std::error_code ec) {
  return ec ? uploadgate::result{uploadgate::objection{ec, "the file could not be stored"}}
            : uploadgate::result{};
}

uploadgate::form_consumer store_in(pending_files& files, const server_state& server) {
  using uploadgate::bytes_view;
  using uploadgate::form_part;
  using uploadgate::result;
  return {.begin = [&files, &server](const form_part& part) -> result {
            if (part.filename) files.emplace(part.offset, std::make_unique<pending_file>(server));
            return {};
          },
          .data = [&files](const form_part& part, bytes_view bytes) -> result {
            const auto file = files.find(part.offset);
            return file == files.end() ? result{} : objection_of(file->second->write(bytes));
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

}  // namespace

net::awaitable<bool> receive_form(connection c, header_parser&& header) {
  http::request_parser<uploadgate::beast::form_body> parser{std::move(header)};
  parser.body_limit(boost::none);  // the form policy decides
  auto& body = parser.get().body();
  pending_files files;
  body.judge(uploadgate::beast::inspect(c.server.form, parser.get(), store_in(files, c.server)));

  error_code ec;
  if (body.verdict().pending()) ec = co_await read_judged_body(c, parser);
  uploadgate::verdict verdict = body.verdict();
  std::string failure;
  if (!ec && verdict.pending()) {
    verdict = body.finish();
  } else if (ec && verdict.pending()) {
    failure = "the form could not be received: " + ec.message();
  }
  boost::json::array parts;
  for (const uploadgate::form_part& part : body.parts()) {
    const auto file = files.find(part.offset);
    const bool store = verdict.accepted() && file != files.end();
    parts.push_back(describe(part, store ? publish(part, *file->second, failure) : std::string{}));
  }
  const bool whole = parser.is_done();
  const bool go_on = whole && failure.empty() && parser.get().keep_alive();
  boost::json::object event{
      {"event", "form"}, {"parts", parts.size()}, {"verdict", verdict.accepted() ? "accepted" : "rejected"}};
  boost::json::object text{{"verdict", verdict.accepted() && failure.empty() ? "accepted" : "rejected"}};
  if (verdict.rejected()) {
    for (boost::json::object* o : {&event, &text}) {
      o->emplace("rule", verdict.rule());
      o->emplace("reason", verdict.reason());
      o->emplace("detail", uploadgate::printable(verdict.message()));
    }
    if (verdict.offset()) text.emplace("offset", *verdict.offset());
  }
  if (!failure.empty()) {
    event.emplace("failure", failure);
    text.emplace("detail", failure);
  }
  text.emplace("parts", std::move(parts));
  co_await send(c, answer(parser.get().version(), go_on, status_of(verdict, failure), "application/json",
                          boost::json::serialize(text) + "\n"));
  log_line(std::move(event));
  if (!whole) co_await drain(c);
  co_return go_on;
}
