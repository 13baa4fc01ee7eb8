// What honest writers put into documents, and how little must change until it is none of that.
#include "formats/package_rules.hpp"
#include "support/catch.hpp"
#include "support/office_files.hpp"

namespace uploadgate::formats {
namespace {

using namespace test::office;

TEST_CASE("a chart's data may lie on the author's drive, and nowhere else", "[office]") {
  const auto chart = [](std::string_view target, std::string_view of = "word/charts/_rels/chart1.xml.rels") {
    return package_of(word_main, {{std::string{of}, relations(relation("oleObject", target, "External"))}});
  };
  const sample cases[] = {
      {"a drive", "", "docx", chart("file:///C:\\Users\\me\\book.xlsx")},
      {"a drive of a Mac", "", "docx", chart("Macintosh%20HD:Users:me:book.xlsx")},
      {"a book that was not saved", "", "docx", chart("Book1")},
      {"a share", "external_reference", "docx", chart("file:///\\\\host\\book.xlsx")},
      {"a server", "external_reference", "docx", chart("https://evil.example/book.xlsx")},
      {"the drive, but of the text", "external_reference", "docx",
       chart("file:///C:\\Users\\me\\book.xlsx", "word/_rels/document.xml.rels")},
  };
  for (const sample& c : cases) judge(c);
}

TEST_CASE("pictures of this machine and slides in texts pass", "[office]") {
  const auto picture = [](std::string_view target) {
    return package_of(word_main,
                      {{"word/_rels/document.xml.rels", relations(relation("image", target, "External"))}});
  };
  constexpr std::string_view slides =
      "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml";
  const sample cases[] = {
      {"PowerPoint on a Mac", "", "docx", picture("file://localhost/Users/me/a.jpg")},
      {"a host of a like name", "external_reference", "docx", picture("file://localhost.evil/a.jpg")},
      {"a share behind it", "external_reference", "docx", picture("file://localhost//evil/a.jpg")},
      {"a slide in a text", "", "docx",
       package_of(word_main,
                  {{"word/embeddings/Microsoft_PowerPoint_Slide1.sldx", bytes_of(package_of(slides))}})},
      {"a workbook in place of the slide", "wrong_family", "docx",
       package_of(word_main,
                  {{"word/embeddings/Microsoft_PowerPoint_Slide1.sldx", bytes_of(package_of(sheet_main))}})},
  };
  for (const sample& c : cases) judge(c);
}

TEST_CASE("what a click opens in ODF is a hyperlink", "[office]") {
  const sample cases[] = {
      {"a map of links", "", "odt", odf_of("<draw:area-rectangle xlink:href='http://example.org/'/>")},
      {"a button", "", "odt", odf_of("<text:button xlink:href='http://example.org/'/>")},
      {"a shape in a show", "", "odt", odf_of("<draw:event-listener xlink:href='http://example.org/'/>")},
      {"a script in a map", "javascript", "odt",
       odf_of("<draw:area-circle xlink:href='javascript:alert(1)'/>")},
      {"a film of the show", "", "odt",
       odf_of("<draw:plugin xlink:href='Media/a.mp4' draw:mime-type='application/vnd.sun.star.media'/>")},
      {"a film from elsewhere", "embedded_file", "odt",
       odf_of("<draw:plugin xlink:href='//evil/a.mp4' draw:mime-type='application/vnd.sun.star.media'/>")},
      {"another plugin", "embedded_file", "odt",
       odf_of("<draw:plugin xlink:href='Media/a.swf' draw:mime-type='application/x-shockwave-flash'/>")},
  };
  for (const sample& c : cases) judge(c);
}

TEST_CASE("parts that are no XML: of macOS, and encrypted", "[office]") {
  const std::string apple("\0\5\x16\7\0\2\0\0Mac OS X", 16);
  files mac = odf_of("");
  mac.emplace_back("__MACOSX/._content.xml", apple);
  const test::outcome o = test::read_every_split(zip, bytes_of(mac), {}, "odt");
  CHECK(o.reason == "");
  mac.back() = {"__MACOSX/_rels/._.rels", apple};
  CHECK(test::read_every_split(zip, bytes_of(mac), {}, "odt").reason == "");
  // What is XML there is read like any other.
  mac.back() = {"__MACOSX/._content.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><s:x xmlns:s='urn:script'/>"};
  CHECK(test::read(zip, bytes_of(mac), {}, "odt").reason == "");
  mac.back().second =
      "<a xmlns:script='urn:oasis:names:tc:opendocument:xmlns:script:1.0'><script:event-listener/></a>";
  CHECK(test::read(zip, bytes_of(mac), {}, "odt").reason == "macros");

  test::zip_file sealed;
  sealed.entries.push_back(
      {.name = "mimetype", .content = "application/vnd.oasis.opendocument.text", .deflate = false});
  sealed.entries.push_back({.name = "content.xml", .content = "\x8F\x01 secret", .deflate = false});
  CHECK(test::read_every_split(zip, sealed.bytes(), {}, "odt").reason == "encrypted");
  structure_limits lenient;
  lenient.document.encrypted = handling::allow;
  const test::outcome passed = test::read_every_split(zip, sealed.bytes(), lenient, "odt");
  CHECK(passed.reason == "");
  CHECK(passed.found.examined == examined::prefix);
  sealed.entries.back().deflate = true;
  CHECK(test::read(zip, sealed.bytes(), {}, "odt").reason == "not_well_formed");
}

TEST_CASE("what is fetched or run behind a click or a refresh", "[office]") {
  const auto part = [](std::string_view element) {
    return package_of(word_main, {{"word/a.xml", std::string{element}}});
  };
  const auto connection = [](std::string_view to) {
    return package_of(
        sheet_main, {{"xl/connections.xml",
                      "<connections xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><dbPr "
                      "connection='" +
                          std::string{to} + "'/></connections>"}});
  };
  const sample cases[] = {
      {"a field that opens a script", "javascript", "docx",
       package_of(word_main, {}, mark("begin") + run("HYPERLINK \"java") + run("script:x\"") + mark("end"))},
      {"a field that opens a page", "", "docx",
       package_of(word_main, {}, mark("begin") + run("HYPERLINK \"https://example.org/\"") + mark("end"))},
      {"a field that leads into the text", "", "docx",
       package_of(word_main, {}, "<w:fldSimple w:instr='HYPERLINK \\l _Toc1'/>")},
      {"a page for a video", "external_reference", "docx",
       part("<v:webVideoPr xmlns:v='http://schemas.microsoft.com/office/word/2012/wordprocessingDrawing' "
            "embeddedHtml='&lt;iframe/&gt;'/>")},
      {"Power Query", "external_reference", "xlsx",
       connection("Provider=Microsoft.Mashup.OleDb.1;Data Source=$Workbook$;Location=x")},
      {"a file of data", "", "xlsx", connection("Provider=Microsoft.ACE.OLEDB.12.0;Data Source=C:\\x.mdb")},
      {"a form that is sent", "external_reference", "odt",
       odf_of("<x:submission xmlns:x='http://www.w3.org/2002/xforms' action='http://evil/'/>")},
      {"a poster from elsewhere", "external_reference", "epub", epub_of("<video poster='//evil/x.png'/>")},
      {"a picture in sizes from elsewhere", "external_reference", "epub",
       epub_of("<img src='a.png' srcset='http://evil/x.png 2x'/>")},
      {"a picture in sizes of the book", "", "epub", epub_of("<img src='a.png' srcset='b.png 2x'/>")},
  };
  for (const sample& c : cases) judge(c);
}

TEST_CASE("a style element of a book is read like its style sheets", "[office]") {
  const sample cases[] = {
      {"a style of the book", "", "epub", epub_of("<style>p{background:url(i.png)}</style>")},
      {"a style that fetches", "external_reference", "epub",
       epub_of("<style>p{} @import url(http://evil/x.css);</style>")},
      {"a style that runs code", "javascript", "epub", epub_of("<style>p{width:expre\\73sion(x)}</style>")},
      {"a style in a drawing", "external_reference", "epub",
       epub_of("<svg xmlns='http://www.w3.org/2000/svg'><style>a{fill:url(//evil/x)}</style></svg>")},
      {"text behind a style", "", "epub",
       epub_of("<style>p{}</style><p>@import url(http://evil/x.css);</p>")},
  };
  for (const sample& c : cases) judge(c);
}

}  // namespace
}  // namespace uploadgate::formats
