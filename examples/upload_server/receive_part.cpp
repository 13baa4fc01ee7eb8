// tus 1.0 with its extensions creation and termination (https://tus.io/protocols/resumable-upload). The
// request that brings the last byte is answered with the verdict.
#include <uploadgate/display.hpp>

#include "pending_file.hpp"
#include "record.hpp"
#include "resumable_uploads.hpp"

#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <optional>
#include <vector>

namespace {

constexpr std::string_view prefix = "/uploads";
constexpr std::size_t metadata_limit = 4 * uploadgate::KiB;

std::string_view field(const header_parser& header, std::string_view name) {
  const auto value = header.get()[boost::beast::string_view{name.data(), name.size()}];
  return {value.data(), value.size()};
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional{n} : std::nullopt;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string out(text.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

// Upload-Metadata is "filename BASE64,filetype BASE64".
std::optional<std::string> metadata(std::string_view list, std::string_view key) {
  if (list.size() > metadata_limit) return std::nullopt;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view pair = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    const std::size_t space = std::min(pair.find(' '), pair.size());
    if (pair.substr(0, space) == key) return from_base64(pair.substr(std::min(space + 1, pair.size())));
  }
  return std::nullopt;
}

// One request of the protocol, and its answer.
struct part_request {
  connection c;
  header_parser& header;
  std::string id;
  request_context context{c, header};
  unsigned version = header.get().version();
  bool keep_alive = header.is_done() && header.get().keep_alive();

  [[nodiscard]] response reply(unsigned status, std::string body = {}) const {
    response r = answer(version, keep_alive, status, "application/json", std::move(body));
    r.set("Tus-Resumable", "1.0.0");
    return r;
  }
  [[nodiscard]] response failed(std::error_code ec) const {
    return reply(uploadgate::http_status(uploadgate::storage_condition_of(ec)), problem(ec.message()));
  }
  [[nodiscard]] response judged(const uploadgate::verdict& v, const uploadgate::facts& f,
                                const std::string& stored_as, const std::string& receipt) const {
    using uploadgate::json_member;
    std::string text = uploadgate::to_json(
        v, f,
        std::array{json_member{"id", stored_as}, json_member{"policy", context.rules->policy.name()},
                   json_member{"policy_version", context.rules->version}, json_member{"receipt", receipt}});
    return reply(status_of(v, ""), std::move(text) + "\n");
  }
  [[nodiscard]] response refused(const uploadgate::verdict& v, const uploadgate::facts& f,
                                 const uploadgate::verdict* candidate) const {
    const std::error_code unrecorded = c.server.log.record(context.decided(v, f, candidate));
    return unrecorded ? failed(unrecorded) : judged(v, f, "", "");
  }
  // Takes the upload, and from then on goes by the rules that judge it.
  [[nodiscard]] uploadgate::slot take(std::error_code& ec) {
    upload_in_parts upload = c.server.resumable->take(context.rules, id, ec);
    context.rules = std::move(upload.rules);
    return std::move(upload.slot);
  }
  void keep(uploadgate::slot slot) const { c.server.resumable->keep({std::move(slot), context.rules}); }

  [[nodiscard]] response options() const;
  [[nodiscard]] response create() const;
  [[nodiscard]] response progress();
  [[nodiscard]] response give_up();
  [[nodiscard]] response completed(uploadgate::slot slot) const;
  net::awaitable<response> go_on();
};

response part_request::options() const {
  response r = reply(204);
  r.set("Tus-Version", "1.0.0");
  r.set("Tus-Extension", "creation,termination");
  return r;
}

response part_request::create() const {
  const std::optional<std::uint64_t> length = number(field(header, "Upload-Length"));
  if (!length) return reply(400, problem("Upload-Length is missing or no number"));
  const std::optional<std::string> filename = metadata(field(header, "Upload-Metadata"), "filename");
  if (!filename) return reply(400, problem("Upload-Metadata has no filename in base64"));
  const std::string type = metadata(field(header, "Upload-Metadata"), "filetype").value_or("");
  const uploadgate::upload claim{.filename = *filename, .content_type = type, .size = length};
  const uploadgate::inspection first = context.rules->policy.inspect(claim);
  if (first.verdict().rejected()) return refused(first.verdict(), first.facts(), first.candidate_verdict());
  std::error_code ec;
  uploadgate::slot slot = c.server.resumable->create(context.rules->policy, claim, ec);
  if (ec) return failed(ec);
  response r = reply(201);
  r.set(http::field::location, std::string{prefix} + "/" + slot.id());
  keep(std::move(slot));
  return r;
}

response part_request::progress() {
  std::error_code ec;
  uploadgate::slot slot = take(ec);
  if (ec) return failed(ec);
  response r = reply(200);
  r.set("Upload-Offset", std::to_string(slot.offset()));
  r.set("Upload-Length", std::to_string(slot.announced().value_or(0)));
  keep(std::move(slot));
  return r;
}

response part_request::give_up() {
  std::error_code ec;
  uploadgate::slot slot = take(ec);
  if (ec) return failed(ec);
  slot.discard();
  return reply(204);
}

response part_request::completed(uploadgate::slot slot) const {
  const uploadgate::verdict v = slot.finish();
  const uploadgate::facts facts = slot.facts();
  if (v.rejected()) return refused(v, facts, slot.candidate_verdict());
  uploadgate::decision decision = context.decided(v, facts, slot.candidate_verdict());
  if (v.pending()) decision.failure = "the upload is broken";
  if (const std::error_code unrecorded = c.server.log.record(decision)) return failed(unrecorded);
  if (v.pending()) return reply(500, problem("the upload is broken"));
  std::error_code ec;
  std::string receipt;
  const std::string stored_as = publish_with_receipt(c.server, *context.rules, slot, receipt, ec);
  return ec ? failed(ec) : judged(v, facts, stored_as, receipt);
}

net::awaitable<response> part_request::go_on() {
  if (field(header, "Content-Type") != "application/offset+octet-stream")
    co_return reply(415, problem("Content-Type must be application/offset+octet-stream"));
  std::error_code ec;
  uploadgate::slot slot = take(ec);
  if (ec)
    co_return slot.verdict().rejected() ? refused(slot.verdict(), slot.facts(), slot.candidate_verdict())
                                        : failed(ec);
  if (number(field(header, "Upload-Offset")) != slot.offset()) {
    keep(std::move(slot));
    co_return failed(uploadgate::storage_errc::wrong_offset);
  }
  http::request_parser<http::buffer_body> parser{std::move(header)};
  parser.body_limit(boost::none);  // the announced length decides
  const std::uint64_t length = slot.announced().value_or(0);
  std::vector<std::byte> block(read_buffer);
  error_code failure = co_await invite(c, parser);
  bool too_long = false;
  while (!parser.is_done() && !failure && !ec && !too_long) {
    parser.get().body().data = block.data();
    parser.get().body().size = block.size();
    c.stream.expires_after(c.server.options.idle_timeout);
    co_await http::async_read(c.stream, c.buffer, parser, net::redirect_error(net::use_awaitable, failure));
    if (failure == http::error::need_buffer) failure = {};
    const std::size_t got = block.size() - parser.get().body().size;
    too_long = got > length - slot.offset();
    if (got > 0 && !too_long) ec = slot.write(uploadgate::bytes_view{block}.first(got));
  }
  const bool whole = parser.is_done();
  keep_alive = whole && !failure && parser.get().keep_alive();
  if (slot.verdict().rejected()) co_return refused(slot.verdict(), slot.facts(), slot.candidate_verdict());
  if (!ec) ec = slot.sync();
  if (ec) co_return failed(ec);
  if (!too_long && whole && slot.offset() == length) co_return completed(std::move(slot));
  response r = too_long ? reply(413, problem("more bytes than announced")) : reply(whole ? 204 : 400);
  r.set("Upload-Offset", std::to_string(slot.offset()));
  keep(std::move(slot));
  co_return r;
}

}  // namespace

bool is_part_of_upload(boost::beast::string_view target) {
  const std::string_view path{target.data(), target.size()};
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

net::awaitable<bool> receive_part(connection c, header_parser&& header) {
  const std::string_view target{header.get().target().data(), header.get().target().size()};
  const std::string id{target.substr(std::min(prefix.size() + 1, target.size()))};
  const auto method = header.get().method();
  part_request request{c, header, id};
  std::optional<response> r;
  if (method == http::verb::options) {
    r = request.options();
  } else if (field(request.header, "Tus-Resumable") != "1.0.0") {
    r = request.reply(412, problem("Tus-Resumable must be 1.0.0"));
    r->set("Tus-Version", "1.0.0");
  } else if (method == http::verb::post && id.empty()) {
    r = request.create();
  } else if (method == http::verb::head && !id.empty()) {
    r = request.progress();
  } else if (method == http::verb::delete_ && !id.empty()) {
    r = request.give_up();
  } else if (method == http::verb::patch && !id.empty()) {
    r = co_await request.go_on();
  } else {
    r = request.reply(405, problem("there is POST /uploads, and HEAD, PATCH and DELETE /uploads/ID"));
  }
  const bool go_on = r->keep_alive();
  if (method == http::verb::head) r->body().clear();
  co_await send(c, std::move(*r));
  if (!go_on) co_await drain(c);
  co_return go_on;
}
