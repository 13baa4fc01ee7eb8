#include <uploadgate/http/beast.hpp>
#include <uploadgate/validators/max_size.hpp>

#include "support/catch.hpp"

#include <boost/beast/http/parser.hpp>

#include <string>

namespace uploadgate::beast {
namespace {

namespace http = boost::beast::http;

const policy small{max_size{5}};

struct outcome {
  boost::beast::error_code error;
  verdict answer;
  std::string kept;
};

// Parses a request as a server does: the header first, then the body in pieces of the given size.
outcome receive(const std::string& body, std::size_t piece, bool judge = true,
                std::error_code sink_error = {}) {
  const std::string head = "PUT /a HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  http::request_parser<judged_body> parser;
  parser.body_limit(boost::none);
  outcome o;
  parser.put(boost::asio::buffer(head), o.error);
  if (judge) {
    parser.get().body().judge(small.inspect(claim_of(parser.get())), [&](bytes_view b) {
      o.kept += as_text(b);
      return sink_error;
    });
  }
  for (std::size_t i = 0; i < body.size() && !o.error; i += piece) {
    parser.put(boost::asio::buffer(body.data() + i, std::min(piece, body.size() - i)), o.error);
  }
  o.answer = parser.get().body().finish();
  return o;
}

TEST_CASE("judged_body accepts at the end and hands on what it was given", "[beast]") {
  for (const std::size_t piece : {1U, 2U, 5U}) {
    const outcome o = receive("hello", piece);
    CHECK_FALSE(o.error);
    CHECK(o.answer.accepted());
    CHECK(o.kept == "hello");
  }
}

TEST_CASE("judged_body stops at the rejection with its code", "[beast]") {
  const outcome o = receive("hello world", 4);
  CHECK(std::error_code{o.error} == errc::size_exceeded);
  CHECK(o.answer.code() == errc::size_exceeded);
  CHECK(o.kept == "hell");
}

TEST_CASE("judged_body fails closed without judge, and tells what the sink says", "[beast]") {
  const outcome none = receive("hello", 5, false);
  CHECK(std::error_code{none.error} == errc::not_examined);
  CHECK(none.answer.pending());
  const outcome full = receive("hello", 5, true, std::make_error_code(std::errc::no_space_on_device));
  CHECK(std::error_code{full.error} == std::errc::no_space_on_device);
}

TEST_CASE("an empty body is judged by finish", "[beast]") {
  CHECK(receive("", 1).answer.code() == errc::empty_file);
  CHECK(receive("", 1, false).answer.pending());
}

}  // namespace
}  // namespace uploadgate::beast
