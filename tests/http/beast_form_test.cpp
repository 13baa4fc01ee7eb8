#include <uploadgate/http/beast_form.hpp>

#include "support/catch.hpp"
#include "support/forms.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>

#include <string>

namespace uploadgate {
namespace {

namespace http = boost::beast::http;
using namespace test;

struct answer {
  boost::beast::error_code error;
  uploadgate::verdict verdict;
  std::size_t parts = 0;
};

answer read(std::string_view headers, std::string_view content, std::size_t step, bool judge = true) {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\n" + std::string{headers} + "\r\n";
  http::request_parser<beast::form_body> parser;
  parser.eager(false);
  answer a;
  parser.put(boost::asio::buffer(head), a.error);
  REQUIRE_FALSE(a.error);
  auto& form = parser.get().body();
  if (judge) form.judge(beast::inspect(form_policy{}, parser.get()));
  parser.eager(true);
  for (std::size_t i = 0; i < content.size() && !a.error;) {
    const std::string_view piece = content.substr(i, step);
    i += parser.put(boost::asio::buffer(piece.data(), piece.size()), a.error);
  }
  a.verdict = form.finish();
  if (judge) a.parts = form.parts().size();
  return a;
}

TEST_CASE("a form is judged while Beast reads it", "[beast_form]") {
  const std::string content = body(field("a", "1") + file("b", "b.png", "2"));
  const std::string type = "Content-Type: " + std::string{boundary_x} + "\r\n";
  const auto length = [](std::size_t n) { return "Content-Length: " + std::to_string(n) + "\r\n"; };
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, content.size()}) {
    const answer good = read(type + length(content.size()), content, step);
    CHECK_FALSE(good.error);
    CHECK(good.verdict.accepted());
    CHECK(good.parts == 2);
    const std::string more = content + "x";
    const answer bad = read(type + length(more.size()), more, step);
    CHECK(bad.error == std::error_code{errc::form_epilogue});
    CHECK(bad.verdict.code() == errc::form_epilogue);
  }
  CHECK(read(length(content.size()), content, 64).error == std::error_code{errc::form_content_type});
  CHECK(read(type + type + length(content.size()), content, 64).error ==
        std::error_code{errc::form_content_type});
  CHECK(read(type + length(content.size()), content, 64, false).error == std::error_code{errc::not_examined});
}

}  // namespace
}  // namespace uploadgate
