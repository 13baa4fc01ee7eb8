// The heads that go on: fields for one hop removed, those that the gateway answers for written anew.
#pragma once

#include "config.hpp"
#include "request.hpp"

#include <string>
#include <string_view>

namespace gateway {

// origin is who asked, as far as the gateway can vouch for it.
struct origin {
  std::string client;      // an address
  bool trusted = false;    // the connection comes from a trusted proxy
  std::string scheme;      // "http" or "https", as a trusted proxy says
  std::string request_id;  // a trusted proxy's, or fresh: 128 random bits in hexadecimal digits
};

origin find_origin(const settings& s, const message_head& head, std::string_view peer);

// judged_body is what replaces a body's own description once it was judged.
struct judged_body {
  std::uint64_t length = 0;
  std::string content_type;
};

// upstream_head writes a request's head for the application; with `judged`, for the body in canonical form.
std::string upstream_head(const settings& s, const request& r, const origin& from, const judged_body* judged);

// client_head writes the head of the application's answer. `framing` is that of the body as it is sent on;
// the fields of a body that is not sent (HEAD, 304) stay as they are.
enum class answer_body : std::uint8_t { as_announced, none, chunked, until_close };
std::string client_head(const message_head& answer, const request& r, const origin& from, answer_body body,
                        bool keep_alive);

}  // namespace gateway
