#include "formats/grammars.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

TEST_CASE("Markdown: what a renderer would pass through", "[markdown]") {
  const test::judged cases[] = {
      {"text", "# Title\n\nSome *text*, a < b, 1 <2.\n", ""},
      {"harmless HTML", "<p align=\"center\">\n<img src=\"logo.png\" width=3>\n</p>\n", ""},
      {"a link", "[x](https://example.org/?a=javascript:) and <https://example.org>\n", ""},
      {"a script", "Hello\n<script>alert(1)</script>\n", "script", 6},
      {"a script in capitals", "a <SCRIPT src=x>\n", "script", 2},
      {"a type", "reads -> Promise<Object>, or Map<object>\n", ""},
      {"an object", "<object data=x>", "script", 0},
      {"an object over two lines", "<object\ndata=x>", "script", 0},
      {"an iframe", "<iframe src=x></iframe>", "script", 0},
      {"an event handler", "<img src=x onerror=alert(1)>", "event_handler", 11},
      {"an event handler on another line", "<img\nsrc=\"x\"\n onerror = \"alert(1)\">", "event_handler", 14},
      {"an event handler before its sign", "<img src=x onerror\n=\nalert(1)>", "event_handler", 19},
      {"a script link before its sign", "<a href\n\n =\n 'javascript:1'>", "javascript"},
      {"a script link on another line", "<a href=\n\"javascript:1\">", "javascript", 9},
      {"an attribute at the end of a line", "<img alt\nsrc=x>\n= 1\n", ""},
      {"an event handler behind a quote", "<img src=\"x\"onerror=alert(1)>", "event_handler", 12},
      {"a script link", "[x](javascript:alert(1))", "javascript", 4},
      {"a script link in capitals, with a tab", "[x](Java\tScript:alert(1))", "javascript", 4},
      {"a script link in angle brackets", "[x]( <javascript:alert(1)>)", "javascript"},
      {"a script link by reference", "[x]: javascript:alert(1)\n", "javascript"},
      {"a script link in entities", "[x](&#106;avascript&colon;alert(1))", "javascript", 4},
      {"a script link in HTML", "<a href=\"javascript:alert(1)\">", "javascript", 3},
      {"a script link behind a backslash", "[x](javascript\\:alert(1))", "javascript", 4},
      {"a backslash before a letter", "[x](j\\avascript:alert(1))", ""},
      {"a script link on the next line", "[x]:\njavascript:alert(1)\n", "javascript", 5},
      {"a script link on the next line of a quotation", "> [x](\n> <javascript:alert(1)>)", "javascript", 10},
      {"a colon on the line before", "list [x]:\n\nhttps://example.org\n", ""},
      {"a page that leads elsewhere", "a\n<meta http-equiv=refresh content='0;url=//x'>", "script", 2},
      {"a style sheet", "<link rel=stylesheet href=//x>", "script", 0},
      {"a whole page", " <!DOCTYPE html>\n<p>hello</p>", "html", 1},
      {"an autolink", "<javascript:alert(1)>", "javascript", 0},
      {"a page in a link", "[x](data:text/html,<b>)", "script", 4},
      {"a script as code", "Use `<script>` here.\n", ""},
      {"a script in fenced code", "```html\n<script>alert(1)</script>\n```\n", ""},
      {"a script in tilde-fenced code", "~~~\n<script>\n~~~\n", ""},
      {"a script behind fenced code", "```\nx\n```\n<script>", "script", 10},
      {"a fence inside an HTML block is none", "<div>\n```\n<script>\n```\n</div>\n", "script", 10},
      {"a fence that its list ends", "- a\n\n  ```\n<script>\n", "script", 11},
      {"a backtick in a tag is none", "<a title=\"`\"><script>`", "script", 13},
      {"a backtick in a tag of two lines", "<a\ntitle=\"`\"><script>`", "script", 13},
      {"an escaped backtick is none", "\\`<script>`", "script", 2},
      {"backticks of different length", "``<script>`", "script", 2},
      {"prose about attributes", "set onclick=foo in the page, or javascript: links\n", ""},
      {"a control character", "a\x1B", "control_character", 1},
  };
  test::judge_each(markdown, cases);
}

TEST_CASE("Markdown that begins as a program is none", "[markdown]") {
  const test::judged cases[] = {
      {"a shell script", "#!/bin/sh\nid\n", "script", 0},
      {"PHP", "\n<?php x();\n", "script", 1},
      {"a heading", "#! is called a shebang\n", ""},
      {"a link", "[shell]: http://example.org\n", ""},
  };
  test::judge_each(markdown, cases);
}

TEST_CASE("a long line hides nothing", "[markdown]") {
  for (const std::size_t n : {3000U, 4000U, 4090U, 4095U, 4096U, 8100U}) {
    CAPTURE(n);
    const test::outcome o = test::read(markdown, std::string(n, 'x') + "<script>");
    CHECK(o.reason == "script");
    CHECK(o.offset == n);
  }
}

}  // namespace
}  // namespace uploadgate::formats
