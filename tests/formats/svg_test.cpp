#include "formats/grammars.hpp"
#include "formats/markup_rules.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

struct svg_case {
  std::string_view what;
  std::string input;
  std::string_view reason;
  std::optional<std::uint64_t> offset{};
};

constexpr std::string_view open =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">";
std::string drawing(std::string_view inside) { return std::string{open} + std::string{inside} + "</svg>"; }
std::string utf16(std::string_view t) {
  std::string s = "\xFF\xFE";
  for (const char c : t) s += std::string{c, '\0'};
  return s;
}

void judge(const svg_case& c, const structure_limits& limits = {}) {
  CAPTURE(c.what);
  const test::outcome o = test::read_every_split(svg, c.input, limits);
  CAPTURE(o.detail);
  CHECK(o.reason == c.reason);
  if (c.offset) CHECK(o.offset == c.offset);
}

std::string uses_of_uses(int levels, std::string_view href) {
  std::string body = "<g id=\"a0\"><rect/><use " + std::string{href} + "=\"#b\"/></g>";
  for (int i = 1; i <= levels; ++i) {
    body += "<g id=\"a" + std::to_string(i) + "\">";
    for (int k = 0; k < 10; ++k)
      body += "<use " + std::string{href} + "=\"#a" + std::to_string(i - 1) + "\"/>";
    body += "</g>";
  }
  return drawing(body);
}

TEST_CASE("a drawing whose uses draw uses is bounded", "[svg]") {
  judge({"10,000 of them", uses_of_uses(4, "href"), ""});
  judge({"a million million of them", uses_of_uses(12, "href"), "unpacked_too_large"});
  judge({"by XLink", uses_of_uses(12, "xlink:href"), "unpacked_too_large"});
  std::string flat;
  for (int i = 0; i < 3000; ++i) flat += "<use href=\"#a\"/>";
  judge({"many uses of one", drawing("<g id=\"a\"><path/></g>" + flat), ""});
}

TEST_CASE("markup that XML does not read, and a server or an HTML parser does", "[svg]") {
  const auto drawing = [](std::string_view body) {
    return "<svg xmlns='http://www.w3.org/2000/svg'>" + std::string{body} + "</svg>";
  };
  const test::judged cases[] = {
      {"PHP in a comment", drawing("<!-- <?php system(1); ?> -->"), "payload_text", 40},
      {"PHP in CDATA", drawing("<desc><![CDATA[<?= system($_GET[0]) ?>]]></desc>"), "payload_text"},
      {"PHP in a style", drawing("<style><![CDATA[<?php x(); ?>]]></style>"), "payload_text"},
      {"a server-side include", drawing("<!--#exec cmd='id' -->"), "payload_text", 40},
      {"a comment that HTML ends at once", drawing("<!--><img src=x onerror=alert(1)>-->"), "payload_text",
       40},
      {"a description that HTML ends", drawing("<desc><![CDATA[</desc><script>alert(1)</script>]]></desc>"),
       "payload_text"},
      {"PHP before the drawing", "<!--<?php x(1); ?>-->" + drawing(""), "payload_text", 0},
      {"PHP behind the drawing", drawing("") + "<!--<?php x(1); ?>-->", "payload_text", 46},
      {"a comment about a picture", drawing("<!-- <rect width='1'/> made by x > y -->"), ""},
      {"a style in CDATA", drawing("<style><![CDATA[ g > path { fill: red } ]]></style>"), ""},
      {"a style behind CDATA", drawing("<desc><![CDATA[x]]></desc><style>@import 'http://e'</style>"),
       "external_reference"},
      {"a style that fetches in CDATA", drawing("<style><![CDATA[g{fill:url(http://e)}]]></style>"),
       "external_reference"},
      {"a reference that spells PHP", drawing("<desc>&lt;?php x(); ?></desc>"), ""},
      {"a listener", drawing("<e:listener xmlns:e='http://www.w3.org/2001/xml-events'/>"), "script", 40},
  };
  test::judge_each(svg, cases);
}

