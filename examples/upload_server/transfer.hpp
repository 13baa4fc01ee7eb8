// Reading a body that is judged, answering, and letting go of a client: what file and form uploads share.
#pragma once

#include <uploadgate/verdict.hpp>

#include "session.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::flat_buffer;
using boost::beast::tcp_stream;
using header_parser = http::request_parser<http::empty_body>;
using response = http::response<http::string_body>;

// One connection, as its requests see it.
struct connection {
  tcp_stream& stream;
  flat_buffer& buffer;
  const server_state& server;
};

inline constexpr std::size_t read_buffer = 64 * uploadgate::KiB;

// answer makes a response that no browser sniffs and no cache keeps.
response answer(unsigned version, bool keep_alive, unsigned status, std::string_view type, std::string body);
// problem makes the JSON of an answer that is not about a file.
std::string problem(std::string_view message);
// status_of is 201 where the upload was stored, 500 where it was not for a reason of ours, else the
// verdict's.
unsigned status_of(const uploadgate::verdict& verdict, const std::string& failure);
net::awaitable<void> send(connection c, response r);
// drain reads on for a while: a client that is still sending would get a reset instead of its answer.
net::awaitable<void> drain(connection c);

// invite answers a client that waits for 100-continue.
template <class Parser>
net::awaitable<error_code> invite(connection c, Parser& parser) {
  error_code ec;
  if (parser.get()[http::field::expect] == "100-continue") {
    http::response<http::empty_body> go_on{http::status::continue_, parser.get().version()};
    co_await http::async_write(c.stream, go_on, net::redirect_error(net::use_awaitable, ec));
  }
  co_return ec;
}

// read_judged_body reads until the message is whole or the body's rules object. It answers 100-continue, and
// gives up on a client that is silent or slow.
template <class Parser>
net::awaitable<error_code> read_judged_body(connection c, Parser& parser) {
  error_code ec = co_await invite(c, parser);
  const auto deadline = std::chrono::steady_clock::now() + c.server.options.upload_timeout;
  while (!ec && !parser.is_done()) {
    c.stream.expires_at(std::min(deadline, std::chrono::steady_clock::now() + c.server.options.idle_timeout));
    co_await http::async_read_some(c.stream, c.buffer, parser, net::redirect_error(net::use_awaitable, ec));
  }
  co_return ec;
}

// receive_file and receive_form judge and store one upload, answer it, and say whether the connection may go
// on.
net::awaitable<bool> receive_file(connection c, header_parser&& header, std::string filename);
net::awaitable<bool> receive_form(connection c, header_parser&& header);
