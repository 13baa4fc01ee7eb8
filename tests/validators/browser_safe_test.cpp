#include <uploadgate/policy.hpp>
#include <uploadgate/validators/browser_safe.hpp>

#include "support/catch.hpp"
#include "support/splits.hpp"

#include <string>

namespace uploadgate {
namespace {

using namespace std::string_literals;

std::string utf16(std::string_view t) {
  std::string s = "\xFF\xFE";
  for (const char c : t) s += std::string{c, '\0'};
  return s;
}

const std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\">";

TEST_CASE("what no browser may run, at every split", "[browser_safe]") {
  struct {
    std::string_view what;
    std::string bytes;
    std::string_view sniffed;
    std::string_view reason;
    std::optional<std::uint64_t> offset{};
  } const cases[] = {
      {"nothing", "", "text/plain", ""},
      {"text", "Hello <script>alert(1)</script>", "text/plain", ""},
      {"a picture", "\x89PNG\r\n\x1A\n\0\0\0\r"s, "image/png", ""},
      {"a comment in a picture", "GIF89a\x10\0\x10\0\0\0\0!\xFE\x08<script>"s, "image/gif", ""},
      {"a drawing", svg + "<path d=\"M0 0\"/></svg>", "text/plain", ""},
      {"a drawing with a declaration", "<?xml version=\"1.0\"?>" + svg + "</svg>", "text/xml", ""},
      {"a drawing with a document type", "<!DOCTYPE svg PUBLIC \"x\" \"y\">" + svg + "</svg>", "text/plain",
       ""},
      {"a feed", "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel/></rss>", "application/rss+xml", ""},
      {"XML that begins like a tag", "<book><title>x</title></book>", "text/plain", ""},
      {"no XML after all", "<3 you & me", "text/plain", ""},
      {"a page", "<html><body>x", "text/html", "browser_active", 0},
      {"a page behind white space", "\r\n\t <!doctype html>", "text/html", "browser_active", 4},
      {"a page behind a mark", "\xEF\xBB\xBF<html>", "text/html", "browser_active", 3},
      {"a script", "<script>alert(1)</script>", "text/html", "browser_active", 0},
      {"a page in XHTML", "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>", "text/xml",
       "browser_active", 21},
      {"a drawing with a script", svg + "<script>alert(1)</script></svg>", "text/plain", "browser_active",
       svg.size()},
      {"a drawing with a script behind the window", svg + std::string(5000, ' ') + "<script/></svg>",
       "text/plain", "browser_active", svg.size() + 5000},
      {"a script before the fault that ends the reading", svg + "<script>alert(1)</script><", "text/plain",
       "browser_active", svg.size()},
      {"a drawing in UTF-16 with a script", utf16(svg + "<script/></svg>"), "text/plain", "browser_active",
       2 + 2 * svg.size()},
      {"an event", svg + "<g onclick=\"x\"/></svg>", "text/plain", "browser_active", svg.size()},
      {"a transformation", "<?xml-stylesheet type=\"text/xsl\" href=\"#a\"?><a/>", "text/xml",
       "browser_active", 0},
      {"entities", "<!DOCTYPE a [<!ENTITY b \"x\">]><a>&b;</a>", "text/plain", "browser_active"},
      {"an encoding that cannot be followed", "<?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>", "text/xml",
       "not_examined"},
      {"a prefix that nothing declares", "<a><x:b/><script xmlns='http://www.w3.org/1999/xhtml'/></a>",
       "text/html", "browser_active", 0},
      {"a prefix that nothing declares, behind another name", "<c><x:b/></c>", "text/plain", "not_examined"},
      {"a GIF that is JavaScript", "GIF89a/*\0\0*/=1;alert(1)"s, "image/gif", "browser_active", 6},
      {"a BMP that is JavaScript", "BM=1;alert(1)", "image/bmp", "browser_active", 2},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    const policy rules{browser_safe{}};
    const auto judge = [&](std::string_view how, auto deliver) {
      inspection in = rules.inspect({});
      deliver([&](bytes_view piece) { in.feed(piece); });
      const verdict v = in.finish();
      CAPTURE(how, v.message());
      REQUIRE(v.rejected() == !c.reason.empty());
      if (v.rejected()) REQUIRE(v.reason() == c.reason);
      if (c.offset) REQUIRE(v.offset() == c.offset);
      REQUIRE(in.facts().sniffed_type == c.sniffed);
    };
    if (c.bytes.empty()) {
      judge("nothing", [](auto) {});
    } else {
      test::for_every_split(as_bytes(c.bytes), judge);
    }
  }
}

TEST_CASE("one policy judges many files", "[browser_safe]") {
  const policy rules{browser_safe{}};
  inspection a = rules.inspect({});
  inspection b = rules.inspect({});
  a.feed(as_bytes("<scr"));
  b.feed(as_bytes("hello"));
  a.feed(as_bytes("ipt>"));
  CHECK(a.finish().rejected());
  CHECK(b.finish().accepted());
}

}  // namespace
}  // namespace uploadgate
