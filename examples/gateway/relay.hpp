// The application's final answer on its way to the client.
#pragma once

#include "exchange.hpp"

namespace gateway {

struct relayed {
  bool began = false;          // the head went to the client
  bool client_open = false;    // the client's connection may go on
  bool upstream_open = false;  // the application's connection may go on
  unsigned status = 0;
  std::uint64_t bytes = 0;
  std::string_view reason;  // where the answer could not be relayed
  std::string detail;
};

class answer_relay {
 public:
  answer_relay(session& s, const request& r, const origin& from) : s_{s}, r_{r}, from_{from} {}

  // run relays the answer whose head stands at the front of the upstream's buffer. `request_done` says that
  // the request's body was read; otherwise the client's connection ends with the answer.
  net::awaitable<relayed> run(const message_head& head, bool request_done) const;

 private:
  net::awaitable<void> body(http::response_parser<http::buffer_body>& parser, bool chunked,
                            relayed& out) const;

  session& s_;
  const request& r_;
  const origin& from_;
};

}  // namespace gateway
