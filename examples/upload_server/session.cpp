#include "session.hpp"

#include <uploadgate/display.hpp>
#include <uploadgate/http/beast.hpp>

#include "log.hpp"
#include "page.hpp"
#include "store.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/parse.hpp>

#include <array>
#include <chrono>
#include <optional>
#include <string>

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::flat_buffer;
using boost::beast::tcp_stream;

namespace {

constexpr std::size_t read_buffer = 64 * uploadgate::KiB;
constexpr std::uint32_t header_limit = 16 * uploadgate::KiB;

using response = http::response<http::string_body>;

response answer(unsigned version, bool keep_alive, unsigned status, std::string_view type, std::string body) {
  response r{http::int_to_status(status), version};
  r.set(http::field::content_type, boost::beast::string_view{type.data(), type.size()});
  r.set("X-Content-Type-Options", "nosniff");
  r.set(http::field::cache_control, "no-store");
  r.keep_alive(keep_alive);
  r.body() = std::move(body);
  r.prepare_payload();
  return r;
}

std::string problem(std::string_view message) {
  return boost::json::serialize(boost::json::object{{"verdict", "rejected"}, {"detail", message}});
}

// One upload, from its header to its answer.
class upload_request {
 public:
  upload_request(tcp_stream& stream, flat_buffer& buffer, const server_state& server,
                 http::request_parser<http::empty_body>&& header, std::string filename)
      : stream_{stream},
        buffer_{buffer},
        server_{server},
        parser_{std::move(header)},
        filename_{std::move(filename)} {}

  // True where the connection may go on.
  net::awaitable<bool> run() {
    const auto started = std::chrono::steady_clock::now();
    parser_.body_limit(boost::none);  // the policy decides
    auto& body = parser_.get().body();
    uploadgate::upload claim = uploadgate::beast::claim_of(parser_.get(), filename_);
    if (const auto length = parser_.content_length()) claim.size = *length;
    uploadgate::inspection inspection = server_.policy.inspect(claim);
    const bool rejected_by_claim = inspection.verdict().rejected();
    std::optional<pending_file> file;
    if (!rejected_by_claim) file.emplace(server_.options.folder);
    body.judge(std::move(inspection), [&](uploadgate::bytes_view chunk) { return file->write(chunk); });

    error_code ec;
    if (!rejected_by_claim) ec = co_await read_body(started);
    uploadgate::verdict verdict = body.verdict();
    std::string id;
    std::string failure;
    if (!ec && !rejected_by_claim) {
      verdict = body.finish();
      if (verdict.accepted()) {
        id = body.facts().sha256 + "." + body.facts().extension;
        if (const std::error_code failed = file->publish(id)) failure = failed.message();
      }
    } else if (ec && !verdict.rejected()) {
      failure = ec.message();
    }
    file.reset();
    const bool whole = parser_.is_done();
    const bool good = verdict.accepted() && failure.empty();
    co_await respond(verdict, id, failure, whole);
    log(verdict, failure, started);
    if (!whole) co_await drain();
    co_return whole && (good || verdict.rejected()) && parser_.get().keep_alive();
  }

 private:
  net::awaitable<error_code> read_body(std::chrono::steady_clock::time_point started) {
    error_code ec;
    if (parser_.get()[http::field::expect] == "100-continue") {
      http::response<http::empty_body> go_on{http::status::continue_, parser_.get().version()};
      co_await http::async_write(stream_, go_on, net::redirect_error(net::use_awaitable, ec));
    }
    const auto deadline = started + server_.options.upload_timeout;
    while (!ec && !parser_.is_done()) {
      stream_.expires_at(std::min(deadline, std::chrono::steady_clock::now() + server_.options.idle_timeout));
      co_await http::async_read_some(stream_, buffer_, parser_, net::redirect_error(net::use_awaitable, ec));
    }
    co_return ec;
  }

  net::awaitable<void> respond(const uploadgate::verdict& verdict, const std::string& id,
                               const std::string& failure, bool whole) {
    const unsigned status = verdict.rejected() ? uploadgate::http_status(verdict.condition())
                            : !failure.empty() ? 500
                                               : 201;
    std::string text = !failure.empty() && !verdict.rejected()
                           ? problem("the upload could not be received: " + failure)
                           : uploadgate::to_json(verdict, parser_.get().body().facts(),
                                                 std::array{uploadgate::json_member{"filename", filename_},
                                                            uploadgate::json_member{"id", id}});
    response r = answer(parser_.get().version(), whole && parser_.get().keep_alive(), status,
                        "application/json", std::move(text) + "\n");
    error_code ec;
    stream_.expires_after(server_.options.idle_timeout);
    co_await http::async_write(stream_, r, net::redirect_error(net::use_awaitable, ec));
  }