TEST_CASE("drawings that run and fetch nothing", "[svg]") {
  const svg_case cases[] = {
      {"plain", drawing("<path d=\"M0 0L1 1\" style=\"fill:url(#g)\"/>"), ""},
      {"a declaration", "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n" + drawing(""), ""},
      {"a byte order mark", "\xEF\xBB\xBF" + drawing(""), ""},
      {"UTF-16", utf16(drawing("<g/>")), ""},
      {"ISO-8859-1", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + drawing("<text>\xE4</text>"), ""},
      {"windows-1252", "<?xml version=\"1.0\" encoding=\"windows-1252\"?>" + drawing("<text>\x80</text>"),
       ""},
      {"a name for UTF-8 that many write",
       "<?xml version=\"1.0\" encoding=\"utf8\"?>" + drawing("<text>\xC3\xA4</text>"), ""},
      {"the document type of SVG 1.1",
       "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" "
       "\"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">" +
           drawing(""),
       ""},
      {"Sodipodi's namespaces in the document type",
       "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 20010904//EN\" "
       "\"http://www.w3.org/TR/2001/REC-SVG-20010904/DTD/"
       "svg10.dtd\" [<!ATTLIST svg xmlns:xlink CDATA #FIXED \"http://www.w3.org/1999/xlink\">]>" +
           drawing(""),
       ""},
      {"a style sheet beside it, as Inkscape's icons have",
       drawing("<style>@import '../../highlights.css';</style>"), ""},
      {"a colour profile of the author's system",
       drawing("<color-profile xlink:href=\"../WINDOWS/sRGB.icm\" "
               "xmlns:xlink=\"http://www.w3.org/1999/xlink\"/>"),
       ""},
      {"without a namespace", "<svg><path d=\"M0 0\"/></svg>", ""},
      {"a prefix", "<s:svg xmlns:s=\"http://www.w3.org/2000/svg\"><s:g/></s:svg>", ""},
      {"an internal use", drawing("<use xlink:href=\"#a\"/><use href=\"#b\"/>"), ""},
      {"an embedded picture", drawing("<image xlink:href=\"data:image/png;base64,iVBORw0KGgo=\"/>"), ""},
      {"a hyperlink", drawing("<a xlink:href=\"https://example.org\"><text>x</text></a>"), ""},
      {"Illustrator's own part",
       drawing("<switch><foreignObject requiredExtensions=\"http://ns.adobe.com/"
               "AdobeIllustrator/10.0/\"><i:p xmlns:i=\"http://ns.adobe.com/x\"/>"
               "</foreignObject><g/></switch>"),
       ""},
      {"Inkscape's settings",
       drawing("<i:view xmlns:i=\"http://www.inkscape.org/namespaces/inkscape\" "
               "only_selected=\"true\" onbbox=\"false\" i:href=\"/home/me/x.svg\"/>"),
       ""},
      {"XMP", drawing("<metadata><?xpacket begin='' id='W5M0'?><?xpacket end='w'?></metadata>"), ""},
      {"a style sheet", drawing("<style><![CDATA[.a{fill:url(#b)} @media print{.a{fill:red}}]]></style>"),
       ""},
      {"an animation", drawing("<animate attributeName=\"opacity\" values=\"0;1\"/>"), ""},
      {"a long comment first", "<!--" + std::string(9000, 'x') + "-->" + drawing(""), ""},
      {"text about scripts", drawing("<text>&lt;script&gt; javascript:</text><desc>onload=</desc>"), ""},
  };
  for (const svg_case& c : cases) judge(c);
}

