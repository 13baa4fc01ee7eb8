// What a document may hold (document_rules): each is found wherever it stands, however its name is written.
#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"
#include "support/pdf_bytes.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using namespace test;

std::string object(std::string_view body) { return small_pdf().object(4, body).finished(); }
std::string catalog(std::string_view keys) { return small_pdf(keys).finished(); }
std::string packed(std::string_view body) {
  return small_pdf().packed(4, {{5, "<< /A 1 >>"}, {6, std::string{body}}}).table_stream(9).end().bytes;
}
std::string long_run(std::string_view part) {
  std::string all;
  for (int i = 0; i < 300; ++i) all += part;
  return all;
}
std::string opens_later(std::string_view body) {
  return small_pdf("/OpenAction 4 0 R").object(4, body).finished();
}
std::string opens_earlier(std::string_view body) {
  pdf_file f;
  f.object(4, body).object(1, "<< /Type /Catalog /OpenAction 4 0 R >>");
  return f.finished();
}

TEST_CASE("forbidden content of PDFs, at every split", "[pdf]") {
  struct {
    std::string_view name;
    std::string input;
    std::string_view reason;
  } const cases[] = {
      {"script", object("<< /S /JavaScript /JS (app.alert\\(1\\)) >>"), "javascript"},
      {"a program in the place of a number",
       object("<< /Type /Font /FontMatrix [1 2 3 4 5 (0\\); alert\\(1\\)//)] >>"), "javascript"},
      {"a font's matrix", object("<< /Type /Font /FontMatrix [0.001 0 0 0.001 0 0] >>"), ""},
      {"script behind escapes", object("<< /S /J#61v#61Script >>"), "javascript"},
      {"script by its key alone", object("<< /JS (x) >>"), "javascript"},
      {"script in hexadecimal", object("<< /JS <6170> >>"), "javascript"},
      {"script in a stream", object("<< /#4a#53 5 0 R >>"), "javascript"},
      {"script in an object stream", packed("<< /S /JavaScript >>"), "javascript"},
      {"script in an object stream without a type",
       small_pdf().stream(4, "/N 1 /First 4", "5 0 << /JS (x) >>").finished(), "javascript"},
      {"script in hexadecimal packing",
       small_pdf()
           .stream(4, "/Type /ObjStm /N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode]",
                   [] {
                     std::string hex;
                     for (const char c : zlib_packed("5 0 << /JS (x) >>")) {
                       char b[3];
                       std::snprintf(b, sizeof b, "%02x", static_cast<unsigned char>(c));
                       hex += b;
                     }
                     return hex + ">";
                   }())
           .finished(),
       "javascript"},
      {"script before what is not hexadecimal",
       small_pdf()
           .stream(4, "/N 1 /First 4 /Filter /ASCIIHexDecode", "352030203c3c202f4a532028782920\xFF")
           .finished(),
       "javascript"},
      {"a name tree of scripts", catalog("/Names << /JavaScript 9 0 R >>"), "javascript"},
      {"a name that is its own object",
       small_pdf().object(4, "<< /S 5 0 R >>").object(5, "/JavaScript").finished(), "javascript"},
      {"an address that is a script", object("<< /S /URI /URI (javascript:x) >>"), "javascript"},
      {"an address that is a script, in disguise", object("<< /S /URI /URI (\\152ava\\\n Script\\072x) >>"),
       "javascript"},
      {"an address that is a script, behind blanks",
       object("<< /S /URI /URI (" + std::string(300, ' ') + "javascript:x) >>"), "javascript"},
      {"an address that is a script, behind line ends that do not count",
       object("<< /S /URI /URI (" + long_run("\\\n") + "javascript:x) >>"), "javascript"},
      {"an address that is a script, in hexadecimal behind blanks",
       object("<< /S /URI /URI < " + long_run("20") + "6a6176617363726970743a78> >>"), "javascript"},
      {"an address that is a script, cut within its scheme",
       object("<< /S /URI /URI (" + std::string(250, ' ') + "javascript:x) >>"), "javascript"},
      {"an address whose handler runs a program", object("<< /S /URI /URI (MS-msdt:/id x) >>"),
       "launch_action"},
      {"the same in UTF-16", object("<< /S /URI /URI <FEFF006A00610072003A0078> >>"), "launch_action"},
      {"an address of another scheme", object("<< /S /URI /URI (geo:1,2) >>"), ""},
      {"an address that is a script for Windows", object("<< /S /URI /URI (vbscript:x) >>"), "javascript"},
      {"an address that is a page", object("<< /S /URI /URI (data:text/html,<script>) >>"), "javascript"},
      {"an address base that is a script", catalog("/URI << /Base (javascript:x//) >>"), "javascript"},
      {"a thread of another file on opening", catalog("/OpenAction << /S /Thread /F (x.pdf) >>"),
       "automatic_action"},
      {"a thread of another file on opening, elsewhere", opens_later("<< /F (x.pdf) /S /Thread >>"),
       "automatic_action"},
      {"a command on opening that is named elsewhere", catalog("/OpenAction << /S /Named /N 5 0 R >>"),
       "automatic_action"},
      {"an action on opening", catalog("/OpenAction << /S /URI /URI (http://e) >>"), "automatic_action"},
      {"an unknown action on opening", catalog("/OpenAction << /S /Evil >>"), "automatic_action"},
      {"an action on opening, in a later object", opens_later("<< /S /URI >>"), "automatic_action"},
      {"an action on opening, in an earlier object", opens_earlier("<< /S /URI >>"), "automatic_action"},
      {"an action behind going to a page", catalog("/OpenAction << /S /GoTo /Next << /S /Hide >> >>"),
       "automatic_action"},
      {"an action behind going to a page, in an array",
       catalog("/OpenAction << /S /GoTo /Next [<< /S /Hide >>] >>"), "automatic_action"},
      {"an action behind going to a page, elsewhere",
       small_pdf("/OpenAction << /S /GoTo /Next 4 0 R >>").object(4, "<< /S /ResetForm >>").finished(),
       "automatic_action"},
      {"printing on opening", catalog("/OpenAction << /S /Named /N /Print >>"), "automatic_action"},
      {"printing on opening, the other way round", catalog("/OpenAction << /N /Print /S /Named >>"),
       "automatic_action"},
      {"an action of a page", small_pdf("", "/AA << /O << /S /URI >> >>").finished(), "automatic_action"},
      {"an action of a page, elsewhere",
       small_pdf("", "/AA << /O 4 0 R >>").object(4, "<< /S /Hide >>").finished(), "automatic_action"},
      {"actions of a page, elsewhere", small_pdf("", "/AA 4 0 R").finished(), "automatic_action"},
      {"actions of a field, elsewhere", object("<< /T (a) /AA 5 0 R >>"), "automatic_action"},
      {"an action behind a trigger of any name",
       small_pdf("", "/AA << /Foo 4 0 R >>").object(4, "<< /S /Hide >>").finished(), "automatic_action"},
      {"a type twice, the second one a reference", packed("<< /Type /Page /Type 7 0 R >>"), "duplicate_part"},
      {"a type twice, the second one a number", packed("<< /Subtype /Link /Subtype 7 >>"), "duplicate_part"},
      {"an array as a key, packed", packed("<< [1 2] /A >>"), "bad_structure"},
      {"a reference of a real number, packed", packed("<< /A 1.5 0 R >>"), "bad_structure"},
      {"a reference in a word, packed", packed("<< /A 1 0 Rx >>"), "bad_structure"},
      {"two numbers as a value, packed", packed("<< /A 1 2 /B 3 >>"), "bad_structure"},
      {"a word as a value, packed", packed("<< /A nullo >>"), "bad_structure"},
      {"a reference of one number, packed", packed("<< /A [1 R] >>"), "bad_structure"},
      {"a key that is no name, packed", packed("<< (A) 1 >>"), "bad_structure"},
      {"a script in a font that stands twice", object("<< /Font << /S 5 0 R /S << /JS (x) >> >> >>"),
       "javascript"},
      {"a bracket too few behind a font that stands twice", object("<< /Font << /S 5 0 R /S << /B 1 >> >>"),
       "bad_structure"},
      {"a program", object("<< /S /Launch /F (cmd.exe) >>"), "launch_action"},
      {"a program, packed", packed("[ << /S /La#75nch >> ]"), "launch_action"},
      {"a file within", small_pdf().stream(4, "/Type /EmbeddedFile", "MZ").finished(), "embedded_file"},
      {"a file specification", object("<< /Type /Filespec /EF << /F 5 0 R >> >>"), "embedded_file"},
      {"an attachment", object("<< /Type /Annot /Subtype /FileAttachment >>"), "embedded_file"},
      {"rich media", object("<< /Subtype /RichMedia >>"), "rich_media"},
      {"three dimensions", object("<< /Subtype /3D >>"), "rich_media"},
      {"a film", object("<< /S /Movie >>"), "rich_media"},
      {"a sound", object("<< /S /Sound >>"), "rich_media"},
      {"a screen", object("<< /Subtype /Screen >>"), "rich_media"},
      {"a rendition", object("<< /S /Rendition >>"), "rich_media"},
      {"a dynamic form", catalog("/AcroForm << /XFA 7 0 R >>"), "dynamic_form"},
      {"a dynamic form in parts", catalog("/AcroForm << /XFA [(xdp) 7 0 R] >>"), "dynamic_form"},
      {"a form that is sent", object("<< /S /SubmitForm >>"), "external_reference"},
      {"data that is imported", object("<< /S /ImportData >>"), "external_reference"},
      {"a stream in another file", small_pdf().stream(4, "/F (\\\\\\\\host\\\\x)", "").finished(),
       "external_reference"},
      {"a page of another file", object("<< /Subtype /Form /Ref << /F (x.pdf) >> >>"), "external_reference"},
      {"a page of another file, by reference", object("<< /Ref 5 0 R /Subtype /Form >>"),
       "external_reference"},
      {"encryption", small_pdf().table("/Root 1 0 R /Encrypt 8 0 R").end().bytes, "encrypted"},
      {"encryption in place", small_pdf().table("/Root 1 0 R /Encrypt << /V 1 >>").end().bytes, "encrypted"},
      {"encryption of object streams",
       small_pdf()
           .stream(4, "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", "cipher")
           .table("/Root 1 0 R /Encrypt 8 0 R")
           .end()
           .bytes,
       "encrypted"},
      // What honest files have.
      {"a place to open at", catalog("/OpenAction [3 0 R /Fit]"), ""},
      {"a named place to open at", catalog("/OpenAction (chapter)"), ""},
      {"a page to open at", catalog("/OpenAction << /S /GoTo /D [3 0 R /XYZ null null 0] >>"), ""},
      {"a page to open at, later", opens_later("<< /S /GoTo /D [3 0 R /Fit] >>"), ""},
      {"a page to open at, earlier", opens_earlier("<< /S /GoTo /D [3 0 R /Fit] >>"), ""},
      {"a turn of the page", catalog("/OpenAction << /S /Named /N /FirstPage >>"), ""},
      {"a link", object("<< /Type /Annot /Subtype /Link /A << /S /URI /URI (https://example.org/) >> >>"),
       ""},
      {"a long link in Greek", object("<< /URI (" + long_run("\xCE\xB1") + ") >>"), ""},
      {"an empty dynamic form", catalog("/AcroForm << /XFA [] /Fields [] >>"), ""},
      {"no dynamic form", catalog("/AcroForm << /XFA null >>"), ""},
      {"an annotation with flags", object("<< /Subtype /Widget /F 4 /AA << >> >>"), ""},
      {"a glyph named AA", object("<< /AA 5 0 R /S 6 0 R /T 7 0 R >>"), ""},
      {"a place named AA", catalog("/Dests << /AA [3 0 R /Fit] /JS 5 0 R >>"), ""},
      {"a state named JS", object("<< /Subtype /Widget /AP << /N << /JS 5 0 R /Off 6 0 R >> >> >>"), ""},
      {"values of all kinds, packed",
       packed(
           "<< /A [1 -2 +3 .5 1 0 R 2 0 R null 5 6] /B (a(b\\)c)) /C <61 6> /D true /E null /G << /H [[]] >> "
           "/I 7 0 R /J -1.5 /K 1 /L#20 /M#41 /Subtype /Link /Parent 4 0 R /Rect [0 0 1 1] >>"),
       ""},
      {"a type twice, the same", packed("<< /Type /Page /Type /Page >>"), ""},
      {"references as they are rarely written",
       packed("<< /A 1  0 R /B 2 0\nR/C 3 00 R /D [4 0 R 5 1 R\n6 0 R]/E 7 0 R>>"), ""},
      {"a font that stands twice", object("<< /Font << /S 5 0 R /S << /Type /Font >> >> >>"), ""},
      {"no encryption", small_pdf().table("/Root 1 0 R /Encrypt null").end().bytes, ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const outcome o = read_every_split(pdf_grammar, c.input, {}, "pdf");
    CAPTURE(o.detail, o.offset.value_or(0));
    CHECK(o.reason == c.reason);
  }
}

TEST_CASE("what the policy allows in a PDF passes, and warns where it says so", "[pdf]") {
  structure_limits limits;
  limits.document.javascript = handling::warn;
  const outcome warned = read(pdf_grammar, object("<< /S /JavaScript >>"), limits, "pdf");
  CHECK(warned.ok());
  CHECK(warned.found.warnings.size() == 1);
  limits.document.hyperlinks = handling::reject;
  CHECK(read(pdf_grammar, object("<< /S /URI >>"), limits, "pdf").reason == "external_reference");
  limits.document.encrypted = handling::allow;
  const outcome cipher =
      read(pdf_grammar, small_pdf().table("/Root 1 0 R /Encrypt 8 0 R").end().bytes, limits, "pdf");
  CHECK(cipher.ok());
  CHECK(cipher.found.examined == examined::prefix);
}

}  // namespace
}  // namespace uploadgate::formats
