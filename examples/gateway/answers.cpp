#include "answers.hpp"

#include <uploadgate/display.hpp>
#include <uploadgate/error.hpp>

#include <boost/beast/http/status.hpp>
#include <boost/json/serialize.hpp>

namespace gateway {
namespace {

constexpr std::uint64_t drain_limit = 64 * uploadgate::MiB;

net::awaitable<void> drain(session& s) {
  error_code ec;
  s.client.socket.shutdown(tcp::socket::shutdown_send, ec);
  s.client.buffer.consume(s.client.buffer.size());
  s.client.read_within(s.shared.config.wait.drain);
  for (std::uint64_t drained = 0; !ec && drained < drain_limit;) {
    drained += co_await s.client.socket.async_read_some(s.client.buffer.prepare(piece_size),
                                                        net::redirect_error(net::use_awaitable, ec));
  }
}

}  // namespace

own_answer answer_of(const uploadgate::verdict& v) {
  own_answer a{uploadgate::http_status(v.condition()), std::string{v.rule()}, std::string{v.reason()},
               uploadgate::printable(v.message())};
  a.more.emplace("condition", uploadgate::name(v.condition()));
  if (v.offset()) a.more.emplace("offset", *v.offset());
  return a;
}

net::awaitable<void> send_answer(session& s, const own_answer& a, std::string_view request_id, bool go_on,
                                 bool head_only) {
  const auto title = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(a.status));
  boost::json::object problem{
      {"type", "about:blank"}, {"title", boost::json::string_view{title.data(), title.size()}},
      {"status", a.status},    {"detail", a.detail},
      {"rule", a.rule},        {"reason", a.reason}};
  for (const auto& [key, value] : a.more) problem.emplace(key, value);
  problem.emplace("request_id", request_id);
  const std::string body = boost::json::serialize(problem) + "\n";
  std::string text = "HTTP/1.1 " + std::to_string(a.status) + " ";
  text.append(title.data(), title.size());
  text +=
      "\r\nContent-Type: application/problem+json\r\nX-Content-Type-Options: nosniff\r\nCache-Control: "
      "no-store\r\n";
  text += "X-Request-Id: " + std::string{request_id} + "\r\nContent-Length: " + std::to_string(body.size());
  text += go_on ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
  if (!head_only) text += body;
  const error_code ec = co_await write_all(s.client, net::buffer(text), s.shared.config.wait.body);
  s.shared.counts.answered(a.status);
  if (!go_on && !ec) co_await drain(s);
}

}  // namespace gateway
