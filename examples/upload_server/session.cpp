#include "session.hpp"

#include "page.hpp"
#include "resumable_uploads.hpp"
#include "stored_files.hpp"
#include "transfer.hpp"

#include <boost/url/parse.hpp>

#include <optional>

namespace {

constexpr std::uint32_t header_limit = 16 * uploadgate::KiB;

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

// What Prometheus scrapes, in the format that it asks for.
response metrics(const server_state& server, const header_parser& header) {
  const auto accepted = header.get()[http::field::accept];
  const bool open = accepted.find("application/openmetrics-text") != boost::beast::string_view::npos;
  return answer(header.get().version(), header.get().keep_alive(), 200,
                open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                     : "text/plain; version=0.0.4; charset=utf-8",
                open ? server.log.open_metrics() : server.log.prometheus());
}

// Whatever is not an upload.
response answer_other(const server_state& server, const header_parser& header) {
  const unsigned version = header.get().version();
  const bool keep_alive = header.is_done() && header.get().keep_alive();
  const auto method = header.get().method();
  if (method == http::verb::get && header.get().target() == "/files") return list_files(server, header);
  if (method == http::verb::get && header.get().target() == "/metrics") return metrics(server, header);
  const std::optional<std::string> id = file_name_of(header.get().target());
  if (id && method == http::verb::delete_) return remove_file(server, header, *id);
  if (method != http::verb::get || header.get().target() != "/") {
    return answer(
        version, keep_alive, 404, "application/json",
        problem("there is GET /, PUT /files/NAME, POST /forms, GET /files, GET and DELETE /files/ID, GET "
                "/metrics, and tus at /uploads"));
  }
  response page = answer(version, keep_alive, 200, "text/html; charset=utf-8", std::string{upload_page});
  page.set("Content-Security-Policy",
           "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'");
  return page;
}

}  // namespace

net::awaitable<void> serve(tcp_stream stream, const server_state& server) {
  flat_buffer buffer;
  buffer.reserve(read_buffer);  // growing in small steps costs ten times the processor time
  const connection c{stream, buffer, server};
  for (bool go_on = true; go_on;) {
    header_parser header;
    header.header_limit(header_limit);
    header.body_limit(boost::none);
    error_code ec;
    stream.expires_after(server.options.idle_timeout);
    co_await http::async_read_header(stream, buffer, header, net::redirect_error(net::use_awaitable, ec));
    if (ec) break;
    const auto method = header.get().method();
    const std::optional<std::string> name = file_name_of(header.get().target());
    if (name && (method == http::verb::put || method == http::verb::post)) {
      go_on = co_await receive_file(c, std::move(header), *name);
    } else if (method == http::verb::post && header.get().target() == "/forms") {
      go_on = co_await receive_form(c, std::move(header));
    } else if (name && (method == http::verb::get || method == http::verb::head)) {
      go_on = co_await send_file(c, header, *name);
    } else if (is_part_of_upload(header.get().target())) {
      go_on = co_await receive_part(c, std::move(header));
    } else {
      response other = answer_other(server, header);
      go_on = other.keep_alive();
      co_await send(c, std::move(other));
    }
  }
  error_code ignored;
  stream.socket().shutdown(net::ip::tcp::socket::shutdown_both, ignored);
}
