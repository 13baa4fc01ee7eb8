#include <uploadgate/display.hpp>

#include "answers.hpp"
#include "exchange.hpp"
#include "judge.hpp"
#include "log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>

namespace gateway {
namespace {

// One request from its head to its answer, with what the log will say of it.
class handling {
 public:
  handling(session& s, request r)
      : s_{s},
        r_{std::move(r)},
        from_{find_origin(s.shared.config, r_.head, s.peer)},
        routes_{s.shared.current_routes()} {}

  // run gives whether the connection may go on.
  net::awaitable<bool> run(header_parser&& header);

 private:
  net::awaitable<bool> judge_and_pass(header_parser&& header, const route& by);
  net::awaitable<bool> refuse(const own_answer& a, bool go_on);
  net::awaitable<bool> pass(const outgoing& out);
  void log(unsigned status);

  session& s_;
  const request r_;
  const origin from_;
  const routes routes_;
  const clock::time_point started_ = clock::now();
  boost::json::object event_;
};

bool is_form(const request& r) {
  constexpr std::string_view prefix = "multipart/";
  return same_word(r.head.first("Content-Type").substr(0, prefix.size()), prefix);
}

net::awaitable<bool> handling::run(header_parser&& header) {
  if (const route* by = r_.path.empty() ? nullptr : routes_->find(r_.method, r_.path))
    co_return co_await judge_and_pass(std::move(header), *by);
  if (routes_->refuse_other_forms && is_form(r_)) {
    const own_answer a{403, "gateway", "form_not_listed", "no route of the gateway takes a form here"};
    co_return co_await refuse(a, false);
  }
  http::request_parser<http::buffer_body> parser{std::move(header)};
  outgoing out{upstream_head(s_.shared.config, r_, from_, nullptr)};
  if (r_.has_body()) {
    out.body = stream_body(parser, r_.framing.kind == body_framing::kind::chunked);
  } else {
    out.replayable = r_.idempotent() && !r_.websocket;
  }
  co_return co_await pass(out);
}

net::awaitable<bool> handling::judge_and_pass(header_parser&& header, const route& by) {
  event_.emplace("route", by.pattern);
  const std::shared_ptr<const uploadgate::loaded_policy> rules = by.policy->get();
  event_.emplace("policy_sha256", rules->sha256);
  if (rules->number != 0) event_.emplace("policy_version", rules->number);
  judgement j = co_await judge(s_, r_, from_, *rules, std::move(header));
  event_.emplace("verdict", j.accepted ? "accepted" : "rejected");
  if (!j.accepted) {
    j.body.file.reset();  // the disk does not wait for the client to read its answer
    co_return co_await refuse(j.refusal, false);
  }
  const outgoing out{upstream_head(s_.shared.config, r_, from_, &j.body.description), send_spooled(j.body),
                     r_.idempotent()};
  co_return co_await pass(out);
}

net::awaitable<bool> handling::refuse(const own_answer& a, bool go_on) {
  event_.emplace("rule", a.rule);
  event_.emplace("reason", a.reason);
  event_.emplace("detail", a.detail);
  log(a.status);
  co_await send_answer(s_, a, from_.request_id, go_on, r_.is_head());
  co_return go_on;
}

net::awaitable<bool> handling::pass(const outgoing& out) {
  const outcome done = co_await pass_on(s_, r_, from_, out);
  if (!done.reason.empty()) s_.shared.counts.upstream_failures += done.status >= 500;
  if (!done.began) {
    const own_answer a{done.status, "gateway", std::string{done.reason}, done.detail};
    co_return co_await refuse(a, !r_.has_body() && r_.keep_alive);
  }
  s_.shared.counts.answered(done.status);
  event_.emplace("bytes", done.bytes);
  log(done.status);
  co_return done.go_on;
}

void handling::log(unsigned status) {
  constexpr std::size_t longest = 512;
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - started_);
  boost::json::object event{{"event", "request"},
                            {"id", from_.request_id},
                            {"client", from_.client},
                            {"method", uploadgate::printable(r_.method.substr(0, longest))},
                            {"target", uploadgate::printable(r_.target.substr(0, longest))},
                            {"status", status},
                            {"microseconds", took.count()}};
  for (const auto& [key, value] : event_) event.emplace(key, value);
  log_line(std::move(event));
}

net::awaitable<void> refuse_head(session& s, const head_problem& p) {
  s.shared.counts.refused(p.reason);
  log_line({{"event", "refused"},
            {"client", s.peer},
            {"status", p.status},
            {"reason", p.reason},
            {"detail", p.detail}});
  const own_answer a{p.status, "gateway", std::string{p.reason}, p.detail};
  co_await send_answer(s, a, "-", false, false);
}

std::optional<head_problem> problem_of(const head_arrival& arrival) {
  if (arrival.how == head_arrival::end::too_large)
    return head_problem{431, "head_too_large", "the head is too large"};
  if (arrival.how == head_arrival::end::late && arrival.begun)
    return head_problem{408, "head_late", "the head did not arrive in time"};
  return {};
}

// Reads one request, and gives whether the connection may go on.
net::awaitable<bool> one_request(session& s) {
  const auto& wait = s.shared.config.wait;
  s.idle = true;
  if (s.client.buffer.size() == 0) s.client.buffer.shrink_to_fit();
  const head_arrival arrival = co_await read_head(s.client, wait.idle, wait.head);
  s.idle = false;
  if (arrival.how != head_arrival::end::whole) {
    const std::optional<head_problem> p = problem_of(arrival);
    if (p) co_await refuse_head(s, *p);
    co_return false;
  }
  auto read = read_request(s.client.arrived().substr(0, arrival.size));
  if (const auto* bad = std::get_if<head_problem>(&read)) {
    co_await refuse_head(s, *bad);
    co_return false;
  }
  header_parser header;
  header.header_limit(max_head + 1);
  header.body_limit(boost::none);
  error_code ec;
  s.client.buffer.consume(header.put(s.client.buffer.cdata(), ec));
  if (ec || !header.is_header_done()) {  // Beast is stricter somewhere: the stricter reading counts
    const head_problem p{400, "head", "the head is not in order: " + ec.message()};
    co_await refuse_head(s, p);
    co_return false;
  }
  handling h{s, std::get<request>(std::move(read))};
  co_return co_await h.run(std::move(header));
}

// Enforces the deadlines of both wires, and ends idle connections when the gateway stops.
net::awaitable<void> watch(std::shared_ptr<session> s) {
  constexpr std::chrono::milliseconds step{250};
  net::steady_timer timer{s->client.socket.get_executor()};
  while (!s->ended) {
    timer.expires_after(step);
    error_code ec;
    co_await timer.async_wait(net::redirect_error(net::use_awaitable, ec));
    const auto now = clock::now();
    s->client.expire(now);
    if (s->upstream) s->upstream->expire(now);
    if (s->idle && s->shared.stopping) s->client.give_up();
  }
}

}  // namespace

session::session(tcp::socket socket, shared_state& state) : shared{state}, client{std::move(socket)} {
  error_code ec;
  const auto end = client.socket.remote_endpoint(ec);
  if (!ec) peer = end.address().to_string();
  client.socket.set_option(tcp::no_delay{true}, ec);
}

net::awaitable<void> serve(tcp::socket socket, shared_state& state) {
  const auto executor = socket.get_executor();
  const auto s = std::make_shared<session>(std::move(socket), state);
  net::co_spawn(executor, watch(s), net::detached);
  try {
    bool go_on = true;
    while (go_on && !state.stopping) go_on = co_await one_request(*s);
  } catch (...) {
    s->ended = true;
    s->client.close();
    throw;
  }
  s->ended = true;
  error_code ignored;
  s->client.socket.shutdown(tcp::socket::shutdown_both, ignored);
  s->client.close();
}

}  // namespace gateway
