#include "transfer.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

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
  return boost::json::serialize(boost::json::object{{"verdict", "rejected"}, {"detail", message}}) + "\n";
}

unsigned status_of(const uploadgate::verdict& verdict, const std::string& failure) {
  if (verdict.rejected()) return uploadgate::http_status(verdict.condition());
  return verdict.accepted() && failure.empty() ? 201 : 500;
}

net::awaitable<void> send(connection c, response r) {
  error_code ec;
  c.stream.expires_after(c.server.options.idle_timeout);
  co_await http::async_write(c.stream, r, net::redirect_error(net::use_awaitable, ec));
}

net::awaitable<void> drain(connection c) {
  error_code ec;
  c.stream.socket().shutdown(net::ip::tcp::socket::shutdown_send, ec);
  c.stream.expires_after(c.server.options.drain_timeout);
  std::uint64_t drained = 0;
  while (!ec && drained < c.server.options.drain_limit) {
    c.buffer.clear();
    drained += co_await c.stream.async_read_some(c.buffer.prepare(read_buffer),
                                                 net::redirect_error(net::use_awaitable, ec));
  }
}
