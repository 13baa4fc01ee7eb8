#include "forwarding.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

namespace gateway {
namespace {

using names = std::span<const std::string_view>;

// RFC 9110 section 7.6.1, and what older proxies made of it.
constexpr std::array<std::string_view, 10> one_hop{
    "Connection", "Keep-Alive",        "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE",
    "Trailer",    "Transfer-Encoding", "Upgrade",          "Content-Length"};
// Written by the gateway itself; from anybody else they are claims.
constexpr std::array<std::string_view, 5> own{"Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Request-Id",
                                              "Expect"};
// Claims about where a request came from or goes to, which only a trusted proxy may make.
constexpr std::array<std::string_view, 10> claims{
    "Forwarded", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server",
    "X-Real-IP", "X-Client-IP",      "X-Original-URL",   "X-Rewrite-URL",      "X-Original-Host"};
// By these a POST would become the PUT that a route judges.
constexpr std::array<std::string_view, 3> method_overrides{"X-HTTP-Method-Override", "X-HTTP-Method",
                                                           "X-Method-Override"};
// What described the body before it was judged.
constexpr std::array<std::string_view, 6> of_body{"Content-Type",   "Content-Encoding", "Content-MD5",
                                                  "Content-Digest", "Repr-Digest",      "Digest"};

bool is_in(names list, std::string_view name) {
  return std::ranges::any_of(list, [&](std::string_view n) { return same_word(n, name); });
}

void add(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

std::string fresh_id() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error{"OpenSSL gave no random bytes for a request's id"};
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (const unsigned char b : bytes) out += {hex[b >> 4], hex[b & 15]};
  return out;
}

bool good_id(std::string_view id) {
  constexpr std::size_t longest = 128;
  return id.size() <= longest && is_token(id);
}

}  // namespace

origin find_origin(const settings& s, const message_head& head, std::string_view peer) {
  const bool x = s.forwarded_by == uploadgate::forwarding::x_forwarded_for;
  origin from;
  from.trusted = s.trusted.contains(peer);
  from.client = s.trusted.client(peer, s.forwarded_by, head.joined(x ? "X-Forwarded-For" : "Forwarded"));
  from.scheme = from.trusted && same_word(head.first("X-Forwarded-Proto"), "https") ? "https" : "http";
  const std::string_view id = head.first("X-Request-Id");
  from.request_id =
      from.trusted && head.count("X-Request-Id") == 1 && good_id(id) ? std::string{id} : fresh_id();
  return from;
}

std::string upstream_head(const settings& s, const request& r, const origin& from,
                          const judged_body* judged) {
  std::string out;
  out.append(r.method).append(" ").append(r.target).append(" HTTP/1.1\r\n");
  add(out, "Host", r.host.empty() ? s.upstream.host + ":" + s.upstream.port : std::string{r.host});
  const std::string options = r.head.joined("Connection");
  for (const field& f : r.head.fields()) {
    if (is_in(one_hop, f.name) || is_in(own, f.name) || is_in(method_overrides, f.name) ||
        has_word(options, f.name))
      continue;
    if (!from.trusted && is_in(claims, f.name)) continue;
    if (judged && is_in(of_body, f.name)) continue;
    // CGI's environment makes "-" and "_" one, so X_Forwarded_For would stand for the gateway's own.
    if (f.name.find('_') != f.name.npos) continue;
    add(out, f.name, f.value);
  }
  add(out, "X-Forwarded-For", from.client);
  add(out, "X-Forwarded-Proto", from.scheme);
  add(out, "X-Request-Id", from.request_id);
  add(out, "Via", r.version_1_1 ? "1.1 uploadgate" : "1.0 uploadgate");  // RFC 9110 section 7.6.3
  if (judged) {
    add(out, "Content-Type", judged->content_type);
    add(out, "Content-Length", std::to_string(judged->length));
  } else if (r.framing.kind == body_framing::kind::chunked) {
    add(out, "Transfer-Encoding", "chunked");
  } else if (r.framing.kind == body_framing::kind::length) {
    add(out, "Content-Length", std::to_string(r.framing.length));
  }
  if (!judged && r.expects_continue) add(out, "Expect", "100-continue");
  if (r.websocket) {
    add(out, "Connection", "Upgrade");
    add(out, "Upgrade", "websocket");
  }
  return out += "\r\n";
}

std::string client_head(const message_head& answer, const request& r, const origin& from, answer_body body,
                        bool keep_alive) {
  std::string out = "HTTP/1.1 ";
  out.append(answer.word(1)).append(" ").append(answer.word(2)).append("\r\n");
  const std::string options = answer.joined("Connection");
  for (const field& f : answer.fields()) {
    if (same_word(f.name, "Content-Length")) {
      if (body == answer_body::as_announced) add(out, f.name, f.value);
      continue;
    }
    if (is_in(one_hop, f.name) || has_word(options, f.name) || same_word(f.name, "X-Request-Id")) continue;
    add(out, f.name, f.value);
  }
  add(out, "X-Request-Id", from.request_id);
  if (body == answer_body::chunked) add(out, "Transfer-Encoding", "chunked");
  if (answer.word(1) == "101") {
    add(out, "Connection", "Upgrade");
    add(out, "Upgrade", "websocket");
  } else if (!keep_alive) {
    add(out, "Connection", "close");
  } else if (!r.version_1_1) {
    add(out, "Connection", "keep-alive");
  }
  return out += "\r\n";
}

}  // namespace gateway
