// A request that may go on: its head judged against request smuggling (RFC 9110 and 9112).
#pragma once

#include "message_head.hpp"

namespace gateway {

struct request {
  message_head head;
  std::string_view method, target, host;  // target in origin form; host as sent, or empty in HTTP/1.0
  std::string path;                       // percent-decoded once, for the routes
  body_framing framing;
  bool version_1_1 = true;
  bool keep_alive = true;
  bool expects_continue = false;
  bool websocket = false;  // asks to become a websocket

  [[nodiscard]] bool has_body() const {
    return framing.kind == body_framing::kind::chunked || framing.length > 0;
  }
  [[nodiscard]] bool is_head() const { return method == "HEAD"; }
  // idempotent says whether it may be sent once more (RFC 9110 section 9.2.2).
  [[nodiscard]] bool idempotent() const;
};

std::variant<request, head_problem> read_request(std::string_view raw);

// decode_path gives the path of a target, percent-decoded once. It refuses what two readers walk differently:
// dot segments, empty segments, encoded separators, NUL, wrong escapes (RFC 3986 sections 3.3 and 6.2.2).
std::variant<std::string, head_problem> decode_path(std::string_view target);

}  // namespace gateway
