// Headers as nearly all clients write them are read in one pass. What that pass says must be what the reading
// line by line says, which a body in pieces takes.
#include "http/characters.hpp"
#include "support/catch.hpp"
#include "support/forms.hpp"

#include <string>

namespace uploadgate {
namespace {

using namespace test;

TEST_CASE("the plain prefix with SIMD ends where a character is not plain", "[plain]") {
  for (std::size_t size = 0; size < 70; ++size) {
    const std::string plain(size, 'a');
    REQUIRE(http::plain_prefix(plain) == size);
    for (std::size_t i = 0; i < size; ++i)
      for (int c = 0; c < 256; ++c) {
        std::string text = plain;
        text[i] = static_cast<char>(c);
        CAPTURE(size, i, c);
        REQUIRE(http::plain_prefix(text) == (http::is_plain(text[i]) ? size : i));
      }
  }
}

read_form read(std::string_view input, std::size_t piece, const multipart_limits& limits) {
  form_reader reader{boundary_x, limits};
  for (std::size_t i = 0; i < input.size(); i += piece) reader.feed(as_bytes(input.substr(i, piece)));
  return reader.finish();
}

// Headers one edit away from these, whole and byte by byte.
TEST_CASE("no header is read in another way in one pass", "[plain]") {
  const std::string disposition = "Content-Disposition: form-data; name=\"a0\"";
  const std::string heads[] = {
      disposition,
      disposition + "; filename=\"b.c\"",
      disposition + "; filename=\"0\"",
      disposition + "; filename=\"b\"\r\nContent-Type: image/x+y",
      disposition + "; filename=\"b\"\r\nContent-Type: text/name*",
      disposition + "\r\nContent-Type: application/octet-stream",
  };
  multipart_limits tight;
  tight.max_name = tight.max_filename = 2;
  tight.max_headers = 1;
  tight.max_content_type = 8;
  tight.max_header_bytes = 80;
  const std::string_view inserted[] = {"\"", "\r\n", "--X-y", ";", "=", "multipart/"};
  std::size_t accepted = 0;
  const auto same = [&](const std::string& head) {
    const std::string input = body(part(head, ""));
    for (const multipart_limits& limits : {multipart_limits{}, tight}) {
      const read_form whole = read(input, input.size(), limits);
      CAPTURE(head, whole.reason);
      REQUIRE(whole == read(input, 1, limits));
      accepted += whole.reason.empty();
    }
  };
  for (const std::string& head : heads)
    for (std::size_t i = 0; i < head.size(); ++i) {
      std::string edited = head;
      for (int c = 0; c < 256; ++c) {
        edited[i] = static_cast<char>(c);
        same(edited);
      }
      same(head.substr(0, i) + head.substr(i + 1));
      for (const std::string_view more : inserted)
        same(head.substr(0, i) + std::string{more} + head.substr(i));
    }
  CHECK(accepted > 4000);
}

}  // namespace
}  // namespace uploadgate
