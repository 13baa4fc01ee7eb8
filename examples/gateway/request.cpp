#include "request.hpp"

#include <boost/url/authority_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/pct_string_view.hpp>

#include <algorithm>
#include <array>

namespace gateway {
namespace {

using problem = std::optional<head_problem>;

// Fields for whom they are meant to the end: Connection may not name them (RFC 9110 section 7.6.1), since a
// proxy behind or before this one would drop what was judged here.
constexpr std::array<std::string_view, 17> end_to_end{"Authorization",
                                                      "Cache-Control",
                                                      "Content-Encoding",
                                                      "Content-Length",
                                                      "Content-Type",
                                                      "Cookie",
                                                      "Expect",
                                                      "Forwarded",
                                                      "Host",
                                                      "Origin",
                                                      "Range",
                                                      "Transfer-Encoding",
                                                      "Via",
                                                      "X-Forwarded-For",
                                                      "X-Forwarded-Host",
                                                      "X-Forwarded-Proto",
                                                      "X-Request-Id"};

// Fields that give an answer only where they stand once.
constexpr std::array<std::string_view, 7> only_once{
    "Host", "Content-Type", "Content-Encoding", "Content-Range", "Expect", "Sec-WebSocket-Key", "Upgrade"};

problem check_fields(const message_head& head) {
  for (const std::string_view name : only_once) {
    if (head.count(name) > 1)
      return head_problem{400, name == "Host" ? "host_repeated" : "field_repeated",
                          std::string{name} + " stands twice"};
  }
  const std::string options = head.joined("Connection");
  for (const std::string_view name : end_to_end) {
    if (has_word(options, name))
      return head_problem{400, "connection_names_end_to_end", "Connection names " + std::string{name}};
  }
  return {};
}

problem check_host(std::string_view host, bool version_1_1) {
  if (host.empty()) {  // RFC 9112 section 3.2
    if (!version_1_1) return {};
    return head_problem{400, "host_missing", "HTTP/1.1 needs a Host"};
  }
  const auto authority = boost::urls::parse_authority({host.data(), host.size()});
  if (!authority || authority->has_userinfo() || authority->encoded_host().empty() ||
      host.find(',') != host.npos)
    return head_problem{400, "host", "Host is no host name with an optional port"};
  return {};
}

// Brings the target into origin form (RFC 9112 section 3.2).
problem read_target(request& r) {
  std::string_view target = r.head.word(1);
  if (target == "*" && r.method == "OPTIONS") {
    r.target = target;
    return {};
  }
  if (!target.starts_with('/')) {
    constexpr std::string_view scheme = "http://";
    if (!same_word(target.substr(0, scheme.size()), scheme))
      return head_problem{400, "target", "the target has neither origin nor absolute form"};
    target.remove_prefix(scheme.size());
    const std::string_view authority = target.substr(0, target.find_first_of("/?"));
    if (!same_word(authority, r.host))  // section 3.2.2
      return head_problem{400, "authority_mismatch", "the target's authority is not that of Host"};
    target.remove_prefix(authority.size());
    if (target.empty()) target = "/";
  }
  if (target.front() != '/' || target.find_first_of("#\"<>") != target.npos)
    return head_problem{400, "target", "the target is not in order"};
  r.target = target;
  auto path = decode_path(target);
  if (auto* const bad = std::get_if<head_problem>(&path)) return std::move(*bad);
  r.path = std::get<std::string>(std::move(path));
  return {};
}

problem read_options(request& r) {
  const std::string options = r.head.joined("Connection");
  r.keep_alive = r.version_1_1 ? !has_word(options, "close") : has_word(options, "keep-alive");
  if (const std::string_view expect = r.head.first("Expect"); !expect.empty()) {  // RFC 9110 section 10.1.1
    if (!same_word(expect, "100-continue"))
      return head_problem{417, "expectation", "the only expectation met is 100-continue"};
    r.expects_continue = r.version_1_1 && r.has_body();
  }
  r.websocket = r.version_1_1 && r.method == "GET" && has_word(options, "upgrade") &&
                same_word(r.head.first("Upgrade"), "websocket");
  if (r.websocket && r.has_body())
    return head_problem{400, "upgrade_with_body", "a websocket begins without a body (RFC 6455 section 4.1)"};
  return {};
}

}  // namespace

bool request::idempotent() const {
  constexpr std::array<std::string_view, 5> methods{"GET", "HEAD", "OPTIONS", "PUT", "DELETE"};
  return std::ranges::find(methods, method) != methods.end();
}

std::variant<std::string, head_problem> decode_path(std::string_view target) {
  target = target.substr(0, target.find('?'));
  const auto encoded = boost::urls::make_pct_string_view({target.data(), target.size()});
  if (!encoded) return head_problem{400, "path_escape", "an escape in the path is wrong"};
  std::string path = encoded->decode();
  if (std::ranges::count(path, '/') != std::ranges::count(target, '/') ||
      path.find_first_of(std::string_view{"\\\0", 2}) != path.npos)
    return head_problem{400, "path_separator", "a backslash, NUL or hidden slash stands in the path"};
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at + 1), path.size());
    std::string_view segment = std::string_view{path}.substr(at + 1, end - at - 1);
    segment = segment.substr(0, segment.find(';'));  // what some servers cut off
    if (segment == "." || segment == "..") return head_problem{400, "path_dots", "the path has dot segments"};
    if (segment.empty() && end != path.size())
      return head_problem{400, "path_empty", "the path has an empty segment"};
    at = end;
  }
  return path;
}

std::variant<request, head_problem> read_request(std::string_view raw) {
  auto head = message_head::read(raw, true);
  if (auto* const bad = std::get_if<head_problem>(&head)) return std::move(*bad);
  request r{.head = std::get<message_head>(std::move(head)),
            .method = {},
            .target = {},
            .host = {},
            .path = {},
            .framing = {}};
  r.method = r.head.word(0);
  r.version_1_1 = r.head.word(2) == "HTTP/1.1";
  r.host = r.head.first("Host");
  auto framing = read_framing(r.head, r.head.word(2));
  if (auto* const bad = std::get_if<head_problem>(&framing)) return std::move(*bad);
  r.framing = std::get<body_framing>(framing);
  if (auto bad = check_fields(r.head)) return std::move(*bad);
  if (auto bad = check_host(r.host, r.version_1_1)) return std::move(*bad);
  const bool lower_case = std::ranges::any_of(r.method, [](char c) { return c >= 'a' && c <= 'z'; });
  if (lower_case || r.method == "CONNECT" || r.method == "TRACE")  // "post" would be POST to some servers
    return head_problem{405, "method", "CONNECT, TRACE and methods in lower case do not pass here"};
  if (auto bad = read_target(r)) return std::move(*bad);
  if (auto bad = read_options(r)) return std::move(*bad);
  return r;
}

}  // namespace gateway
