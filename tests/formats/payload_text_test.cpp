#include "formats/payload_text.hpp"

#include "formats/wide_text.hpp"
#include "support/catch.hpp"
#include "support/splits.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

struct text_case {
  std::string text;
  std::string_view what;  // "" where nothing is found
  std::uint64_t offset;
};

const std::string far(1000, '.');

const text_case cases[] = {
    {"<?php system($_GET[0]);", "<?php", 0},
    {"a<?PHP ", "<?php", 1},
    {far + "<?php", "<?php", 1000},
    {"x<?=`$_GET[0]`?>", "<?=", 1},
    {"<?=@eval($_POST[1]);", "<?=", 0},
    {"<?= ($x)($y) ?>", "<?=", 0},
    {"<?=\\system('id')?>", "<?=", 0},
    {"<?='sys'.'tem'?>", "<?=", 0},
    {"<?=htmlspecialchars_decode($_GET[0])?>", "<?=", 0},
    {"<?=" + std::string(40, ' ') + "system($_GET[0])?>", "<?=", 0},
    {"<?=" + std::string(400, ' ') + "system($_GET[0])?>", "", 0},  // code further behind is not looked for
    {"<?=" + std::string(70, 'y') + "($x);?>", "", 0},
    {"<?=" + std::string(52, 'y') + "($x);?>", "<?=", 0},
    {"x<? echo 1 ?>", "<?", 1},
    {"<ScRiPt>alert(1)</script>", "<script", 0},
    {"<script\nsrc=x>", "<script", 0},
    {"<%eval request(\"x\")%>", "<%", 0},
    {"<%= 1+1 %>", "<%", 0},
    {"<%@ page import=\"java.io.*\" %>", "<%", 0},
    {"<!--#exec cmd=\"id\" -->", "<!--#", 0},
    {"<HTML><p>", "<html", 0},
    {"<!DOCTYPE html>", "<!doctype html", 0},
    {"<iframe src=//x>", "<iframe", 0},
    {"text <svg/onload=alert(1)>", "event handler", 10},
    {"<img src=x OnError  =  alert(1)>", "event handler", 11},
    {"<img src=\"x\"onerror=alert(1)>", "event handler", 12},
    {"<img src=x onerror" + std::string(200, ' ') + "=alert(1)>", "event handler", 11},
    {"<a href='" + std::string(300, ' ') + "JavaScript:x'>", "javascript:", 309},
    {"stub; __halt_Compiler();", "__halt_compiler", 6},
    {"#!/bin/sh\nid", "#!", 0},
    // What stands in real metadata.
    {"<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>", "", 0},
    {"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:li>one = on</rdf:li></x:xmpmeta>", "", 0},
    {"MZ PK\3\4 %PDF- 50% <5% <% <?", "", 0},
    {"55QVDY^J2-4CKLINOfYARL<?=DRJIJECF=;9974'C<B;0/5Tv~", "", 0},  // pixels
    {std::string{"<?=\1\2\3\4<%\0\0\0", 12}, "", 0},
    {"a < b, and so on = c", "", 0},
    {"<b>bold</b> once = twice", "", 0},
    {"<scripting-language>", "", 0},
    {"#1! __HALT__ #!/", "", 0},
    {"", "", 0},
};

TEST_CASE("payload_text finds what a server or browser runs, at any split", "[payload_text]") {
  for (const text_case& c : cases) {
    CAPTURE(c.text);
    const auto judge = [&](auto deliver) {
      payload_text scanner;
      scanner.begin(100);
      deliver([&](bytes_view piece) { scanner.feed(piece); });
      const auto hit = scanner.finish();
      CHECK((hit ? hit->what : "") == c.what);
      if (hit) CHECK(hit->offset == 100 + c.offset);
    };
    judge([&](auto feed) { feed(as_bytes(c.text)); });
    if (!c.text.empty()) {
      test::for_every_split(as_bytes(c.text), [&](std::string_view, auto deliver) { judge(deliver); });
    }
  }
}

std::string wide(std::string_view text, bool big) {
  std::string s;
  for (const char c : text) s += big ? std::string{'\0', c} : std::string{c, '\0'};
  return s;
}

TEST_CASE("wide_text finds the same in UTF-16", "[payload_text]") {
  const std::string far_away(999, 'x');
  const text_case wide_cases[] = {
      {wide("<?php system($_GET[0]);", false), "<?php", 0},
      {wide("<script>alert(1)</script>", true), "<script", 1},
      {"UNICODE" + std::string(1, '\0') + wide("hello <svg/onload=alert(1)>", false), "event handler",
       8 + 2 * 11},
      {far_away + wide("some words, then <iframe src=//x>", true), "<iframe", 999 + 1 + 2 * 17},
      {far_away + "y" + wide(std::string(200, 'z') + "<?php eval", false) + far_away, "<?php", 1000 + 400},
      {wide("<?ph", false) + "p " + wide("system", false), "", 0},
      {wide("An honest comment, 3 < 4", false), "", 0},
      {wide("short", false) + "<script>", "", 0},
      {std::string(5000, '\0'), "", 0},
      {far_away, "", 0},
  };
  for (const text_case& c : wide_cases) {
    CAPTURE(c.text);
    test::for_every_split(as_bytes(c.text), [&](std::string_view, auto deliver) {
      wide_text scanner;
      scanner.begin(100);
      deliver([&](bytes_view piece) { scanner.feed(piece); });
      const auto hit = scanner.finish();
      CHECK((hit ? hit->what : "") == c.what);
      if (hit) CHECK(hit->offset == 100 + c.offset);
    });
  }
}

TEST_CASE("payload_text is quiet over noise", "[payload_text]") {
  std::string noise(1 << 22, '\0');
  std::uint32_t seed = 1;
  for (char& c : noise) {
    seed = seed * 1664525 + 1013904223;
    c = static_cast<char>(seed >> 24);
  }
  payload_text scanner;
  scanner.begin(0);
  scanner.feed(as_bytes(noise));
  CHECK_FALSE(scanner.finish());
}

}  // namespace
}  // namespace uploadgate::formats
