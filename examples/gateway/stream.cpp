#include "exchange.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/beast/http/read.hpp>

namespace gateway {
namespace {

using namespace net::experimental::awaitable_operators;

sent how_reading_failed(const wire& client, error_code ec) {
  if (client.late) return sent::client_late;
  const bool syntax = &ec.category() == &make_error_code(http::error::end_of_stream).category() &&
                      ec != http::error::partial_message && ec != http::error::end_of_stream;
  return syntax ? sent::body_malformed : sent::client_gone;
}

net::awaitable<sent> stream(session& s, wire& up, http::request_parser<http::buffer_body>& parser,
                            bool chunked) {
  const auto& wait = s.shared.config.wait;
  std::vector<char> piece(piece_size);
  s.client.late = false;
  while (!parser.is_done() && up.socket.is_open()) {  // the answer may have ended the exchange
    auto& body = parser.get().body();
    body.data = piece.data();
    body.size = piece.size();
    body.more = true;
    error_code ec;
    s.client.read_within(wait.body);
    co_await http::async_read_some(s.client.socket, s.client.buffer, parser,
                                   net::redirect_error(net::use_awaitable, ec));
    s.client.read_by = clock::time_point::max();
    if (ec == http::error::need_buffer) ec = {};
    const net::const_buffer got{piece.data(), piece.size() - body.size};
    if (got.size() > 0) {
      const error_code gone = co_await write_piece(up, got, chunked, wait.response);
      if (gone) co_return sent::upstream_gone;
    }
    if (ec) co_return how_reading_failed(s.client, ec);
  }
  if (!parser.is_done()) co_return sent::upstream_gone;
  const error_code gone = co_await write_end(up, chunked, wait.response);
  if (gone) co_return sent::upstream_gone;
  co_return sent::whole;
}

// One direction of a tunnel. What is heard in either direction keeps both open.
net::awaitable<void> carry(wire& from, wire& to, seconds silence) {
  for (;;) {
    error_code ec;
    if (from.buffer.size() == 0) {
      from.read_within(silence);
      const std::size_t n = co_await from.socket.async_read_some(from.buffer.prepare(piece_size),
                                                                 net::redirect_error(net::use_awaitable, ec));
      from.buffer.commit(n);
      to.read_within(silence);
    }
    if (ec) break;
    ec = co_await write_all(to, from.buffer.cdata(), silence);
    if (ec) break;
    from.buffer.consume(from.buffer.size());
  }
  error_code ignored;
  if (from.late) {
    to.close();
  } else {
    to.socket.shutdown(tcp::socket::shutdown_send, ignored);
  }
}

}  // namespace

body_sender stream_body(http::request_parser<http::buffer_body>& parser, bool chunked) {
  return [&parser, chunked](session& s, wire& up) { return stream(s, up, parser, chunked); };
}

net::awaitable<void> tunnel(session& s) {
  const seconds silence = s.shared.config.wait.tunnel;
  co_await (carry(s.client, *s.upstream, silence) && carry(*s.upstream, s.client, silence));
}

}  // namespace gateway