  // A client that is still sending would get a reset instead of its answer, so what it sends is read on for a
  // while.
  net::awaitable<void> drain() {
    error_code ec;
    stream_.socket().shutdown(net::ip::tcp::socket::shutdown_send, ec);
    stream_.expires_after(server_.options.drain_timeout);
    std::uint64_t drained = 0;
    while (!ec && drained < server_.options.drain_limit) {
      buffer_.clear();
      drained += co_await stream_.async_read_some(buffer_.prepare(read_buffer),
                                                  net::redirect_error(net::use_awaitable, ec));
    }
  }

  void log(const uploadgate::verdict& verdict, const std::string& failure,
           std::chrono::steady_clock::time_point started) {
    const auto took = std::chrono::steady_clock::now() - started;
    boost::json::object event{
        {"event", "upload"},
        {"filename", uploadgate::printable(filename_)},
        {"verdict", verdict.accepted()   ? "accepted"
                    : verdict.rejected() ? "rejected"
                                         : "failed"},
        {"size", parser_.get().body().facts().size},
        {"microseconds", std::chrono::duration_cast<std::chrono::microseconds>(took).count()}};
    if (verdict.rejected()) {
      event.emplace("rule", verdict.rule());
      event.emplace("reason", verdict.reason());
      event.emplace("detail", uploadgate::printable(verdict.detail()));
    }
    if (!failure.empty()) event.emplace("failure", failure);
    log_line(std::move(event));
  }

  tcp_stream& stream_;
  flat_buffer& buffer_;
  const server_state& server_;
  http::request_parser<uploadgate::beast::judged_body> parser_;
  std::string filename_;
};

// "/files/NAME": the name, percent-decoded once as RFC 3986 says; nothing for another target.
std::optional<std::string> file_name_of(boost::beast::string_view target) {
  const auto url = boost::urls::parse_origin_form({target.data(), target.size()});
  if (!url) return std::nullopt;
  const std::string path{url->encoded_path().data(), url->encoded_path().size()};
  constexpr std::string_view prefix = "/files/";
  if (!path.starts_with(prefix)) return std::nullopt;
  const auto encoded =
      boost::urls::make_pct_string_view(boost::core::string_view{path}.substr(prefix.size()));
  if (!encoded) return std::nullopt;
  return encoded->decode();
}

}  // namespace

net::awaitable<void> serve(tcp_stream stream, const server_state& server) {
  flat_buffer buffer;
  buffer.reserve(read_buffer);  // growing in small steps costs ten times the processor time
  for (bool go_on = true; go_on;) {
    http::request_parser<http::empty_body> header;
    header.header_limit(header_limit);
    header.body_limit(boost::none);
    error_code ec;
    stream.expires_after(server.options.idle_timeout);
    co_await http::async_read_header(stream, buffer, header, net::redirect_error(net::use_awaitable, ec));
    if (ec) break;
    const auto method = header.get().method();
    const unsigned version = header.get().version();
    const std::optional<std::string> name = file_name_of(header.get().target());
    if (name && (method == http::verb::put || method == http::verb::post)) {
      upload_request request{stream, buffer, server, std::move(header), *name};
      go_on = co_await request.run();
      continue;
    }
    const bool has_body = !header.is_done();
    response r;
    if (method == http::verb::get && header.get().target() == "/") {
      r = answer(version, header.get().keep_alive(), 200, "text/html; charset=utf-8",
                 std::string{upload_page});
      r.set("Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'");
    } else {
      r = answer(version, !has_body && header.get().keep_alive(), 404, "application/json",
                 problem("there is GET / and PUT /files/NAME") + "\n");
    }
    go_on = !has_body && r.keep_alive();
    stream.expires_after(server.options.idle_timeout);
    co_await http::async_write(stream, r, net::redirect_error(net::use_awaitable, ec));
    if (ec) break;
  }
  error_code ignored;
  stream.socket().shutdown(net::ip::tcp::socket::shutdown_both, ignored);
}
