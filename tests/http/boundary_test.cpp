#include <uploadgate/http/multipart.hpp>

#include "support/catch.hpp"

#include <string>

namespace uploadgate {
namespace {

TEST_CASE("boundaries of honest clients are found", "[boundary]") {
  const struct {
    std::string type, boundary;
  } cases[] = {
      {"multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
       "----WebKitFormBoundary7MA4YWxkTrZu0gW"},
      {"multipart/form-data;boundary=x", "x"},
      {"multipart/form-data; boundary=\"0f8fad5b-d9cb-469f-a165-70867728950e\"",
       "0f8fad5b-d9cb-469f-a165-70867728950e"},
      {"multipart/form-data; boundary=\"----=_Part_0_1.2:3\"", "----=_Part_0_1.2:3"},
      {"multipart/form-data; boundary=dart-http-boundary-+_.", "dart-http-boundary-+_."},
      {"multipart/form-data; charset=UTF-8; boundary=abc", "abc"},
      {"multipart/form-data; boundary=abc; charset=utf-8", "abc"},
      {"multipart/form-data; charset=ISO-8859-1; boundary=abc", "abc"},
      {"multipart/form-data; boundary=" + std::string(70, 'b'), std::string(70, 'b')},
  };
  for (const auto& c : cases) {
    CAPTURE(c.type);
    std::string_view found;
    CHECK(parse_boundary(c.type, found).ok());
    CHECK(found == c.boundary);
  }
}

TEST_CASE("a Content-Type that servers read differently is refused", "[boundary]") {
  const struct {
    std::string_view name;
    std::string type;
    std::string_view reason;
    std::uint64_t offset;
  } cases[] = {
      {"nothing", "", "form_content_type", 0},
      {"another type", "application/json", "form_content_type", 0},
      {"another multipart type", "multipart/mixed; boundary=a", "form_content_type", 0},
      {"capitals", "Multipart/Form-Data; boundary=a", "form_content_type", 0},
      {"a longer type", "multipart/form-datax; boundary=a", "form_content_type", 19},
      {"a space before the semicolon", "multipart/form-data ; boundary=a", "form_content_type", 19},
      {"a comma before the boundary", "multipart/form-data, boundary=a", "form_content_type", 19},
      {"two spaces", "multipart/form-data;  boundary=a", "form_content_type", 21},
      {"a tab", "multipart/form-data;\tboundary=a", "form_content_type", 20},
      {"an empty parameter", "multipart/form-data;; boundary=a", "form_content_type", 20},
      {"a semicolon at the end", "multipart/form-data; boundary=a;", "form_content_type", 32},
      {"no boundary", "multipart/form-data", "form_boundary_missing", 19},
      {"an empty boundary", "multipart/form-data; boundary=", "form_boundary_missing", 30},
      {"an empty quoted boundary", "multipart/form-data; boundary=\"\"", "form_boundary_missing", 31},
      {"a boundary in capitals", "multipart/form-data; Boundary=a", "form_content_type", 21},
      {"two boundaries", "multipart/form-data; boundary=a; boundary=b", "form_boundary_duplicate", 33},
      {"two character sets", "multipart/form-data; charset=utf-8; charset=utf-8; boundary=a",
       "form_boundary_duplicate", 36},
      {"a continuation", "multipart/form-data; boundary*0=a; boundary*1=b", "form_boundary_continuation", 21},
      {"an encoded boundary", "multipart/form-data; boundary*=utf-8''a", "form_boundary_continuation", 21},
      {"a continuation behind a boundary", "multipart/form-data; boundary=a; boundary*0=b",
       "form_boundary_continuation", 33},
      {"71 characters", "multipart/form-data; boundary=" + std::string(71, 'b'), "form_boundary_too_long",
       100},
      {"a comma", "multipart/form-data; boundary=a,b", "form_boundary_invalid", 31},
      {"a quoted comma", "multipart/form-data; boundary=\"a,b\"", "form_boundary_invalid", 32},
      {"a space at the end", "multipart/form-data; boundary=a ", "form_boundary_invalid", 31},
      {"a quoted space", "multipart/form-data; boundary=\"a b\"", "form_boundary_invalid", 32},
      {"an unquoted special", "multipart/form-data; boundary=a:b", "form_boundary_invalid", 31},
      {"a space before the equals sign", "multipart/form-data; boundary =a", "form_content_type", 29},
      {"a space behind the equals sign", "multipart/form-data; boundary= a", "form_boundary_invalid", 30},
      {"a backslash", "multipart/form-data; boundary=\"a\\b\"", "form_boundary_invalid", 32},
      {"no closing mark", "multipart/form-data; boundary=\"ab", "form_boundary_invalid", 30},
      {"text behind the mark", "multipart/form-data; boundary=\"ab\"c", "form_boundary_invalid", 34},
      {"a mark within", "multipart/form-data; boundary=a\"b", "form_boundary_invalid", 31},
      {"a line break", "multipart/form-data; boundary=a\r\n", "form_boundary_invalid", 31},
      {"a single quotation mark first", "multipart/form-data; boundary='a", "form_boundary_invalid", 30},
      {"a single quotation mark last", "multipart/form-data; boundary=\"a'\"", "form_boundary_invalid", 32},
      {"hyphens only", "multipart/form-data; boundary=----", "form_boundary_invalid", 30},
      {"a byte beyond ASCII", "multipart/form-data; boundary=a\xE4", "form_boundary_invalid", 31},
      {"another character set", "multipart/form-data; boundary=a; charset=utf-7", "form_content_type", 41},
      {"an unexpected parameter", "multipart/form-data; boundary=a; start=b", "form_content_type", 33},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name, c.type);
    std::string_view found = "untouched";
    const result r = parse_boundary(c.type, found);
    REQUIRE_FALSE(r.ok());
    CHECK(reason(r.why().code) == c.reason);
    CHECK(r.why().offset == c.offset);
    CHECK(found == "untouched");
    multipart_parser parser{c.type};
    CHECK(parser.next().kind == multipart_event::kind::rejected);
  }
}

}  // namespace
}  // namespace uploadgate
