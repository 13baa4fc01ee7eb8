#include "relay.hpp"

#include <boost/beast/http/read.hpp>

#include <charconv>

namespace gateway {
namespace {

unsigned status_of(const message_head& head) {
  unsigned status = 0;
  const std::string_view word = head.word(1);
  std::from_chars(word.data(), word.data() + word.size(), status);
  return status;
}

bool stays_open(const message_head& head) {
  const std::string options = head.joined("Connection");
  return head.word(0) == "HTTP/1.1" ? !has_word(options, "close") : has_word(options, "keep-alive");
}

// How the body goes to the client (RFC 9112 section 6.3).
answer_body way_of(const request& r, unsigned status, const body_framing& framing) {
  if (status == 204 || status == 101) return answer_body::none;
  if (r.is_head() || status == 304 || framing.kind == body_framing::kind::length)
    return answer_body::as_announced;
  return r.version_1_1 ? answer_body::chunked : answer_body::until_close;
}

}  // namespace

net::awaitable<relayed> answer_relay::run(const message_head& head, bool request_done) const {
  relayed out;
  out.status = status_of(head);
  const auto framing = read_framing(head, head.word(0));
  http::response_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  parser.header_limit(max_head + 1);
  parser.skip(r_.is_head());
  error_code ec;
  wire& up = *s_.upstream;
  const bool switching = out.status == 101;
  if (switching) {
    up.buffer.consume(end_of_head(up.arrived()).value_or(0));
  } else {
    up.buffer.consume(parser.put(up.buffer.cdata(), ec));
  }
  if (ec || !std::holds_alternative<body_framing>(framing)) {
    out.status = 502;
    out.reason = "upstream_head";
    out.detail = "the application's answer has no clear length";
    co_return out;
  }
  const answer_body way = way_of(r_, out.status, std::get<body_framing>(framing));
  const bool keep = r_.keep_alive && request_done && way != answer_body::until_close && !s_.shared.stopping;
  const auto& wait = s_.shared.config.wait;
  out.began = true;
  const std::string text = client_head(head, r_, from_, way, keep);
  ec = co_await write_all(s_.client, net::buffer(text), wait.body);
  if (ec) co_return out;
  if (switching) {
    co_await tunnel(s_);
    co_return out;
  }
  co_await body(parser, way == answer_body::chunked, out);
  out.upstream_open = parser.is_done() && !parser.need_eof() && stays_open(head);
  out.client_open = out.client_open && keep;
  co_return out;
}

net::awaitable<void> answer_relay::body(http::response_parser<http::buffer_body>& parser, bool chunked,
                                        relayed& out) const {
  const auto& wait = s_.shared.config.wait;
  wire& up = *s_.upstream;
  std::vector<char> piece;
  error_code ec;
  while (!ec && !parser.is_done()) {
    piece.resize(piece_size);
    auto& body = parser.get().body();
    body.data = piece.data();
    body.size = piece.size();
    body.more = true;
    up.read_within(wait.response);
    co_await http::async_read_some(up.socket, up.buffer, parser, net::redirect_error(net::use_awaitable, ec));
    if (ec == http::error::need_buffer) ec = {};
    const net::const_buffer got{piece.data(), piece.size() - body.size};
    if (got.size() == 0) continue;
    out.bytes += got.size();
    const error_code gone = co_await write_piece(s_.client, got, chunked, wait.body);
    if (gone) co_return;
  }
  up.read_by = clock::time_point::max();
  if (ec || !parser.is_done()) co_return;
  ec = co_await write_end(s_.client, chunked, wait.body);
  out.client_open = !ec;
}

}  // namespace gateway