TEST_CASE("drawings that run something", "[svg]") {
  const svg_case cases[] = {
      {"a script", drawing("<script>alert(1)</script>"), "script", open.size()},
      {"a script in a CDATA section", drawing("<script><![CDATA[alert(1)]]></script>"), "script"},
      {"a script by reference", drawing("<script xlink:href=\"x.js\"/>"), "script"},
      {"a script in capitals", drawing("<SCRIPT/>"), "script"},
      {"a script under a prefix", drawing("<x:script xmlns:x=\"http://www.w3.org/2000/svg\"/>"), "script"},
      {"a script of HTML", drawing("<h:script xmlns:h=\"http://www.w3.org/1999/xhtml\"/>"), "script"},
      {"a script of no namespace", drawing("<script xmlns=\"\"/>"), "script"},
      {"a script in UTF-16", utf16(drawing("<script/>")), "script", 2 + 2 * open.size()},
      {"a script behind a long comment", drawing("<!--" + std::string(5000, 'x') + "--><script/>"), "script",
       open.size() + 5007},
      {"a handler", drawing("<handler/>"), "script"},
      {"an event on the root", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
       "event_handler", 0},
      {"an event in capitals", drawing("<g onClick=\"x\"/>"), "event_handler"},
      {"an event that no browser knows yet", drawing("<g onsomething=\"x\"/>"), "event_handler"},
      {"an event on a foreign element", drawing("<x:g xmlns:x=\"urn:x\" onclick=\"x\"/>"), "event_handler"},
      {"a script link", drawing("<a xlink:href=\"javascript:alert(1)\"/>"), "javascript"},
      {"a script link without a namespace", drawing("<a href=\"javascript:alert(1)\"/>"), "javascript"},
      {"a script link under another prefix",
       drawing("<a xmlns:y=\"http://www.w3.org/1999/xlink\" y:href=\"javascript:x\"/>"), "javascript"},
      {"a script link in character references", drawing("<a href=\"&#106;ava&#x0A;script:alert(1)\"/>"),
       "javascript"},
      {"a script link with white space", drawing("<a href=\"&#1;\"/>"), "not_well_formed"},
      {"a page as data", drawing("<a href=\"data:text/html,x\"/>"), "script"},
      {"a page as data in use", drawing("<use href=\"data:application/xml,x\"/>"), "script"},
      {"an animated link between white space",
       drawing("<animate attributeName=\" xlink:href\n\" to=\"javascript:x\"/>"), "script"},
      {"an animated link", drawing("<animate attributeName=\"href\" to=\"javascript:x\"/>"), "script"},
      {"a set link", drawing("<set attributeName=\"xlink:href\" to=\"x\"/>"), "script"},
      {"a set event", drawing("<set attributeName=\"onmouseover\" to=\"x\"/>"), "script"},
      {"an expression in a style", drawing("<g style=\"width:expression(alert(1))\"/>"), "script"},
      {"a style of the page", drawing("<style>.a{-moz-binding:url(#x)}</style>"), "script"},
      {"a transformation", "<?xml-stylesheet type=\"text/xsl\" href=\"#x\"?>" + drawing(""), "script", 0},
      {"markup in an instruction", "<?x ><script>alert(1)</script>?>" + drawing(""), "script", 0},
      {"PHP", "<?php system('id'); ?>" + drawing(""), "payload_text", 0},
      {"XML events", drawing("<g xmlns:ev=\"http://www.w3.org/2001/xml-events\" ev:event=\"x\"/>"),
       "event_handler"},
  };
  for (const svg_case& c : cases) judge(c);
}

