#include "formats/grammars.hpp"
#include "formats/text_input.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using namespace std::string_literals;

void judge(grammar_function grammar, const test::judged& c, const structure_limits& limits = {}) {
  test::judge_one(grammar, c, limits);
}

// ASCII as UTF-16.
std::string wide(std::string_view t, bool little = true) {
  std::string s = little ? "\xFF\xFE" : "\xFE\xFF";
  for (const char c : t) s += little ? std::string{c, '\0'} : std::string{'\0', c};
  return s;
}

TEST_CASE("plain text", "[text]") {
  const test::judged cases[] = {
      {"empty", "", ""},
      {"ASCII", "Hello, world.\r\n\tBye.\f\n", ""},
      {"UTF-8", "Gr\xC3\xBC\xC3\x9F Gott, \xE4\xB8\x96\xE7\x95\x8C \xF0\x9F\x98\x80\n", ""},
      {"UTF-8 with a mark", "\xEF\xBB\xBFhello", ""},
      {"a mark alone", "\xEF\xBB\xBF", ""},
      {"UTF-16 little-endian", wide("hello\n"), ""},
      {"UTF-16 big-endian", wide("hello\n", false), ""},
      {"a surrogate pair", "\xFF\xFE\x3D\xD8\x00\xDE"s, ""},
      {"U+0085 ends a line",
       "a\xC2\x85"
       "b",
       ""},
      {"NUL", "abc\0def"s, "control_character", 3},
      {"backspace", "abc\bdef", "control_character", 3},
      {"vertical tab", "a\vb", "control_character", 1},
      {"an escape sequence for a terminal", "log: \x1B]0;title\x07", "control_character", 5},
      {"DEL", "a\x7F", "control_character", 1},
      {"C1: CSI in one character",
       "ab\xC2\x9B"
       "31m",
       "control_character", 2},
      {"NUL in UTF-16", wide("ab\0c"s), "control_character", 6},
      {"NUL in UTF-16 behind letters", wide("a\xE4"s) + "\0\0"s, "control_character", 6},
      {"Latin-1", "caf\xE9\n", "not_text", 3},
      {"overlong", "a\xC0\xAF", "not_text", 1},
      {"cut character at the end", "abc\xE2\x82", "not_text", 3},
      {"half a character of UTF-16", wide("ab") + "c", "not_text", 6},
      {"a lone high surrogate",
       wide("a") + "\x00\xD8"
                   "b\0"s,
       "not_text", 4},
      {"a lone low surrogate", wide("a") + "\x00\xDC"s, "not_text", 4},
      {"a high surrogate at the end", wide("a") + "\x00\xD8"s, "not_text", 4},
      {"UTF-16 without a mark", "a\0b\0"s, "control_character", 1},
      {"UTF-32 with a mark", "\xFF\xFE\0\0a\0\0\0"s, "control_character", 2},
      {"first of two faults: ill-formed",
       "a\xFF"
       "b\0"s,
       "not_text", 1},
      {"first of two faults: control", "a\0b\xFF"s, "control_character", 1},
      {"HTML", "<html><script>alert(1)</script>", "html", 0},
      {"HTML behind white space", " \r\n\t<!DOCTYPE HTML>", "html", 4},
      {"HTML behind a mark", "\xEF\xBB\xBF<ScRiPt>", "html", 3},
      {"HTML in UTF-16", wide(" <script>"), "html", 4},
      {"XHTML", "\n<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "html", 1},
      {"a drawing", "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "html", 0},
      {"other XML", "<?xml version='1.0'?><a/>", ""},
      {"an HTML comment", "<!-- x -->", "html", 0},
      {"a tag further on is text", "see <script>", ""},
      {"a lesser sign is text", "<3 you", ""},
      {"a word that begins like a tag", "<address>", ""},
  };
  structure_limits limits;
  limits.document.legacy_encodings = handling::reject;
  for (const test::judged& c : cases) judge(text, c, limits);
}

TEST_CASE("a control character is found wherever a block ends", "[text]") {
  for (const std::size_t n : {4094U, 4095U, 4096U, 4097U, 8192U}) {
    CAPTURE(n);
    const test::outcome o = test::read_every_split(text, std::string(n, 'x') + "\x01");
    CHECK(o.reason == "control_character");
    CHECK(o.offset == n);
    CHECK(test::read_every_split(text, std::string(n, 'x') + "\xE2\x82\xAC\xE2\x82\xAC").ok());
    const test::outcome wide_outcome = test::read(text, wide(std::string(n, 'x')) + "\x01\0"s);
    CHECK(wide_outcome.offset == 2 + 2 * n);
  }
}

TEST_CASE("Ctrl-Z may end a text of DOS, and stand nowhere else", "[text]") {
  judge(text, {"one", "a\r\n\x1A", ""});
  judge(text, {"many, as CP/M pads", "a\r\n" + std::string(125, '\x1A'), ""});
  judge(text, {"in the middle",
               "a\x1A"
               "b",
               "control_character", 1});
  judge(text, {"before a line's end", "a\x1A\n", "control_character", 1});
}

TEST_CASE("text that looks otherwise than it is stored is noted", "[text]") {
  const auto warnings = [](std::string_view t) { return test::read_every_split(text, t).found.warnings; };
  CHECK(warnings("if (a\xE2\x80\xAE) x \xE2\x81\xA6") ==
        std::vector<std::string>{"text changes its direction (U+202E) at 5"});
  CHECK(warnings("it\xE2\x80\x99s fine \xE2\x82\xAC").empty());
  CHECK(warnings("a\xC2\x80"
                 "b\xC2\x89") == std::vector<std::string>{"a control character (U+0080) at 1"});
}

TEST_CASE("legacy encodings pass where the policy says so", "[text]") {
  structure_limits limits;
  CHECK(limits.document.legacy_encodings == handling::warn);
  structure_limits strict;
  strict.document.legacy_encodings = handling::reject;
  const test::outcome o = test::read_every_split(text, "caf\xE9 \x9B na\xEFve\n", limits);
  CHECK(o.ok());
  CHECK(o.found.warnings == std::vector<std::string>{"not_text: not UTF-8 at 3"});
  judge(text, {"control characters still count", "caf\xE9\x01", "control_character", 4}, limits);
  judge(text, {"UTF-8, and then not", "\xC3\xA9 caf\xE9\n", "not_text", 6}, limits);
  judge(text,
        {"UTF-8, and far behind it not", "\xC3\xA9" + std::string(9000, 'x') + "\xE9\n", "not_text", 9002},
        limits);
  judge(text, {"UTF-8 whose last character is cut", "caf\xC3\xA9 \xE2\x82", "not_text", 6}, limits);
  judge(text, {"an overlong '<'", "caf\xE9 \xC0\xBCs", "not_text", 5}, limits);
  judge(text, {"an overlong '<' of three bytes", "a\xE0\x80\xBCz", "not_text", 1}, limits);
  judge(text, {"a surrogate at the very beginning", "\xED\xA0\x80", "not_text", 0}, limits);
  judge(text, {"a surrogate", "a\xED\xA0\xBDz", "not_text", 1}, limits);
  judge(text, {"an overlong character of four bytes", "a\xF0\x82\x80\xBCz", "not_text", 1}, limits);
  judge(text, {"beyond Unicode", "a\xF4\x90\x80\x80z", "not_text", 1}, limits);
  judge(text, {"French in Latin-1", "\xC0 la carte, \xE0 part\xED", ""}, limits);
  judge(text, {"Russian in windows-1251", "\xCF\xF0\xE8\xE2\xE5\xF2, \xFF \xE7\xE4\xE5\xF1\xFC", ""}, limits);
  judge(text,
        {"Japanese in Shift-JIS, with what looks forged", "\x82\xA0\x82\xC1\x82\xBD\x82\xE0\x82\xCC", ""},
        limits);
  judge(text, {"Japanese in EUC-JP", "\xA5\xC6\xA5\xAD\xA5\xB9\xA5\xC8\xA4\xC0\xA4\xB1", ""}, limits);
  judge(text, {"Korean in EUC-KR", "\xC0\xBB \xC6\xC4\xC0\xCF\xC0\xBB \xBF\xAD \xBC\xF6", ""}, limits);
  judge(text,
        {"Chinese in GBK that begins like UTF-8", "\xC4\xA3\xCA\xBD\xCE\xC4\xBC\xFE\xB2\xBB\xB4\xE6\xD4\xDA",
         ""},
        limits);
  judge(text, {"as many forged characters as foreign ones", "\xE9 \xE9 \xC0\xBC \xC0\xBE", "not_text", 4},
        limits);
  judge(text, {"one foreign character more", "\xE9 \xE9 \xE9 \xC0\xBC \xC0\xBE", ""}, limits);
  std::string utf8;
  for (int i = 0; i < 65; ++i) utf8 += "\xC3\xA9";
  const std::string foreign(140, '\xE9');
  judge(text, {"64 characters of UTF-8, and then more others", utf8.substr(2) + foreign, ""}, limits);
  judge(text, {"65 characters of UTF-8, and then more others", utf8 + foreign, "not_text", 130}, limits);
  judge(text,
        {"a forged character over the end of a block", std::string(4095, 'x') + "\xC0\xBC", "not_text", 4095},
        limits);
  judge(text, {"Latin-1 where the policy refuses it", "caf\xE9", "not_text", 3}, strict);
}

TEST_CASE("text that begins as a program is refused unless the policy says otherwise", "[text]") {
  for (const test::judged& c : std::initializer_list<test::judged>{
           {"a shell script", "#!/bin/sh\nid\n", "script", 0},
           {"a script behind a space", "#! /usr/bin/perl\n", "script", 0},
           {"PHP", "<?php system('id');", "script", 0},
           {"PHP in capitals behind a mark and a line", "\xEF\xBB\xBF\n<?PHP x();", "script", 4},
           {"PHP that prints", "<?=1+1?>", "script", 0},
           {"JSP", "<%@ page import=\"x\" %>", "script", 0},
           {"ASP", "<%=Now%>", "script", 0},
           {"ASP that runs", "<% eval(1) %>", "script", 0},
           {"PHP's short tag", "<? system(1); ?>", "script", 0},
           {"a script behind a tab", "#!\t/bin/sh\n", "script", 0},
           {"a batch file", "\r\n@ECHO OFF\r\ncalc\r\n", "script", 2},
           {"the registry",
            "\xFF\xFEW\0i\0n\0d\0o\0w\0s\0 \0R\0e\0g\0i\0s\0t\0r\0y\0 \0E\0d\0i\0t\0o\0r\0 \0"
            "V\0e\0r\0s\0i\0o\0n\0 \0"s,
            "script", 2},
           {"a shortcut", "[InternetShortcut]\r\nURL=file://host/a\r\n", "script", 0},
           {"a folder's settings", "[Shell]\nIconFile=\\\\host\\a\n", "script", 0},
           {"a web query", "WEB\r\n1\r\nhttp://host/\r\n", "script", 0},
           {"a playlist", "#EXTM3U\nhttp://host/\n", "script", 0},
           {"PostScript", "%!PS-Adobe-3.0\n", "script", 0},
           {"a script of Windows", "Set s = CreateObject(\"WScript.Shell\")\r\n", "script", 0},
           {"markup that acts", "<svg onload=alert(1)>", "script", 0},
           {"markup that acts later", "\n<x><iframe src=y></x>", "script", 1},
           {"markup that does not act", "<x><y c='d'/></x>", ""},
           {"text about a script", "the <script> tag", ""},
           {"a script's second line", "x\r\nSet s = CreateObject(1)\r\n", ""},
           {"a word in brackets", "[shell]: a word\n", ""},
           {"an address", "full address: s", ""},
           {"a number sign and an exclamation", "#!markdown\n", ""},
           {"a script's mark behind a line", "\n#!/bin/sh\n", ""},
           {"PHP further down", "In PHP:\n<?php echo 1;", ""},
       }) {
    judge(text, c);
  }
  structure_limits limits;
  limits.document.program_text = handling::allow;
  judge(text, {"a shell script where the policy allows it", "#!/bin/sh\n", ""}, limits);
}

TEST_CASE("HTML passes its own grammar as text", "[text]") {
  judge(html, {"a page", "<!DOCTYPE html><script>alert(1)</script>", ""});
  judge(html, {"a page with NUL", "<html>\0"s, "control_character", 6});
}

TEST_CASE("types that begin in one way", "[text]") {
  struct {
    grammar_function grammar;
    test::judged c;
  } const cases[] = {
      {calendar, {"calendar", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", ""}},
      {calendar, {"calendar in small letters", "begin:vcalendar\r\n", ""}},
      {calendar, {"no calendar", "<script>", "bad_signature", 0}},
      {calendar, {"nothing", "", "truncated", 0}},
      {contact, {"contact", "BEGIN:VCARD\r\nVERSION:4.0\r\nEND:VCARD\r\n", ""}},
      {contact, {"a calendar as contact", "BEGIN:VCALENDAR\r\n", "bad_signature", 0}},
      {webvtt, {"WebVTT", "WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n", ""}},
      {webvtt, {"WebVTT with a mark", "\xEF\xBB\xBFWEBVTT - title\n", ""}},
      {webvtt, {"a longer word", "WEBVTTX\n", "bad_signature", 0}},
      {subrip, {"SubRip", "1\r\n00:00:01,000 --> 00:00:02,000\r\nHi\r\n", ""}},
      {subrip, {"no time", "1\nHi\n", "bad_signature", 0}},
      {subrip, {"HTML", "<html>", "bad_signature", 0}},
  };
  for (const auto& c : cases) judge(c.grammar, c.c);
}

}  // namespace
}  // namespace uploadgate::formats
