#include <uploadgate/validators/extension.hpp>

#include "formats/registry.hpp"
#include "support/catch.hpp"

#include <array>

namespace uploadgate {
namespace {

using namespace std::string_view_literals;

const extension allowed{"png", "jpg", "jpeg", "JPG", "pdf", "css", "txt", "gz", "zip", "json"};

std::string judge(std::string_view name, const extension& rule = allowed) {
  facts found;
  extension copy = rule;
  const result r = copy.begin({.filename = name}, found);
  if (!r.ok()) CHECK(found.extension.empty());
  return r.ok() ? "" : std::string{reason(r.why().code)};
}

std::string fact(std::string_view name, const extension& rule) {
  facts found;
  CHECK(rule.begin({.filename = name}, found).ok());
  return found.extension;
}

TEST_CASE("honest names pass", "[extension]") {
  constexpr std::array names{"a.png"sv,
                             "A.PNG"sv,
                             "a.JpG"sv,
                             "report.v1.2.pdf"sv,
                             "jquery.min.css"sv,
                             "photo.2023.01.jpg"sv,
                             "invoice-example.com.pdf"sv,
                             "www.example.com.pdf"sv,
                             "Node.js.pdf"sv,
                             "app.config.json"sv,
                             "libz.so.1.txt"sv,
                             "3.30.pm.jpg"sv,
                             "a.tar.gz"sv,
                             "a..png"sv,
                             "日本語.png"sv,
                             "my file (1).png"sv,
                             "php.jpg"sv,
                             "php.backup.jpg"sv,
                             "asp;net.txt"sv,
                             "exe.txt"sv,
                             "a.phpinfo.txt"sv,
                             "Dr. Who.jpg"sv,
                             "Learning a.php basics.pdf"sv,
                             "50% off.jpg"sv,
                             "a;b.txt"sv,
                             "caf\xC3\xA9.v2.txt"sv,
                             "résumé.final.pdf"sv,
                             "my.class.pdf"sv,
                             "...a.png"sv};
  for (const auto name : names) {
    CAPTURE(name);
    CHECK(judge(name) == "");
  }
}

TEST_CASE("an executable segment anywhere is refused", "[extension]") {
  constexpr std::array names{"a.php.jpg"sv,       "a.PHP.jpg"sv,    "a.php5.jpg"sv,
                             "a.pHtMl.png"sv,     "a.phar.txt"sv,   "a.asp;.jpg"sv,
                             "a.asp;x.jpg"sv,     "a.aspx:.jpg"sv,  "a.php::$DATA.jpg"sv,
                             "a.php .jpg"sv,      "a. php.jpg"sv,   "a.php\0.jpg"sv,
                             "a.php/x.jpg"sv,     "a.asp\\x.jpg"sv, "a.php%00.jpg"sv,
                             "a%2ephp.jpg"sv,     "a.ph%70.jpg"sv,  "a.%2570hp.jpg"sv,
                             "a.ｐｈｐ.jpg"sv,    "a．php.jpg"sv,   "a…php.jpg"sv,
                             "a.ph\u200Bp.jpg"sv, "a.jſp.jpg"sv,    ".php.jpg"sv,
                             "a.exe.pdf"sv,       "a.jsp.zip"sv,    "a.cgi.txt"sv,
                             "a.pl.txt"sv,        "a.py.txt"sv,     "a.shtml.txt"sv,
                             "a.jpg.php"sv,       "a.jpg.exe"sv,    "a.php.v1.jpg"sv,
                             "a.cer.jpg"sv,       "a.sh.txt"sv,     "a.php%20.jpg"sv,
                             "a.php"sv,           "a.php."sv,       "shell.php\xFF.php.jpg"sv};
  for (const auto name : names) {
    CAPTURE(name);
    CHECK(judge(name) == "extension_executable");
  }
  CHECK(judge("a.com") == "extension_not_allowed");
  CHECK(judge("a.pdf.js") == "extension_not_allowed");
  CHECK(judge("a%25252525252525252525252525.jpg") == "name_percent_encoded");
}

TEST_CASE("what is on the list is allowed, last or not", "[extension]") {
  const extension scripts{"js", "php", "txt"};
  CHECK(judge("a.js", scripts) == "");
  CHECK(judge("a.php", scripts) == "");
  CHECK(judge("a.php.txt", scripts) == "");
  CHECK(judge("a.php5.txt", scripts) == "extension_executable");
}

TEST_CASE("no extension and hidden names", "[extension]") {
  for (const auto name :
       {""sv, "png"sv, "a."sv, ".png"sv, "..png"sv, "."sv, "..."sv, "a.png."sv, "a.png.."sv}) {
    CAPTURE(name);
    CHECK(judge(name) == "extension_missing");
  }
  for (const auto name :
       {"a.gif"sv, "a.png "sv, "a.pngx"sv, "a.ｐｎｇ"sv, "a.png;"sv, "a.*"sv, "a.png\0"sv, "a.\xFF"sv}) {
    CAPTURE(name);
    CHECK(judge(name) == "extension_not_allowed");
  }
}

TEST_CASE("the fact is the canonical extension", "[extension]") {
  for (const formats::format& row : formats::registry()) {
    for (const std::string_view each : row.extensions) {
      const extension rule{each};
      CHECK(fact("a." + std::string{each}, rule) == row.extensions.front());
    }
  }
  CHECK(fact("a.XYZ", extension{"xyz"}) == "xyz");
}

TEST_CASE("a wrong list throws", "[extension]") {
  CHECK_THROWS_AS(extension(std::vector<std::string>{}), configuration_error);
  for (const auto* entry : {"", ".png", "*", "*.png", "tar.gz", "p ng", "a/b", "é", "p?g", "png,"}) {
    CAPTURE(entry);
    CHECK_THROWS_AS(extension(std::vector<std::string>{entry}), configuration_error);
  }
  CHECK_NOTHROW(extension(std::vector<std::string>{std::string(32, 'a')}));
  CHECK_THROWS_AS(extension(std::vector<std::string>{std::string(33, 'a')}), configuration_error);
  CHECK_NOTHROW(extension{"C++", "x-y", "a_b", "7z"});
}

}  // namespace
}  // namespace uploadgate
