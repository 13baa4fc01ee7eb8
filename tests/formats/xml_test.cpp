#include "formats/grammars.hpp"
#include "formats/xml_parser.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using namespace std::string_literals;

std::string nested(std::size_t depth) {
  std::string s;
  for (std::size_t i = 0; i < depth; ++i) s += "<a>";
  for (std::size_t i = 0; i < depth; ++i) s += "</a>";
  return s;
}
std::string attributes(std::size_t n) {
  std::string s = "<a";
  for (std::size_t i = 0; i < n; ++i) s += " a" + std::to_string(i) + "=''";
  return s + "/>";
}

TEST_CASE("XML, to the last byte", "[xml]") {
  const test::judged cases[] = {
      {"plain", "<?xml version='1.0'?><a b='c'><!-- d --><e/>f</a>\n", ""},
      {"attributes that begin with on", "<r on='1' one='2' only='3' onload='4'/>", ""},
      {"a script in what begins as HTML", "<table><script>select 1</script></table>", "script", 7},
      {"HTML without a namespace", "<html><body/></html>", "html", 0},
      {"a handler in what begins as HTML", "<div><x onclick='1'/></div>", "event_handler", 5},
      {"a script link in what begins as HTML", "<p><a href='javascript:1'/></p>", "javascript", 3},
      {"the same elements in another vocabulary", "<r><script>x</script><iframe/></r>", ""},
      {"a script of Windows", "<job><script language='JScript'>x</script></job>", "script", 5},
      {"a component of Windows", "<SCRIPTLET/>", "script", 0},
      {"a script of another host", "<parcel><script language='Java'/></parcel>", ""},
      {"a script in a style sheet",
       "<s:stylesheet xmlns:s='http://www.w3.org/1999/XSL/Transform'><m:script "
       "xmlns:m='urn:schemas-microsoft-com:xslt'/></s:stylesheet>",
       "script", 61},
      {"a program of MSBuild",
       "<Project xmlns='http://schemas.microsoft.com/developer/msbuild/2003'><Code/></Project>", "script",
       69},
      {"objects of Java", "<java class='java.beans.XMLDecoder'/>", "script", 0},
      {"references", "<a href='http://example.org' src='x.png'/>", ""},
      {"a feed with HTML in it",
       "<feed xmlns='http://www.w3.org/2005/Atom'><div xmlns='http://www.w3.org/1999/xhtml'>"
       "<a href='http://x'>y</a></div></feed>",
       ""},
      {"at the depth limit", nested(256), ""},
      {"over the depth limit", nested(257), "nested_too_deep", 768},
      {"at the limit of attributes", attributes(1024), ""},
      {"over the limit of attributes", attributes(1025), "too_many_attributes", 0},
      {"nothing", "", "truncated", 0},
      {"white space", "  ", "truncated", 2},
      {"an open element", "<a>", "truncated", 3},
      {"an open tag", "<a b", "truncated", 4},
      {"two roots", "<a/><b/>", "trailing_data", 4},
      {"a wrong end", "<a></b>", "not_well_formed"},
      {"a document type beside it", "<!DOCTYPE a SYSTEM '../dtd/a.dtd'><a/>", ""},
      {"a published document type",
       "<!DOCTYPE book PUBLIC '-//OASIS//DTD DocBook XML V4.5//EN' "
       "'http://www.oasis-open.org/docbook/xml/4.5/docbookx.dtd'><book/>",
       ""},
      {"a document type from elsewhere", "<!DOCTYPE a SYSTEM 'http://evil.example/a.dtd'><a/>", "doctype"},
      {"a publisher's name in front of another host",
       "<!DOCTYPE a SYSTEM 'http://www.w3.org.evil.example/a.dtd'><a/>", "doctype"},
      {"a publisher's name as a user", "<!DOCTYPE a SYSTEM 'http://www.w3.org@evil.example/a.dtd'><a/>",
       "doctype"},
      {"a document type in a file of the system", "<!DOCTYPE a SYSTEM '/etc/passwd'><a/>", "doctype"},
      {"a document type by its scheme", "<!DOCTYPE a SYSTEM 'file:a.dtd'><a/>", "doctype"},
      {"a document type on a share", "<!DOCTYPE a SYSTEM '\\\\host\\a.dtd'><a/>", "doctype"},
      {"XInclude of a chapter",
       "<a><x:include xmlns:x='http://www.w3.org/2001/XInclude' href='chapters/1.xml'/></a>", ""},
      {"XInclude of a chapter as text",
       "<a><x:include xmlns:x='http://www.w3.org/2001/XInclude' parse='text' href='1.xml'/></a>",
       "external_reference"},
      {"XInclude from above", "<a><x:include xmlns:x='http://www.w3.org/2001/XInclude' href='../1.xml'/></a>",
       "external_reference"},
      {"XInclude from the web",
       "<a><x:include xmlns:x='http://www.w3.org/2001/XInclude' href='http://x/1.xml'/></a>",
       "external_reference"},
      {"XInclude", "<a><x:include xmlns:x='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/></a>",
       "external_reference"},
      {"an entity beside a published document type",
       "<!DOCTYPE a PUBLIC 'x' 'http://www.w3.org/a.dtd' [<!ENTITY b SYSTEM 'http://evil.example/'>]><a/>",
       "doctype"},
      {"entities within entities", "<!DOCTYPE a [<!ENTITY b 'xx'><!ENTITY c '&b;&b;'>]><a>&c;</a>",
       "doctype"},
      {"an external entity", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "doctype"},
      {"a page", "<html xmlns='http://www.w3.org/1999/xhtml'/>", "html", 0},
      {"a script of HTML", "<a><script xmlns='http://www.w3.org/1999/xhtml'/></a>", "script", 3},
      {"a script of SVG", "<a xmlns:s='http://www.w3.org/2000/svg'><s:script/></a>", "script"},
      {"a script of neither", "<r><script/></r>", ""},
      {"an event", "<a><p xmlns='http://www.w3.org/1999/xhtml' onclick='x'/></a>", "event_handler"},
      {"a script link", "<a><a xmlns='http://www.w3.org/1999/xhtml' href='javascript:x'/></a>", "javascript"},
      {"an iframe", "<a><iframe xmlns='http://www.w3.org/1999/xhtml' srcdoc='x'/></a>", "html"},
      {"an animated link", "<a><set xmlns='http://www.w3.org/2000/svg' attributeName='href' to='x'/></a>",
       "script"},
      {"a transformation", "<?xml-stylesheet type='text/xsl' href='x'?><a/>", "script", 0},
      {"a style sheet", "<?xml-stylesheet type='text/css' href='x.css'?><a/>", "external_reference", 0},
      {"PHP", "<a><?php x ?></a>", "payload_text", 3},
      {"NUL", "<a>\0</a>"s, "not_well_formed"},
      {"an encoding that agrees with ASCII", "<?xml version='1.0' encoding='KOI8-R'?><a>\xC1</a>", ""},
      {"an encoding that does not", "<?xml version='1.0' encoding='EBCDIC'?><a/>", "unsupported_feature"},
      {"UTF-16 by name only", "<?xml version='1.0' encoding='UTF-16'?><a/>", "not_well_formed"},
  };
  test::judge_each(xml, cases);
  test::read_every_truncation(xml, "<?xml version='1.0'?><a b='c'><![CDATA[d]]><!-- e --><f/></a>");
}

