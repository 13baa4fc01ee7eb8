#include <uploadgate/http/multipart.hpp>

#include "support/catch.hpp"
#include "support/forms.hpp"
#include "support/splits.hpp"

#include <random>
#include <string>

namespace uploadgate {
namespace {

using namespace test;

read_form read(std::string_view input, const multipart_limits& limits = {},
               std::string_view type = boundary_x, std::optional<std::uint64_t> length = {}) {
  form_reader reader{type, limits, length};
  reader.feed(as_bytes(input));
  return reader.finish();
}

// Every split must give the same parts, the same reason and the same offset.
read_form read_every_split(std::string_view input, const multipart_limits& limits = {},
                           std::string_view type = boundary_x, std::optional<std::uint64_t> length = {}) {
  const read_form whole = read(input, limits, type, length);
  for_every_split(as_bytes(input), [&](std::string_view how, auto deliver) {
    form_reader reader{type, limits, length};
    deliver([&](bytes_view piece) { reader.feed(piece); });
    const read_form again = reader.finish();
    CAPTURE(how, input, whole.reason, again.reason, whole.offset.value_or(0), again.offset.value_or(0));
    REQUIRE(again == whole);
  });
  return whole;
}

const std::string two = body(field("title", "hello") + file("photo", "a.png", "PNG\r\n--X-!", "image/png"));

TEST_CASE("a form is read the same at every split", "[multipart]") {
  const read_form form = read_every_split(two);
  CHECK(form.reason.empty());
  REQUIRE(form.parts.size() == 2);
  CHECK(form.parts[0] == read_part{"title", {}, "", "hello", true});
  CHECK(form.parts[1] == read_part{"photo", "a.png", "image/png", "PNG\r\n--X-!", true});
}

TEST_CASE("every truncation is refused", "[multipart]") {
  for (std::size_t n = 0; n < two.size() - 2; ++n) {
    CAPTURE(n);
    const read_form form = read(two.substr(0, n));
    REQUIRE(form.reason == "form_truncated");
    REQUIRE(form.offset == n);
  }
  CHECK(read(two.substr(0, two.size() - 2)).reason.empty());  // some clients write no line break at the end
  CHECK(read(two.substr(0, two.size() - 1)).reason == "form_epilogue");
  CHECK(read_every_split(two + "\r\n").reason.empty());  // and some write two
}

TEST_CASE("honest forms pass", "[multipart]") {
  const struct {
    std::string_view name;
    std::string body;
    std::size_t parts;
  } cases[] = {
      {"no part at all", body(""), 0},
      {"an empty field", body(field("a", "")), 1},
      {"no file chosen", body(file("a", "", "")), 1},
      {"several files of one name", body(file("a", "1.png", "x") + file("a", "2.png", "y")), 2},
      {"a field like an array", body(field("user[address][]", "x")), 1},
      {"a field with dots and spaces", body(field("First name: a.b", "x")), 1},
      {"UTF-8 in names",
       body(file("gr\xC3\xB6\xC3\x9F"
                 "e",
                 "\xE6\x97\xA5.png", "x")),
       1},
      {"header names in lower case", body(part("content-disposition: form-data; name=\"a\"")), 1},
      {"a text that ends in a line of hyphens", body(field("a", "x\r\n---")), 1},
      {"Java's headers",
       body(part(
           "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain; charset=ISO-8859-1\r\n"
           "Content-Transfer-Encoding: 8bit")),
       1},
      {"OkHttp's headers", body(part("Content-Disposition: form-data; name=\"a\"\r\nContent-Length: 4")), 1},
      {"the type before the disposition",
       body(part("Content-Type: image/png\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"")),
       1},
      {"a recorder's type", body(file("a", "b.webm", "x", "video/webm;codecs=vp8,opus")), 1},
      {"a recorder's quoted type", body(file("a", "b", "x", "video/mp4;codecs=\"avc1.42E01E, mp4a.40.2\"")),
       1},
      {"near delimiters", body(field("a", "\r\n--X-\r\n--\r\n-\r\r\n\r\n--X-x\n--X-!")), 1},
      {"Latin-1 in a file with a character set",
       body(file("a", "b.txt", "\xE4", "text/plain; charset=iso-8859-1")), 1},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const read_form form = read_every_split(c.body);
    CHECK(form.reason == "");
    CHECK(form.parts.size() == c.parts);
  }
}

struct hostile {
  std::string_view name;
  std::string body;
  std::string_view reason;
  std::uint64_t offset;
};

void refuse(const hostile& c, const multipart_limits& limits = {}) {
  CAPTURE(c.name);
  const read_form form = read_every_split(c.body, limits);
  CHECK(form.reason == c.reason);
  CHECK(form.offset == c.offset);
}

TEST_CASE("framing that parsers read differently is refused", "[multipart]") {
  const std::string head = disposition("; name=\"a\"");  // 40 bytes
  const std::string first = part(head);
  const hostile cases[] = {
      {"text before the first delimiter", "hello\r\n" + two, "form_preamble", 0},
      {"a line break before the first delimiter", "\r\n" + two, "form_preamble", 0},
      {"another boundary", "--X-z\r\n", "form_preamble", 4},
      {"a hyphen too many", "---X-y\r\n", "form_preamble", 2},
      {"text after the last delimiter", two + "x", "form_epilogue", two.size()},
      {"two line breaks after the last line", two + "\r\n\r\n", "form_epilogue", two.size() + 2},
      {"a line feed after the last line", two + "\n", "form_epilogue", two.size()},
      {"half a line break after the last line", two + "\r", "form_epilogue", two.size() + 1},
      {"a second form behind the first", two + two, "form_epilogue", two.size()},
      {"a space after the first delimiter", "--X-y \r\n", "form_delimiter_padding", 5},
      {"a tab after a delimiter", part(head) + "--X-y\t\r\n", "form_delimiter_padding", first.size() + 5},
      {"the boundary as a prefix of another", part(head) + "--X-yz\r\n", "form_delimiter_prefix",
       first.size() + 5},
      {"one hyphen after the delimiter", part(head) + "--X-y-\r\n", "form_delimiter_prefix",
       first.size() + 6},
      {"a space before the closing hyphens", part(head) + "--X-y --", "form_delimiter_padding",
       first.size() + 5},
      {"a line feed alone after a delimiter", "--X-y\n" + head, "form_bare_lf", 5},
      {"a carriage return alone after a delimiter", "--X-y\r" + head, "form_bare_cr", 5},
      {"a line feed alone before a delimiter", body(part(head, "data\n--X-y\r\nmore")),
       "form_delimiter_in_data", 7 + 40 + 4 + 5},
      {"a carriage return alone before a delimiter", body(part(head, "data\r--X-y\r\nmore")),
       "form_delimiter_in_data", 7 + 40 + 4 + 5},
      {"a delimiter in the midst of a line", body(part(head, "data--X-y--")), "form_delimiter_in_data",
       7 + 40 + 4 + 4},
      {"a delimiter at once after the headers", "--X-y\r\n" + head + "\r\n\r\n--X-y--\r\n",
       "form_delimiter_in_data", 7 + 40 + 4},
      {"a delimiter behind hyphens", body(part(head, "\r\n---X-y--")), "form_delimiter_in_data",
       7 + 40 + 4 + 3},
      {"a delimiter behind half of one", body(part(head, "\r\n--X--X-y--")), "form_delimiter_in_data",
       7 + 40 + 4 + 5},
      {"half a delimiter as the last line", body(part(head, "data\r\n--X-")), "form_delimiter_partial",
       7 + 40 + 4 + 6},
      {"two hyphens as the last line", body(part(head, "data\n--")), "form_delimiter_partial",
       7 + 40 + 4 + 5},
      {"headers without an end", "--X-y\r\n" + head + "\r\n--X-y--\r\n", "form_delimiter_in_headers",
       7 + 40 + 2},
      {"a delimiter in a name", body(field("a--X-y", "x")), "form_delimiter_in_headers", 7 + 39},
      {"nothing", "", "form_truncated", 0},
  };
  for (const auto& c : cases) refuse(c);
}

TEST_CASE("headers that parsers read differently are refused", "[multipart]") {
  const std::string head = disposition("; name=\"a\"");  // 40 bytes, from 7 on
  const std::uint64_t second = 7 + 40 + 2;
  const auto with = [&](std::string_view more) { return body(part(head + "\r\n" + std::string{more})); };
  const hostile cases[] = {
      {"no header", "--X-y\r\n\r\ndata\r\n--X-y--", "form_disposition_missing", 7},
      {"no disposition", body(part("Content-Type: text/plain")), "form_disposition_missing", 7 + 26},
      {"a line feed alone", "--X-y\r\n" + head + "\n\r\n", "form_bare_lf", 7 + 40},
      {"a carriage return alone", with("X: a\rb"), "form_bare_cr", second + 4},
      {"a fold with a space", with(" filename=\"x\""), "form_header_folded", second},
      {"a fold with a tab", with("\tfilename=\"x\""), "form_header_folded", second},
      {"a fold before any header", body(part(" " + head)), "form_header_folded", 7},
      {"NUL in a header", with(std::string_view{"Content-Type: a\0", 16}), "form_header_control",
       second + 15},
      {"a tab after the colon", with("Content-Type:\timage/png"), "form_header_whitespace", second + 13},
      {"two spaces after the colon", with("Content-Type:  image/png"), "form_header_whitespace", second + 14},
      {"a space before the colon", with("Content-Type : image/png"), "form_header_whitespace", second + 12},
      {"a space at the end", with("Content-Type: image/png "), "form_header_whitespace", second + 23},
      {"no colon", with("Content-Type"), "form_header_malformed", second},
      {"no name", with(": x"), "form_header_malformed", second},
      {"no value", with("Content-Type:"), "form_header_malformed", second + 13},
      {"bytes beyond ASCII in a name", with("Content-Typ\xC3\xA9: x"), "form_header_malformed", second + 11},
      {"two dispositions", with(head), "form_header_duplicate", second},
      {"two dispositions, one in lower case", with("content-disposition: form-data; name=\"b\""),
       "form_header_duplicate", second},
      {"a header in capitals", with("CONTENT-TYPE: a/b"), "form_header_case", second},
      {"a header in mixed case", with("Content-type: a/b"), "form_header_case", second},
      {"no space after the colon", with("content-type:a/b"), "form_header_whitespace", second + 13},
      {"a file name in the type", with("Content-Type: a/b; filename=\"x\""), "form_parameter_lookalike",
       second + 14},
      {"a name in the type", with("Content-Type: a/b; name=x"), "form_parameter_lookalike", second + 14},
      {"a field typed as a file", with("Content-Type: application/octet-stream"), "form_field_type",
       second + 14},
      {"a file in UTF-7", body(file("a", "b", "x", "text/plain; charset=utf-7")), "form_charset",
       7 + 40 + 14 + 2 + 34},
      {"a name in Latin-1 or not", body(file("\xC3\xA9", "b", "x", "text/plain; charset=iso-8859-1")),
       "form_charset", 7 + 41 + 14 + 2 + 34},
      {"a field that is not UTF-8", body(part(head, "ab\xE4z")), "form_text_encoding", 7 + 40 + 4 + 3},
      {"a field that ends within a character", body(part(head, "ab\xC3")), "form_text_encoding",
       7 + 40 + 4 + 3},
      {"a byte order mark in a field", body(part(head, "\xEF\xBB\xBFx")), "form_text_encoding",
       7 + 40 + 4 + 2},
      {"a surrogate in a field", body(part(head, "\xED\xA0\x80")), "form_text_encoding", 7 + 40 + 4 + 1},
      {"two types", with("Content-Type: a/b\r\nContent-Type: a/b"), "form_header_duplicate", second + 19},
      {"a misspelt header", with("Content-Dispositionx: form-data"), "form_header_unknown", second},
      {"an encoding header", with("Content-Encoding: gzip"), "form_header_unknown", second},
      {"an extension header", with("X-Id: 1"), "form_header_unknown", second},
      {"base64", with("Content-Transfer-Encoding: base64"), "form_transfer_encoding", second + 27},
      {"quoted-printable", with("Content-Transfer-Encoding: quoted-printable"), "form_transfer_encoding",
       second + 27},
      {"nested parts", with("Content-Type: multipart/mixed; boundary=b"), "form_nested", second + 14},
      {"nested parts in the midst of a type", with("Content-Type: x-multipart/mixed"), "form_nested",
       second + 14},
      {"nested parts in a parameter", with("Content-Type: a/b; c=\"multipart/mixed\""), "form_nested",
       second + 14},
      {"nested parts in a file's type", body(file("a", "b", "x", "a-multipart/mixed")), "form_nested",
       7 + 40 + 14 + 2 + 14},
      {"a mail message", with("Content-Type: Message/RFC822"), "form_nested", second + 14},
      {"a boundary in a part", with("Content-Type: text/plain; boundary=b"), "form_nested", second + 26},
      {"a type without a slash", with("Content-Type: text"), "form_part_type", second + 18},
      {"a type with a bad parameter", with("Content-Type: text/plain; a"), "form_part_type", second + 27},
      {"two character sets", with("Content-Type: text/plain; charset=utf-8; charset=utf-7"), "form_part_type",
       second + 41},
      {"UTF-7", with("Content-Type: text/plain; charset=utf-7"), "form_charset", second + 34},
      {"UTF-16", with("Content-Type: text/plain; charset=utf-16"), "form_charset", second + 34},
      {"a wrong length", with("Content-Length: 5"), "form_part_length", second + 17 + 4 + 4},
      {"a length too small", with("Content-Length: 3"), "form_part_length", second + 17 + 4 + 3},
      {"a length that is none", with("Content-Length: 4,4"), "form_part_length", second + 16},
      {"a length with a zero before it", with("Content-Length: 04"), "form_part_length", second + 16},
      {"content in a file without a name", body(file("a", "", "x")), "form_filename_empty",
       7 + 40 + 13 + 2 + 38 + 4},
      {"Latin-1 in a field", body(part(head + "\r\nContent-Type: text/plain; charset=ISO-8859-1", "ab\xE4")),
       "form_charset", second + 44 + 4 + 2},
  };
  for (const auto& c : cases) refuse(c);
}

TEST_CASE("under a character set beside UTF-8, names and fields are ASCII", "[multipart]") {
  const struct {
    std::string_view name;
    std::string body;
    std::string_view reason;
    std::uint64_t offset;
  } cases[] = {
      {"ASCII", body(field("a", "x") + file("b", "c", "\xE4\xF6")), "", 0},
      {"a name", body(field("\xC3\xA4", "x")), "form_charset", 7 + 38},
      {"a file name", body(file("a", "b\xC3\xA4", "x")), "form_charset", 7 + 40 + 13},
      {"a field", body(field("a", "b\xC3\xA4")), "form_charset", 7 + 40 + 4 + 1},
      {"a field in UTF-8",
       body(part(disposition("; name=\"a\"") + "\r\nContent-Type: text/plain; charset=utf-8", "\xC3\xA4")),
       "form_charset", 7 + 40 + 2 + 39 + 4},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const read_form form =
        read_every_split(c.body, {}, "multipart/form-data; charset=ISO-8859-1; boundary=X-y");
    CHECK(form.reason == c.reason);
    CHECK(form.offset.value_or(0) == c.offset);
  }
  CHECK(read(body(field("\xC3\xA4", "x")), {}, "multipart/form-data; charset=utf-8; boundary=X-y").reason ==
        "");
}

TEST_CASE("the switches let pass what they say", "[multipart]") {
  multipart_limits lenient;
  lenient.leading_crlf = true;
  CHECK(read_every_split("\r\n" + two, lenient).reason == "");
  CHECK(read_every_split(two, lenient).reason == "");
  CHECK(read_every_split("\r\n\r\n" + two, lenient).reason == "form_preamble");
  CHECK(read_every_split("\r--X-y\r\n", lenient).reason == "form_preamble");
  lenient = {};
  lenient.message_types = true;
  CHECK(read(body(file("a", "b.eml", "x", "message/rfc822")), lenient).reason == "");
  lenient = {};
  lenient.extension_headers = true;
  CHECK(read(body(part(disposition("; name=\"a\"") + "\r\nX-Id: 1")), lenient).reason == "");
  CHECK(read(body(part(disposition("; name=\"a\"") + "\r\nDate: 1")), lenient).reason ==
        "form_header_unknown");
  lenient = {};
  lenient.binary_fields = true;
  CHECK(read_every_split(body(field("a", "\xE4\xFF")), lenient).reason == "");
  lenient = {};
  lenient.token_values = lenient.matching_filename_star = true;
  const read_form dotnet =
      read(body(part(disposition("; name=file; filename=a.png; filename*=utf-8''a.png"))), lenient);
  CHECK(dotnet.reason == "");
  REQUIRE(dotnet.parts.size() == 1);
  CHECK(dotnet.parts[0].name == "file");
  CHECK(dotnet.parts[0].filename == "a.png");
}

TEST_CASE("every limit holds at its number", "[multipart]") {
  const auto at = [](std::string_view input, multipart_limits limits, auto field_of, std::uint64_t n,
                     std::string_view reason) {
    limits.*field_of = n;
    CHECK(read_every_split(input, limits).reason == "");
    limits.*field_of = n + 1;
    CHECK(read_every_split(input, limits).reason == "");
    limits.*field_of = n - 1;
    CHECK(read_every_split(input, limits).reason == reason);
  };
  const std::string one = body(file("name", "file.txt", "data", "text/plain"));
  at(one, {}, &multipart_limits::max_body, one.size(), "form_too_large");
  at(two, {}, &multipart_limits::max_parts, 2, "form_too_many_parts");
  at(one, {}, &multipart_limits::max_headers, 2, "form_headers_too_large");
  at(one, {}, &multipart_limits::max_header_bytes, one.find("data\r\n") - 7, "form_headers_too_large");
  at(one, {}, &multipart_limits::max_name, 4, "form_name_too_long");
  at(one, {}, &multipart_limits::max_filename, 8, "form_filename_too_long");
  at(one, {}, &multipart_limits::max_content_type, 10, "form_headers_too_large");
  multipart_limits limits;
  limits.max_body = one.size() - 1;
  CHECK(read(one, limits).offset == one.size() - 1);
}

TEST_CASE("a body must be as long as announced", "[multipart]") {
  CHECK(read_every_split(two, {}, boundary_x, two.size()).reason == "");
  CHECK(read_every_split(two, {}, boundary_x, two.size() + 1).reason == "form_length_mismatch");
  const read_form longer = read_every_split(two, {}, boundary_x, two.size() - 1);
  CHECK(longer.reason == "form_length_mismatch");
  CHECK(longer.offset == two.size() - 1);
  CHECK(read_every_split(two, {}, boundary_x, 2 * GiB).reason == "form_too_large");
}

TEST_CASE("a chunk pushed before the last was read is an error", "[multipart]") {
  multipart_parser parser{boundary_x};
  parser.push(as_bytes(two));
  parser.push(as_bytes(two));
  CHECK(parser.next().kind == multipart_event::kind::rejected);
  CHECK_FALSE(parser.finish().ok());
}

TEST_CASE("hostile bodies cost linear work", "[multipart]") {
  const std::string head = "--X-y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
  const auto flood = [&](std::string_view unit, std::size_t size) {
    std::string out = head;
    while (out.size() < size) out += unit;
    return out;
  };
  std::mt19937 random{1};
  std::string prefixes;
  while (prefixes.size() < 2'000'000) prefixes += std::string_view{"\r\n--X-"}.substr(0, random() % 7);
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += field("field" + std::to_string(i), "x");
  multipart_limits wide;
  wide.max_parts = 10'000;
  const struct {
    std::string_view name;
    std::string body;
    std::string_view reason;
  } cases[] = {
      {"ten thousand parts", body(many), ""},
      {"a boundary that never comes", flood("no boundary here. ", 2'000'000), "form_truncated"},
      {"line breaks and hyphens", flood("\r\n--", 2'000'000), "form_truncated"},
      {"all but the last byte of the delimiter", flood("\r\n--X-", 2'000'000), "form_truncated"},
      {"hyphens", flood("-", 2'000'000), "form_truncated"},
      {"beginnings of the delimiter", body(part(disposition("; name=\"a\""), prefixes + "end")), ""},
      {"a million header bytes", "--X-y\r\nContent-Type: " + std::string(1'000'000, 'a'),
       "form_headers_too_large"},
      {"a million header lines", flood("", 0).substr(0, 7) + std::string(1'000'000, '\n'), "form_bare_lf"},
  };
  for (const auto& c : cases)
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, c.body.size()}) {
      CAPTURE(c.name, piece);
      form_reader reader{boundary_x, wide};
      for (std::size_t i = 0; i < c.body.size(); i += piece)
        reader.feed(as_bytes(std::string_view{c.body}.substr(i, piece)));
      const read_form form = reader.finish();
      CHECK(form.reason == c.reason);
      CHECK(form.work <= 4 * c.body.size());
      CHECK(form.data_events <= 2);
    }
}

}  // namespace
}  // namespace uploadgate
