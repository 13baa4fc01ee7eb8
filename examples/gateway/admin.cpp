#include "admin.hpp"

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace gateway {

namespace http = boost::beast::http;

net::awaitable<void> serve_admin(tcp::socket socket, const admin_pages& pages) {
  constexpr seconds patience{10};
  boost::beast::tcp_stream stream{std::move(socket)};
  boost::beast::flat_buffer buffer;
  error_code ec;
  while (!ec) {
    http::request<http::empty_body> request;
    stream.expires_after(patience);
    co_await http::async_read(stream, buffer, request, net::redirect_error(net::use_awaitable, ec));
    if (ec) break;
    http::response<http::string_body> answer{http::status::not_found, request.version()};
    answer.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
    answer.body() = "there is /metrics and /healthz\n";
    if (request.method() != http::verb::get) {
      answer.result(http::status::method_not_allowed);
    } else if (request.target() == "/metrics") {
      answer.result(http::status::ok);
      answer.body() = pages.metrics();
    } else if (request.target() == "/healthz") {
      const bool healthy = pages.healthy();
      answer.result(healthy ? http::status::ok : http::status::service_unavailable);
      answer.body() = healthy ? "ok\n" : "stopping\n";
    }
    answer.keep_alive(request.keep_alive());
    answer.prepare_payload();
    co_await http::async_write(stream, answer, net::redirect_error(net::use_awaitable, ec));
    if (!request.keep_alive()) break;
  }
}

}  // namespace gateway