TEST_CASE("documents of offices in one XML file are judged like packages", "[xml]") {
  const auto word = [](std::string_view body, std::string_view attributes = {}) {
    return "<w:wordDocument xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml' " +
           std::string{attributes} + "><w:body>" + std::string{body} + "</w:body></w:wordDocument>";
  };
  const auto sheet = [](std::string_view body) {
    return "<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet' "
           "xmlns:s='urn:schemas-microsoft-com:office:spreadsheet'>" +
           std::string{body} + "</Workbook>";
  };
  const auto opc = [](std::string_view part) {
    return "<p:package xmlns:p='http://schemas.microsoft.com/office/2006/xmlPackage'><p:part " +
           std::string{part} + "</p:part></p:package>";
  };
  const auto odf = [](std::string_view body) {
    return "<o:document xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
           "xmlns:s='urn:oasis:names:tc:opendocument:xmlns:script:1.0' "
           "xmlns:l='http://openoffice.org/2004/office'>" +
           std::string{body} + "</o:document>";
  };
  constexpr std::string_view relation =
      "p:name='/a.rels'><Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
      "<Relationship Type='x/attachedTemplate' TargetMode='External' "
      "Target='http://host/a'/></Relationships>";
  const test::judged cases[] = {
      {"text of Word", word("<w:p><w:r><w:t>a</w:t></w:r></w:p>"), ""},
      {"macros of Word", word("", "w:macrosPresent='yes'"), "macros", 0},
      {"no macros of Word", word("", "w:macrosPresent='no'"), ""},
      {"the data of macros", word("<w:binData w:name='editdata.mso'>QQ==</w:binData>"), "macros"},
      {"an object of Word", word("<w:docOleData/>"), "embedded_file"},
      {"a template elsewhere", word("<w:attachedTemplate w:val='http://host/a'/>"), "external_reference"},
      {"a field that starts a program",
       word("<w:fldChar w:fldCharType='begin'/><w:instrText>DDEA</w:instrText><w:instrText>UTO "
            "c</w:instrText><w:fldChar w:fldCharType='end'/>"),
       "dynamic_data_exchange"},
      {"a link to a script", word("<w:hlink w:dest='vbscript:x'/>"), "javascript"},
      {"a sheet", sheet("<Cell s:Formula='=A1+1'/>"), ""},
      {"a cell that starts a program", sheet("<Cell s:Formula=\"=cmd|'/c x'!A1\"/>"),
       "dynamic_data_exchange"},
      {"a name that starts by itself", sheet("<NamedRange s:Name='Auto_Open' s:RefersTo='=A1'/>"), "macros"},
      {"a project of VBA", opc("p:name='/word/x.bin' p:contentType='application/vnd.ms-office.vbaProject'>"),
       "macros"},
      {"an object", opc("p:name='/word/embeddings/a.bin'>"), "embedded_file"},
      {"a template of a package", opc(relation), "external_reference"},
      {"a part", opc("p:name='/word/document.xml' p:contentType='x'>"), ""},
      {"a flat document", odf("<o:body/>"), ""},
      {"an empty library",
       odf("<o:script s:language='ooo:Basic'><l:libraries><l:library-embedded/></l:libraries></o:script>"),
       ""},
      {"a module of Basic", odf("<o:script s:language='ooo:Basic'><l:module>Sub x</l:module></o:script>"),
       "macros"},
      {"a listener", odf("<s:event-listener/>"), "macros"},
  };
  test::judge_each(xml, cases);
}

TEST_CASE("a token is bounded, and text is not", "[xml]") {
  const auto judge = [](const std::string& input) { return test::read(xml, input).reason; };
  const std::size_t most = xml_bounds{}.max_token;
  CHECK(judge("<a>" + std::string(2 * most, 'x') + "</a>").empty());
  CHECK(judge("<a b='" + std::string(most - 3 * xml_parser::block, 'x') + "'/>").empty());
  CHECK(judge("<a b='" + std::string(most + 2 * xml_parser::block, 'x') + "'/>") == "token_too_large");
  CHECK(judge("<!--" + std::string(most + 2 * xml_parser::block, 'x') + "--><a/>") == "token_too_large");
  CHECK(judge("<a>" + std::string(most + 2 * xml_parser::block, 'x')) == "truncated");
}

}  // namespace
}  // namespace uploadgate::formats