TEST_CASE("drawings that hold or fetch something else", "[svg]") {
  const svg_case cases[] = {
      {"foreign content", drawing("<foreignObject/>"), "foreign_object", open.size()},
      {"foreign content in capitals", drawing("<FOREIGNOBJECT/>"), "foreign_object"},
      {"HTML", drawing("<h:p xmlns:h=\"http://www.w3.org/1999/xhtml\"/>"), "foreign_object"},
      {"HTML in Illustrator's part",
       drawing("<foreignObject requiredExtensions=\"http://ns.adobe.com/x\"><p xmlns="
               "\"http://www.w3.org/1999/xhtml\"/></foreignObject>"),
       "foreign_object"},
      {"an iframe", drawing("<iframe src=\"x\"/>"), "foreign_object"},
      {"a picture from the web", drawing("<image href=\"https://x/y.png\"/>"), "external_reference"},
      {"a picture beside it", drawing("<image xlink:href=\"y.png\"/>"), "external_reference"},
      {"a use of another file", drawing("<use href=\"other.svg#a\"/>"), "external_reference"},
      {"a file", drawing("<image href=\"file:///etc/passwd\"/>"), "external_reference"},
      {"a drawing as data", drawing("<image href=\"data:image/svg+xml;base64,AA\"/>"), "embedded_file"},
      {"a fill from the web", drawing("<g fill=\"url(https://x/y#z)\"/>"), "external_reference"},
      {"a style from the web", drawing("<g style=\"fill:ur\\6c(//x)\"/>"), "external_reference"},
      {"an import", drawing("<style>@import url(//x/x.css);</style>"), "external_reference"},
      {"an import over a comment", drawing("<style>@imp<!-- -->ort 'x';</style>"), "external_reference"},
      {"a colour profile from the web",
       drawing(
           "<color-profile xlink:href=\"https://x/y.icc\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"/>"),
       "external_reference"},
      {"a style sheet", "<?xml-stylesheet type=\"text/css\" href=\"x.css\"?>" + drawing(""),
       "external_reference"},
      {"a base", drawing("<g xml:base=\"https://x/\"/>"), "external_reference"},
      {"XInclude", drawing("<x:include xmlns:x=\"http://www.w3.org/2001/XInclude\" href=\"#x\"/>"),
       "external_reference"},
      {"an entity", "<!DOCTYPE svg [<!ENTITY a \"b\">]>" + drawing("&a;"), "doctype"},
      {"an external entity", "<!DOCTYPE svg [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>" + drawing("&a;"),
       "doctype"},
      {"a parameter entity", "<!DOCTYPE svg [<!ENTITY % a SYSTEM \"http://x\"> %a;]>" + drawing(""),
       "doctype"},
      {"an event by declaration", "<!DOCTYPE svg [<!ATTLIST svg onload CDATA \"alert(1)\">]>" + drawing(""),
       "doctype"},
      {"a declared element", "<!DOCTYPE svg [<!ELEMENT svg ANY>]>" + drawing(""), "doctype"},
      {"a document type from elsewhere", "<!DOCTYPE svg SYSTEM \"http://evil.example/x.dtd\">" + drawing(""),
       "doctype"},
      {"SVG's name for a DTD from elsewhere",
       "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://evil.example/x.dtd\">" + drawing(""),
       "doctype"},
      {"a document type beside it", "<!DOCTYPE svg SYSTEM \"svg.dtd\">" + drawing(""), "doctype"},
      {"another document type", "<!DOCTYPE html>" + drawing(""), "doctype"},
      {"an entity that nothing declares", drawing("&nbsp;"), "doctype"},
      {"HTML", "<html><body/></html>", "bad_signature", 0},
      {"another namespace", "<svg xmlns=\"urn:x\"/>", "bad_signature", 0},
      {"no XML", "GIF89a", "not_well_formed", 0},
      {"a script behind", drawing("") + "<script/>", "trailing_data", drawing("").size()},
      {"text behind", drawing("") + "x", "trailing_data", drawing("").size()},
      {"a prefix that nothing declares", drawing("<x:g/>"), "bad_structure"},
      {"an unknown encoding", "<?xml version=\"1.0\" encoding=\"UTF-7\"?>" + drawing(""),
       "unsupported_feature"},
      {"a multibyte encoding", "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>" + drawing(""),
       "unsupported_feature"},
      {"overlong UTF-8", drawing("<text>\xC0\xBC</text>"), "not_well_formed"},
  };
  for (const svg_case& c : cases) judge(c);
}

TEST_CASE("switches of the policy", "[svg]") {
  structure_limits limits;
  limits.document.external_references = handling::warn;
  const test::outcome o = test::read_every_split(svg, drawing("<image href=\"x.png\"/>"), limits);
  CHECK(o.ok());
  CHECK(o.found.warnings.size() == 1);
  judge({"a script is never let pass", drawing("<a href=\"javascript:x\"/>"), "javascript"}, limits);
  limits.document.hyperlinks = handling::reject;
  judge({"a hyperlink", drawing("<a href=\"https://x\"/>"), "external_reference"}, limits);
}

TEST_CASE("the size of a drawing", "[svg]") {
  struct {
    std::string_view attributes;
    std::optional<std::uint64_t> width;
    std::optional<std::uint64_t> height;
  } const cases[] = {
      {"width='20' height='10'", 20, 10},
      {"width='20px' height='1in'", 20, 96},
      {"width='72pt' height='25.4mm'", 96, 96},
      {"width='100%' height='100%' viewBox='0 0 30.5 40'", 31, 40},
      {"viewBox='0,0,7,8'", 7, 8},
      {"width='8' viewBox='0 0 7 9'", 8, 9},
      {"width='0' height='0'", {}, {}},
      {"", {}, {}},
      {"width='x' height='-5'", {}, {}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.attributes);
    const test::outcome o = test::read_every_split(
        svg, "<svg xmlns='http://www.w3.org/2000/svg' " + std::string{c.attributes} + "/>");
    CHECK(o.ok());
    CHECK(o.found.width == c.width);
    CHECK(o.found.height == c.height);
  }
  judge({"a size that no memory holds", "<svg xmlns='http://www.w3.org/2000/svg' width='1e9' height='1e9'/>",
         "too_many_pixels", 0});
}

TEST_CASE("a drawing that is cut is incomplete", "[svg]") {
  test::read_every_truncation(svg,
                              "<?xml version=\"1.0\"?><!-- x --><svg "
                              "xmlns=\"http://www.w3.org/2000/svg\"><style>a{}</style><g/></svg>");
}

}  // namespace
}  // namespace uploadgate::formats
