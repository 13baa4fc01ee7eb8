#include "exchange.hpp"

#include "relay.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace gateway {
namespace {

using namespace net::experimental::awaitable_operators;

// The two directions of an exchange; they run in one strand, and each ends the other where it must.
struct exchange {
  session& s;
  const request& r;
  const origin& from;
  const outgoing& out;
  outcome result{};
  sent body = sent::whole;
  bool sending = true;
  bool reusable = false;  // the application's connection, after this
  bool replay = false;    // a kept connection was closed before it answered
};

net::awaitable<void> send_request(exchange& x) {
  wire& up = *x.s.upstream;
  const seconds patience = x.s.shared.config.wait.response;
  const error_code ec = co_await write_all(up, net::buffer(x.out.head), patience);
  if (ec) {
    x.body = sent::upstream_gone;
  } else if (x.out.body) {
    x.body = co_await x.out.body(x.s, up);
  }
  x.sending = false;
  if (x.body == sent::whole || x.body == sent::upstream_gone) {
    if (!x.result.began) up.read_within(patience);  // an answer may be there even so
  } else {
    up.close();
  }
}

void fail(exchange& x, unsigned status, std::string_view reason, std::string detail) {
  x.result.status = status;
  x.result.reason = reason;
  x.result.detail = std::move(detail);
}

void fail_without_answer(exchange& x, const head_arrival& arrival) {
  using end = head_arrival::end;
  switch (x.body) {
    case sent::client_gone:
      return fail(x, 400, "body_truncated", "the body ended too early");
    case sent::client_late:
      return fail(x, 408, "body_late", "the body did not arrive in time");
    case sent::body_malformed:
      return fail(x, 400, "body_malformed", "the chunks of the body are malformed");
    default:
      break;
  }
  if (arrival.how == end::late)
    return fail(x, 504, "upstream_late", "the application did not answer in time");
  if (arrival.how == end::too_large)
    return fail(x, 502, "upstream_head", "the application's head is too large");
  fail(x, 502, "upstream_closed", "the application closed the connection without an answer");
}

// Reads heads until the final one; interim answers go to the client (RFC 9110 section 15.2).
net::awaitable<std::optional<message_head>> read_answer_head(exchange& x) {
  const auto& wait = x.s.shared.config.wait;
  wire& up = *x.s.upstream;
  for (;;) {
    const head_arrival arrival = co_await read_head(up, x.sending ? never : wait.response, wait.response);
    if (arrival.how != head_arrival::end::whole) {
      x.replay = !arrival.begun && arrival.how == head_arrival::end::closed;
      fail_without_answer(x, arrival);
      co_return std::nullopt;
    }
    auto read = message_head::read(up.arrived().substr(0, arrival.size), false);
    if (const auto* bad = std::get_if<head_problem>(&read)) {
      fail(x, 502, "upstream_head", "the application's head is refused: " + bad->detail);
      co_return std::nullopt;
    }
    message_head& head = std::get<message_head>(read);
    const std::string_view status = head.word(1);
    if (status == "101" && !x.r.websocket) {
      fail(x, 502, "upstream_head", "the application switches to a protocol that nobody asked for");
      co_return std::nullopt;
    }
    if (status.front() != '1' || status == "101") co_return std::move(head);
    up.buffer.consume(arrival.size);
    if (!x.r.version_1_1 || (status == "100" && !x.r.expects_continue)) continue;
    const std::string interim = client_head(head, x.r, x.from, answer_body::none, true);
    (void)co_await write_all(x.s.client, net::buffer(interim), wait.body);
  }
}

net::awaitable<void> receive_answer(exchange& x) {
  std::optional<message_head> head = co_await read_answer_head(x);
  if (head) {
    const answer_relay relay{x.s, x.r, x.from};
    const relayed done = co_await relay.run(*head, !x.sending);
    x.result.began = done.began;
    x.result.status = done.status;
    x.result.bytes = done.bytes;
    x.result.reason = done.reason;
    x.result.detail = done.detail;
    x.result.go_on = done.client_open && !x.sending;
    x.reusable = done.upstream_open && !x.sending && x.body == sent::whole;
  }
  if (x.sending) {  // the application did not wait for the whole body
    x.s.upstream->close();
    x.s.client.give_up();
  }
}

}  // namespace

net::awaitable<outcome> pass_on(session& s, const request& r, const origin& from, const outgoing& out) {
  outcome result;
  for (bool may_reuse = out.replayable;;) {
    s.upstream = std::make_unique<wire>(tcp::socket{s.client.socket.get_executor()});
    const bool reused = may_reuse && s.shared.pool.take(*s.upstream);
    if (!reused) {
      const error_code ec = co_await s.shared.pool.connect(*s.upstream);
      if (ec) {
        result.status = s.upstream->late ? 504 : 502;
        result.reason = "upstream_unreachable";
        result.detail = "the application cannot be reached: " + ec.message();
        break;
      }
    }
    exchange x{s, r, from, out};
    co_await (send_request(x) && receive_answer(x));
    result = x.result;
    if (reused && x.replay) {
      may_reuse = false;
      continue;
    }
    if (x.reusable) s.shared.pool.park(*s.upstream);
    break;
  }
  s.upstream.reset();
  co_return result;
}

}  // namespace gateway
