// The gateway's reading of a request's head: what it lets pass, Beast must read the same way.
#include "message_head.hpp"
#include "request.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>
#include <variant>

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void same_as_beast(const gateway::request& r, std::string_view raw) {
  namespace http = boost::beast::http;
  http::request_parser<http::empty_body> beast;
  beast.header_limit(gateway::max_head + 1);
  beast.body_limit(boost::none);
  boost::system::error_code ec;
  const std::size_t used = beast.put(boost::asio::buffer(raw), ec);
  if (ec) return;  // refused after all
  require(used == raw.size() && beast.is_header_done());
  require(beast.chunked() == (r.framing.kind == gateway::body_framing::kind::chunked));
  if (!beast.chunked()) require(beast.content_length().value_or(0) == r.framing.length);
  require(beast.get().version() == (r.version_1_1 ? 11 : 10));
  require(beast.get().method_string() == r.method);
  require(beast.get()["Host"] == r.host);
  std::size_t fields = 0;
  for (const gateway::field& f : r.head.fields()) {  // Beast puts those of one name together
    const auto [first, last] = beast.get().equal_range(f.name);
    std::string values;
    for (auto it = first; it != last; ++it) values += (values.empty() ? "" : ", ") + std::string{it->value()};
    require(r.head.joined(f.name) == values);
    ++fields;
  }
  require(fields == static_cast<std::size_t>(std::distance(beast.get().begin(), beast.get().end())));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto end = gateway::end_of_head(text);
  if (!end) return 0;
  const std::string_view raw = text.substr(0, *end);
  (void)gateway::message_head::read(raw, false);
  const auto read = gateway::read_request(raw);
  if (const auto* r = std::get_if<gateway::request>(&read)) same_as_beast(*r, raw);
  return 0;
}
