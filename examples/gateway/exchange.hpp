// One request passed on to the application, and its answer passed back, both while they stream.
#pragma once

#include "session.hpp"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <functional>
#include <string>

namespace gateway {

namespace http = boost::beast::http;

// sent is how the sending of a request's body ended.
enum class sent : std::uint8_t { whole, client_gone, client_late, body_malformed, upstream_gone };

// body_sender writes a request's body to the application.
using body_sender = std::function<net::awaitable<sent>(session&, wire& upstream)>;

struct outgoing {
  std::string head;
  body_sender body{};       // none: there is no body
  bool replayable = false;  // may be sent once more, over a new connection, where a kept one turns out closed
};

struct outcome {
  bool began = false;   // the answer's head went to the client
  bool go_on = false;   // the client's connection may take another request
  unsigned status = 0;  // of the answer; where none began, the status to answer with
  std::string_view reason;
  std::string detail;       // why the application did not answer
  std::uint64_t bytes = 0;  // of the answer's body
};

net::awaitable<outcome> pass_on(session& s, const request& r, const origin& from, const outgoing& out);

// stream_body sends a body on as it arrives. The parser must outlive the exchange.
body_sender stream_body(http::request_parser<http::buffer_body>& parser, bool chunked);

// tunnel carries the bytes of a websocket both ways, until both sides have ended or nothing is said for too
// long.
net::awaitable<void> tunnel(session& s);

}  // namespace gateway
