#include "formats/css.hpp"

#include "support/catch.hpp"
#include "support/splits.hpp"

#include <string>
#include <vector>

namespace uploadgate::formats {
namespace {

using finding = css_scanner::finding;

// "i" an import, "s" a script, and for a reference the first letters of what it is.
std::string name_of(finding f, reference to) {
  if (f == finding::import) return "import ";
  if (f == finding::script) return "script ";
  switch (to) {
    case reference::internal:
      return "internal ";
    case reference::raster:
      return "raster ";
    case reference::font:
      return "font ";
    case reference::inert:
      return "inert ";
    case reference::drawing:
      return "drawing ";
    case reference::active:
      return "active ";
    case reference::script:
      return "javascript ";
    case reference::hyperlink:
      return "link ";
    case reference::external:
      break;
  }
  return "external ";
}

TEST_CASE("what a style sheet fetches or runs, at every split", "[css]") {
  struct {
    std::string_view what;
    std::string css;
    std::string_view found;
  } const cases[] = {
      {"nothing", "fill:#fff;stroke:none", ""},
      {"a marker", "marker-end:url(#Arrow)", "internal "},
      {"quoted, with white space", "fill: url( \"#a\" )", "internal "},
      {"a font", "@font-face{src:url(data:font/woff;base64,AAAA) format('woff')}", "font "},
      {"a long font", "src:url(data:font/woff;base64," + std::string(3000, 'A') + "),url(#x)",
       "font internal "},
      {"a picture", "background:url('data:image/png;base64,AA==')", "raster "},
      {"a web address", "fill:url(http://example.org/#a)", "link "},
      {"a network share", "fill:url(file://host/x)", "external "},
      {"without a scheme", "fill:url(//example.org/x)", "link "},
      {"an import", "@import 'x.css';", "import "},
      {"an import of a url", "@IMPORT url(http://x);a{}", "import "},
      {"two imports", "@import 'x.css';@import url(y);", "import import "},
      {"an import of nothing", "@import ;fill:url(#a)", "import internal "},
      {"an import and a block", "@import{fill:url(#a)}", "import internal "},
      {"an import of a word", "@import x;fill:url(#a)", "import internal "},
      {"an escaped url", "fill:\\75 rl(http://x)", "link "},
      {"an escape of six digits", "fill:\\000075rl(http://x)", "link "},
      {"an escaped letter", "fill:u\\rl(http://x)", "link "},
      {"an escaped import", "@\\69mport 'x'", "import "},
      {"an escape inside the address", "fill:url(java\\73 cript:1)", "javascript "},
      {"a comment inside a word", "width:exp/**/ression(alert(1))", "script "},
      {"a comment around", "/* url(http://x) */ fill:url(#a)", "internal "},
      {"a comment with stars", "/***/fill:url(#a)/* **", "internal "},
      {"a string hides nothing behind it", "content:\"/*\";fill:url(http://x)", "link "},
      {"a string that a line ends", "content:\"abc\nfill:url(http://x)", "link "},
      {"text in a string", "content:'url(http://x)'", ""},
      {"an expression", "width:expression(alert(1))", "script "},
      {"a binding", "-moz-binding:url(x#y)", "script link "},
      {"a behavior", "behavior : url(x.htc)", "script link "},
      {"scrolling is no behavior", "scroll-behavior:smooth", ""},
      {"a namespace is only a name", "@namespace svg url(http://www.w3.org/2000/svg);a{fill:url(#b)}",
       "internal "},
      {"an image set", "background:image-set(\"http://x\" 1x)", "link "},
      {"an open address", "fill:url(http://x", "link "},
      {"an import at the end", "@import", "import "},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    test::for_every_split(as_bytes(c.css), [&](std::string_view how, auto deliver) {
      css_scanner scanner;
      std::string found;
      deliver([&](bytes_view piece) {
        std::string_view t = as_text(piece);
        while (!t.empty()) {
          const finding f = scanner.read(t);
          if (f != finding::none) found += name_of(f, scanner.where());
        }
      });
      const finding f = scanner.finish();
      if (f != finding::none) found += name_of(f, scanner.where());
      CAPTURE(how);
      REQUIRE(found == c.found);
    });
  }
}

TEST_CASE("a sheet beside the document is told from any other import", "[css]") {
  struct {
    std::string css;
    bool neighbour;
  } const cases[] = {
      {"@import '../../highlights.css';", true},
      {"@import url(./a.css)", true},
      {"@import url(\"theme/a.css\") screen;", true},
      {"@import 'http://x/a.css';", false},
      {"@import '//x/a.css';", false},
      {"@import '/a.css';", false},
      {"@import '\\\\5c x\\\\a.css';", false},
      {"@import 'file:a.css';", false},
      {"@import '/etc/passwd';", false},
      {"@import 'a.css?x';", false},
      {"@import '\thttp://x/a.css';", false},
      {"@import 'a';", false},
      {"@import a.css;", false},
      {"@import", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.css);
    css_scanner scanner;
    std::string_view t = c.css;
    finding f = scanner.read(t);
    if (f == finding::none) f = scanner.finish();
    CHECK(f == finding::import);
    CHECK(scanner.neighbour() == c.neighbour);
  }
}

TEST_CASE("where an address leads", "[css]") {
  struct {
    std::string_view url;
    reference to;
  } const cases[] = {
      {"", reference::internal},
      {"#a", reference::internal},
      {"  \t#a", reference::internal},
      {"x.png", reference::hyperlink},
      {"/x:y", reference::hyperlink},
      {"https://example.org", reference::hyperlink},
      {"MAILTO:a@b", reference::hyperlink},
      {"javascript:alert(1)", reference::script},
      {"JaVaScRiPt:alert(1)", reference::script},
      {" \x01\x1Fjavascript:alert(1)", reference::script},
      {"java\nscr\tipt\r:alert(1)", reference::script},
      {"vbscript:x", reference::script},
      {"feed:javascript:x", reference::script},
      {"javascript", reference::hyperlink},
      {"data:image/png;base64,AA", reference::raster},
      {"DATA:IMAGE/JPEG,AA", reference::raster},
      {"data:image/svg+xml,<svg/>", reference::drawing},
      {"data:text/html,<b>", reference::active},
      {"data:text/xml,<b/>", reference::active},
      {"data:application/javascript,1", reference::active},
      {"data:,x", reference::inert},
      {"data:font/woff2;base64,AA", reference::font},
      {"data:application/x-font-ttf,AA", reference::font},
      {"file:///etc/passwd", reference::external},
      {"jar:http://x!/y", reference::external},
  };
  for (const auto& c : cases) {
    CAPTURE(c.url);
    CHECK(classify(c.url) == c.to);
  }
}

}  // namespace
}  // namespace uploadgate::formats
