#include "formats/grammars.hpp"
#include "formats/rtf_scanner.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

std::string in(std::string_view body) { return "{\\rtf1\\ansi " + std::string{body} + "}"; }

TEST_CASE("RTF as its writers write it passes", "[rtf]") {
  const std::string inputs[] = {
      in("Hello \\b world\\b0 .\\par\r\n"),
      in("{\\fonttbl{\\f0\\fswiss Arial;}}\\f0\\u233?\\'e9 \\{braces\\} \\\\ \\~"),
      in("text") + "\r\n",
      in("text") + "}\n}}",
      in("text") + std::string{"\r\n\0", 3},
      in("{\\*\\template Normal.dot}"),
      "{\\rtf\\ansi without a version}",
      "{\\rtf {\\b x}}",
      in("{\\field{\\*\\fldinst HYPERLINK \"http://example.org\"}{\\fldrslt x}}"),
      in("{\\field{\\*\\fldinst { PAGE }}{\\fldrslt 1}}"),
      in("{\\pict\\bin5 {}}\\\\}"),
      in("{\\pict\\bin0 }"),
      in("{\\pict\\pngblip 89504e470d0a1a0a 0000000d}"),
      in("\\f32767{\\listoverridecount9}"),
      in("dead bodies, 7f 45 4c, 46 02 01 and 01"),
      in("{\\sp{\\sn pibName}{\\sv a.png}}"),
  };
  for (const std::string& input : inputs) {
    CAPTURE(input);
    const test::outcome o = test::read_every_split(rtf, input);
    CHECK(o.reason == "");
    CHECK(o.found.examined == examined::whole);
  }
}

TEST_CASE("RTF that carries, fetches, acts or breaks is refused where it does", "[rtf]") {
  const test::judged cases[] = {
      {"empty", "", "bad_signature", 0},
      {"a cut signature that Word takes", "{\\rt\\object}", "bad_signature", 0},
      {"another version", "{\\rtf10 x}", "bad_signature", 0},
      {"version 0", "{\\rtf0 x}", "bad_signature", 0},
      {"a version below 0", "{\\rtf-1 x}", "bad_signature", 0},
      {"a longer word", "{\\rtfx x}", "bad_signature", 0},
      {"an object without a version", "{\\rtf\\object}", "embedded_file", 12},
      {"a file elsewhere to go on with", in("{\\*\\nextfile \\\\\\\\host\\\\x}"), "external_reference", 36},
      {"a style sheet elsewhere", in("{\\*\\xsltransform http://x/y}"), "external_reference", 39},
      {"object", in("{\\object\\objemb}"), "embedded_file", 20},
      {"object data", in("{\\*\\objdata 0105}"), "embedded_file", 23},
      {"object data with a number", in("{\\*\\objdata7 0105}"), "embedded_file", 24},
      {"ActiveX", in("\\objocx "), "activex", 19},
      {"acts when opened", in("\\objupdate "), "automatic_action", 22},
      {"remote template", in("{\\*\\template http://x/y.dotm}"), "external_reference", 40},
      {"remote template in hex", in("{\\*\\template htt\\'70://x/y}"), "external_reference", 38},
      {"remote template in \\u", in("{\\*\\template \\u104?ttp:/\\u47?/x}"), "external_reference", 43},
      {"share as template", in("{\\*\\template \\\\\\\\host\\\\x}"), "external_reference", 36},
      {"DDE", in("{\\field{\\*\\fldinst DDEAUTO c:\\\\x}}"), "dynamic_data_exchange", 44},
      {"a program in a picture", in("{\\pict\\pngblip\n7f454C 46\r\n020101" + std::string(200, '0') + "}"),
       "embedded_file"},
      {"a program in hexadecimal digits",
       in("{\\*\\x ab{\\y}546869732070726f6772616d2063616e6e6f742062652072756e20696e20444f53206d6f6465}"),
       "embedded_file"},
      {"a link that runs a program", in("{\\field{\\*\\fldinst HYPERLINK ms-msdt:/id x}}"), "launch_action"},
      {"a link to a script, without quotes", in("{\\field{\\*\\fldinst HYPERLINK javascript:x}}"),
       "javascript"},
      {"the fragments of a shape", in("{\\sp{\\sn pFragments}{\\sv 1;1;11}}"), "bad_value"},
      {"a font beyond the table", in("{\\f32768 x}"), "bad_value"},
      {"levels beyond a list's", in("{\\listoverridecount10 x}"), "bad_value"},
      {"DDE in groups", in("{\\field{\\*\\fldinst {{D}{D}}{E} x}}"), "dynamic_data_exchange", 44},
      {"DDE in hex", in("{\\field{\\*\\fldinst \\'44\\'64E x}}"), "dynamic_data_exchange", 42},
      {"DDE in a field of a field", in("{\\*\\fldinst QUOTE {\\*\\fldinst DDE x} y}"),
       "dynamic_data_exchange", 47},
      {"macro button", in("{\\*\\fldinst MACROBUTTON x}"), "macros", 37},
      {"a link that is a script", in("{\\*\\fldinst HYPERLINK \"java\\'73cript:x\"}"), "javascript", 51},
      {"included text", in("{\\*\\fldinst INCLUDETEXT a}"), "external_reference", 37},
      {"remote picture", in("{\\*\\fldinst INCLUDEPICTURE http://x/a.png}"), "external_reference", 53},
      {"remote picture of a shape", in("{\\sp{\\sn pibName}{\\sv http://x/a}}"), "external_reference", 44},
      {"text behind", in("x") + "MZ", "trailing_data", 14},
      {"a second document", in("x") + in("y"), "trailing_data", 14},
      {"no end", "{\\rtf1 {x}", "truncated", 10},
      {"binary without end", "{\\rtf1\\bin100 }", "truncated", 15},
      {"negative binary", in("\\bin-5 "), "bad_length", 18},
      {"broken hex", in("\\'zz"), "bad_value", 14},
      {"word of 33 letters", in("\\" + std::string(33, 'a') + " "), "bad_value", 45},
      {"number beyond reason", in("\\b99999999999999 "), "bad_value", 26},
      {"control character", in("a\1b"), "control_character", 13},
  };
  test::judge_each(rtf, cases);
}

TEST_CASE("RTF's groups nest up to the limit, and no prefix is whole", "[rtf]") {
  structure_limits limits;
  limits.document.max_depth = 3;
  CHECK(test::read(rtf, in("{{x}}"), limits).ok());
  CHECK(test::read(rtf, in("{{{x}}}"), limits).reason == "nested_too_deep");
  test::read_every_truncation(rtf, in("{\\pict\\bin3 }}}}\\'41"));
}

}  // namespace
}  // namespace uploadgate::formats
