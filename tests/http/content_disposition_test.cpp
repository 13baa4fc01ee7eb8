#include <uploadgate/http/content_disposition.hpp>

#include "support/catch.hpp"

#include <string>

namespace uploadgate {
namespace {

const std::string name_a = "form-data; name=\"a\"";  // 19 bytes

std::string brackets(int depth) {
  std::string out;
  while (depth-- > 0) out += "[]";
  return out;
}

TEST_CASE("the disposition of a part is read", "[content_disposition]") {
  form_disposition d;
  REQUIRE(parse_form_disposition("form-data; name=\"a b\"; filename=\"c;d=e%2 f.png\"", d).ok());
  CHECK(d.name == "a b");
  CHECK(d.filename == "c;d=e%2 f.png");
  CHECK(parse_form_disposition("form-data; name=\"a" + brackets(32) + "\"", d).ok());
  REQUIRE(parse_form_disposition(name_a + "; filename=\"R&D, Q&A & AT&T.pdf\"", d).ok());
  REQUIRE(parse_form_disposition("form-data; name=\"a\"; filename=\"\"", d).ok());
  CHECK(d.filename == "");
  REQUIRE(parse_form_disposition(name_a, d).ok());
  CHECK_FALSE(d.filename);
}

TEST_CASE("a disposition that servers read differently is refused", "[content_disposition]") {
  const auto named = [](std::string_view name) { return "form-data; name=\"" + std::string{name} + "\""; };
  const auto filed = [](std::string_view file) {
    return name_a + "; filename=\"" + std::string{file} + "\"";
  };
  const struct {
    std::string_view name;
    std::string value;
    std::string_view reason;
    std::uint64_t offset;
  } cases[] = {
      {"an attachment", "attachment; name=\"a\"", "form_disposition_invalid", 0},
      {"capitals", "Form-Data; name=\"a\"", "form_disposition_invalid", 0},
      {"a longer type", "form-datax; name=\"a\"", "form_disposition_invalid", 9},
      {"no parameter", "form-data", "form_name_missing", 9},
      {"an empty name", named(""), "form_name_missing", 17},
      {"a semicolon at the end", name_a + ";", "form_disposition_invalid", 20},
      {"two semicolons", "form-data;; name=\"a\"", "form_disposition_invalid", 10},
      {"a space before the semicolon", "form-data ; name=\"a\"", "form_disposition_invalid", 9},
      {"a space before the equals sign", "form-data; name =\"a\"", "form_disposition_invalid", 15},
      {"a space behind the equals sign", "form-data; name= \"a\"", "form_parameter_unquoted", 16},
      {"a name in capitals", "form-data; Name=\"a\"", "form_parameter_unknown", 11},
      {"two names", name_a + "; name=\"b\"", "form_parameter_duplicate", 21},
      {"two file names", filed("a") + "; filename=\"b\"", "form_parameter_duplicate", 35},
      {"the file name first", "form-data; filename=\"a\"; name=\"b\"", "form_parameter_order", 11},
      {"only a file name", "form-data; filename=\"a\"", "form_parameter_order", 11},
      {"filename*", name_a + "; filename*=utf-8''b", "form_parameter_extended", 21},
      {"filename* behind a filename", filed("b") + "; filename*=utf-8''b", "form_parameter_extended", 35},
      {"filename*0", name_a + "; filename*0=\"b\"", "form_parameter_extended", 21},
      {"name*", "form-data; name*=utf-8''a", "form_parameter_extended", 11},
      {"another parameter", name_a + "; size=\"1\"", "form_parameter_unknown", 21},
      {"an unquoted name", "form-data; name=a", "form_parameter_unquoted", 16},
      {"single quotation marks", "form-data; name='a'", "form_parameter_unquoted", 16},
      {"no closing mark", "form-data; name=\"a", "form_parameter_quoting", 16},
      {"text behind the mark", "form-data; name=\"a\"b", "form_parameter_quoting", 19},
      {"a space behind the mark", "form-data; name=\"a\" ; filename=\"b\"", "form_parameter_quoting", 19},
      {"an escaped mark", filed("a\\\"b"), "form_parameter_backslash", 32},
      {"a backslash path", filed("C:\\a.png"), "form_parameter_backslash", 33},
      {"a backslash at the end", "form-data; name=\"a\\\"", "form_parameter_backslash", 18},
      {"a path", filed("a/b"), "form_filename_path", 32},
      {"a percent-encoded mark", filed("a%22b"), "form_parameter_escape", 32},
      {"a percent-encoded line break", named("a%0D%0a"), "form_parameter_escape", 18},
      {"a percent escape in a file name", filed("a%2fb"), "form_parameter_escape", 32},
      {"a folder for a file name", filed(".."), "form_filename_path", 31},
      {"a line separator",
       named("a\xE2\x80\xA8"
             "b"),
       "form_header_control", 18},
      {"a control of C1",
       named("a\xC2\x85"
             "b"),
       "form_header_control", 18},
      {"an ideographic space at the end", filed("a\xE3\x80\x80"), "form_parameter_space", 32},
      {"a byte order mark first",
       filed("\xEF\xBB\xBF"
             "a"),
       "form_parameter_space", 31},
      {"no space before a parameter", "form-data;name=\"a\"", "form_disposition_invalid", 10},
      {"no space before the file name", name_a + ";filename=\"b\"", "form_disposition_invalid", 20},
      {"a semicolon in a name", named("a;b"), "form_parameter_lookalike", 18},
      {"a file name that begins with a semicolon", filed(";a"), "form_parameter_lookalike", 31},
      {"two semicolons in a file name", filed("a;b;c"), "form_parameter_lookalike", 32},
      {"an equals sign in a name", named("a=b"), "form_parameter_lookalike", 18},
      {"a name that begins with a slash", named("/a"), "form_name_reserved", 17},
      {"a file name that Perl takes for none", filed("0"), "form_name_reserved", 31},
      {"a space alone in brackets", named("a[ ]"), "form_name_brackets", 19},
      {"a character reference", filed("&#1234;"), "form_parameter_escape", 31},
      {"a named reference", filed("a&amp;b"), "form_parameter_escape", 32},
      {"a reference that HTML does not know", filed("a&bc;"), "form_parameter_escape", 32},
      {"a reference without a semicolon", filed("a&ltb"), "form_parameter_escape", 32},
      {"an encoded word", filed("=?utf-8?B?YQ==?="), "form_parameter_escape", 31},
      {"a name in a name", named("a; filename=b; c"), "form_parameter_lookalike", 18},
      {"a name in a file name", filed("x NAME=y"), "form_parameter_lookalike", 31},
      {"angle brackets", filed("<a>"), "form_parameter_quoting", 31},
      {"a space at the beginning", named(" a"), "form_parameter_space", 17},
      {"a space at the end", filed("a "), "form_parameter_space", 32},
      {"NUL", named(std::string_view{"a\0b", 3}), "form_header_control", 18},
      {"Latin-1",
       filed("a\xE4"
             "b"),
       "form_parameter_encoding", 32},
      {"an overlong form", filed("\xC0\xAF"), "form_parameter_encoding", 31},
      {"an open bracket", named("a[b"), "form_name_brackets", 18},
      {"a bracket first", named("[a]"), "form_name_brackets", 17},
      {"text behind a bracket", named("a[b]c"), "form_name_brackets", 21},
      {"brackets in brackets", named("a[b[c]]"), "form_name_brackets", 18},
      {"brackets 33 deep", named("a" + brackets(33)), "form_name_brackets", 18 + 64},
      {"a closing bracket alone", named("a]"), "form_name_brackets", 18},
      {"_charset_", named("_CharSet_"), "form_charset_field", 17},
      {"__proto__", named("__proto__"), "form_name_reserved", 17},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name, c.value);
    form_disposition d{"untouched", {}};
    const result r = parse_form_disposition(c.value, d);
    REQUIRE_FALSE(r.ok());
    CHECK(reason(r.why().code) == c.reason);
    CHECK(r.why().offset == c.offset);
    CHECK(d.name == "untouched");
  }
}

TEST_CASE("the switches for .NET let pass no difference", "[content_disposition]") {
  multipart_limits dotnet;
  dotnet.token_values = dotnet.matching_filename_star = true;
  const std::string plain = "form-data; name=file; filename=a.png";
  const struct {
    std::string value;
    std::string_view reason;
  } cases[] = {
      {plain, ""},
      {plain + "; filename*=utf-8''a.png", ""},
      {plain + "; filename*=UTF-8''%61.png", ""},
      {"form-data; name=f; filename=\"a b\"; filename*=utf-8''a%20b", ""},
      {plain + "; filename*=utf-8''b.png", "form_parameter_extended"},
      {plain + "; filename*=utf-8''a.pn", "form_parameter_extended"},
      {plain + "; filename*=utf-8''a.pngx", "form_parameter_extended"},
      {plain + "; filename*=utf-8''a.pn%6", "form_parameter_extended"},
      {plain + "; filename*=utf-8''a.pn%6x", "form_parameter_extended"},
      {plain + "; filename*=latin1''a.png", "form_parameter_extended"},
      {plain + "; filename*=utf-8''a.png; filename*=utf-8''a.png", "form_parameter_duplicate"},
      {"form-data; name=file; filename*=utf-8''a.png; filename=a.png", "form_parameter_extended"},
      {"form-data; name=a'b", "form_parameter_unquoted"},
      {"form-data; name=", "form_parameter_unquoted"},
      {"form-data; name=a b", "form_parameter_unquoted"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.value);
    form_disposition d;
    const result r = parse_form_disposition(c.value, d, dotnet);
    CHECK((r.ok() ? "" : reason(r.why().code)) == c.reason);
  }
}

TEST_CASE("percent escapes in names are a switch", "[content_disposition]") {
  multipart_limits escapes;
  escapes.percent_escapes = true;
  form_disposition d;
  const std::string value = name_a + "; filename=\"a%20b\"";
  CHECK(parse_form_disposition(value, d, escapes).ok());
  CHECK(d.filename == "a%20b");
  CHECK_FALSE(parse_form_disposition(name_a + "; filename=\"a%22b\"", d, escapes).ok());
  CHECK(parse_form_disposition("form-data; name=\"a%20b\"", d, escapes).ok());
  CHECK_FALSE(parse_form_disposition("form-data; name=\"a%20b\"", d).ok());
  CHECK(parse_form_disposition("form-data; name=\"100%\"; filename=\"5% off.txt\"", d).ok());
}

TEST_CASE("what is built for a form is read again, or refused", "[content_disposition]") {
  std::string value;
  REQUIRE(build_form_disposition("a", "b c.png", value).ok());
  CHECK(value == "form-data; name=\"a\"; filename=\"b c.png\"");
  REQUIRE(build_form_disposition("a", {}, value).ok());
  CHECK(value == name_a);
  for (const std::string_view name : {"a\"; filename=\"b", "a\"; filename=\"", "a\r\nX: y", "", "a\\"}) {
    CAPTURE(name);
    CHECK_FALSE(build_form_disposition(name, {}, value).ok());
    CHECK_FALSE(build_form_disposition("a\"; filename=\"b", "c", value).ok());
  }
  CHECK(value == name_a);
}

TEST_CASE("a response's disposition stays one header with two parameters", "[content_disposition]") {
  const struct {
    disposition kind;
    std::string_view name, value;
  } cases[] = {
      {disposition::attachment, "a b.png", "attachment; filename=\"a b.png\""},
      {disposition::inline_, "a.png", "inline; filename=\"a.png\""},
      {disposition::attachment, "", "attachment"},
      {disposition::attachment, "\xE2\x82\xAC rates.txt",
       "attachment; filename=\"_ rates.txt\"; filename*=UTF-8''%E2%82%AC%20rates.txt"},
      {disposition::attachment, "a\"; filename=\"b.exe",
       "attachment; filename=\"a_; filename=_b.exe\"; filename*=UTF-8''a%22%3B%20filename%3D%22b.exe"},
      {disposition::attachment, "a\r\nX: y",
       "attachment; filename=\"a__X_ y\"; filename*=UTF-8''a__X%3A%20y"},
      {disposition::attachment, "a%41\\b", "attachment; filename=\"a_41_b\"; filename*=UTF-8''a%2541%5Cb"},
      {disposition::attachment, "\xE4.txt", "attachment; filename=\"_.txt\""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(build_disposition(c.kind, c.name) == c.value);
  }
}

}  // namespace
}  // namespace uploadgate
