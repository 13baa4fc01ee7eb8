#include "formats/other_reading.hpp"

#include "formats/grammars.hpp"
#include "formats/registry.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

using namespace uploadgate;
using formats::other_reading;
using namespace std::string_literals;

namespace {

struct answer {
  errc code = errc::none;
  std::uint64_t offset = 0;
  std::size_t known = 0;  // how many bytes it took
  bool operator==(const answer&) const = default;
};

answer read(const std::string& file, std::size_t step,
            other_reading::subject subject = other_reading::subject::media) {
  other_reading other{handling::reject, subject};
  std::size_t known = 0;
  for (std::size_t i = 0; i < file.size(); i += step) {
    known += other.feed(as_bytes(file).subspan(i, std::min(step, file.size() - i)));
    if (!other.objection().ok()) break;
  }
  if (other.objection().ok()) other.finish();
  const result& r = other.objection();
  return r.ok() ? answer{errc::none, 0, known}
                : answer{static_cast<errc>(r.why().code.value()), r.why().offset.value_or(0), known};
}

std::string noise(std::size_t n) {
  std::string s(n, '\0');
  std::uint32_t x = 1;
  for (char& c : s) {
    x = x * 1664525U + 1013904223U;
    c = static_cast<char>(x >> 24);
  }
  return s;
}

std::string zip_end(std::uint32_t directory) {
  std::string s = "PK\5\6"s + std::string(12, '\0');
  for (int i = 0; i < 4; ++i) s += static_cast<char>(directory >> (8 * i));
  return s + std::string(2, '\0');
}

std::string tar_block() {
  std::string s(512, '\0');
  s.replace(0, 4, "a.tx");
  s.replace(100, 7, "0000644");
  s.replace(124, 11, "00000000000");
  s[156] = '0';
  s.replace(257, 8, "ustar\00000", 8);
  s.replace(148, 8, 8, ' ');
  unsigned sum = 0;
  for (const char c : s) sum += static_cast<unsigned char>(c);
  char digits[8];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  return s.replace(148, 7, digits, 7);
}

struct hidden {
  const char* name;
  std::string what;
  errc code;
};

}  // namespace

TEST_CASE("a second reading is found wherever it stands, however the bytes come") {
  const hidden all[] = {
      {"a PHP tag", "<?php eval(1);", errc::payload_text},
      {"a PHP tag in capitals", "<?PHP\nx();", errc::payload_text},
      {"a short echo tag", "<?=`$_GET[0]`;?>", errc::payload_text},
      {"a short echo tag with a call", "<?=$_GET[0]($_POST[1]);?>", errc::payload_text},
      {"a short tag", "<? system($x); ?>", errc::payload_text},
      {"an ASP tag", "<%eval request(\"x\")%>", errc::payload_text},
      {"a JSP directive", "<%@ page import=\"java.io.*\"%>", errc::payload_text},
      {"a JSP action", "<jsp:include page=x>", errc::payload_text},
      {"a script element", "<script>alert(1)</script>", errc::payload_text},
      {"a page", "<html><body onload=x>", errc::payload_text},
      {"a document type", "<!DOCTYPE html>", errc::payload_text},
      {"a server-side include", "<!--#exec cmd=\"ls\"-->", errc::payload_text},
      {"a drawing with a handler", "<svg/onload=alert(1)>", errc::payload_text},
      {"a picture with a handler", "<img src=x onerror=alert(1)>", errc::payload_text},
      {"the stub of a PHAR", "__HALT_COMPILER(); ?>", errc::payload_text},
      {"a RAR archive", "Rar!\x1A\7\1", errc::polyglot},
      {"a 7z archive", "7z\xBC\xAF\x27\x1C", errc::polyglot},
      {"a Windows program", "This program cannot be run in DOS mode.", errc::embedded_file},
      {"an ELF program",
       "\x7F"
       "ELF\2\1\1",
       errc::embedded_file},
      {"a Windows program without its stub", "PE\0\0\x64\x86\3\0"s + std::string(16, '\0') + "\x0B\2",
       errc::embedded_file},
      {"a Mach-O program", "\xCF\xFA\xED\xFE\7\0\0\1"s, errc::embedded_file},
      {"a Mach-O program for two processors", "\xCA\xFE\xBA\xBE\0\0\0\2"s, errc::embedded_file},
      {"a Java class", "\xCA\xFE\xBA\xBE\0\0\0\x34"s, errc::embedded_file},
      {"an Android program", "dex\n035\0"s, errc::embedded_file},
  };
  for (const hidden& h : all) {
    INFO(h.name);
    const std::string file = noise(300) + h.what + noise(400);
    const answer whole = read(file, file.size());
    CHECK(whole.code == h.code);
    CHECK(whole.offset == 300);
    for (std::size_t step = 1; step < 130; ++step) {
      const answer cut = read(file, step);
      CHECK(cut == whole);
    }
    // At the very end, where nothing follows.
    CHECK(read(noise(77) + h.what, 9).code == h.code);
  }
}

TEST_CASE("a ZIP is found where its readers look for its end") {
  const std::string end = zip_end(10);
  CHECK(read(noise(300) + end, 50) == read(noise(300) + end, 1));
  CHECK(read(noise(300) + end, 50).code == errc::polyglot);
  CHECK(read(noise(300) + end, 50).offset == 300);
  // The record and its longest comment; one byte more is out of reach.
  CHECK(read(noise(300) + end + std::string(65535, ' '), 1000).code == errc::polyglot);
  CHECK(read(noise(300) + end + std::string(65536, ' '), 1000).code == errc::none);
  CHECK(read(noise(300) + zip_end(70'000) + "x", 50).code == errc::none);
}

TEST_CASE("what has its place counts only there") {
  CHECK(read("GIF89a" + noise(90) + "%PDF-1.4" + noise(3000), 100).code == errc::polyglot);
  CHECK(read(std::string(1023, 'x') + "%PDF-1.4", 100).code == errc::polyglot);
  CHECK(read(std::string(1024, 'x') + "%PDF-1.4", 100).code == errc::none);
  CHECK(read(tar_block() + noise(600), 100).code == errc::polyglot);
  CHECK(read(tar_block() + noise(600), 100).offset == 0);
  CHECK(read("x" + tar_block() + noise(600), 100).code == errc::none);
  CHECK(read(std::string(32769, 'x') + "CD001\1" + noise(99), 4096).code == errc::polyglot);
  CHECK(read(std::string(32768, 'x') + "CD001\1" + noise(99), 4096).code == errc::none);
}

TEST_CASE("a picture whose first bytes open a comment of a script, and that closes it, is one") {
  for (const std::string& start :
       {"GIF89a/*"s, "GIF87a=/*"s, "BM/*"s, "RIFF/*"s, "FORM/*"s, "\xFF\xD8\xFF\xE0/*"s}) {
    INFO(start);
    CHECK(read(start + std::string(100, '\0') + "*/=alert(1)//", 7).code == errc::polyglot);
    CHECK(read(start + std::string(100, '\0'), 7).code == errc::none);
  }
  CHECK(read("GIF89a\1_/*" + std::string(100, '\0') + "*/", 7).code == errc::none);
}

TEST_CASE("a picture that a template, a string or a line of a script hides is one") {
  struct hidden {
    std::string start, end;
  };
  const hidden scripts[] = {
      {"GIF89a`", "`;alert(1)//"},       {"GIF89a=`", "`\nalert(1);//"},      {"GIF87a//", "\nself.a=1//"},
      {"GIF89a=1;/*", "*/alert(1)//"},   {"GIF89a=\"", "\";alert(1)//"},      {"BM='", "',eval(name)//"},
      {"BM=1//", "\r\neval(name)//"},    {"RIFF=`", "`;top.x=alert(1)//"},    {"FORM=/", "/;alert`1234567`"},
      {"\xFF\xD8\xFF\xFE=`", "`;a()//"}, {"\xFF\xD8\xFF\xE0`a", "`, b(1)/*"},
  };
  for (const auto& [start, end] : scripts) {
    INFO(start);
    const std::string hides = start + std::string(100, '\0');
    for (const std::size_t step : {1U, 7U, 4096U}) {
      CHECK(read(hides + end + "\n" + noise(99), step).code == errc::polyglot);
      CHECK(read(hides + end, step).code == errc::polyglot);
      CHECK(read(hides + end + "<?php system(1)", step).code == errc::polyglot);  // the first in the file
      CHECK(read("<?php system(1)" + hides + end, step).code == errc::payload_text);
      CHECK(read(hides, step).code == errc::none);
      CHECK(read(std::string(4, '\0') + hides + end, step).code == errc::none);
      CHECK(read(start + noise(200'000), step).code == errc::none);
    }
  }
  for (const char* other : {"BM6`\x01`a``b``c``d``e``f``g``h`", "RIFF`\xD7`_[WSOKEBBAAAAAAAABBBBGV",
                            "BM=`..`; ;", "BM=\"..\" xmlns:a=\"", "GIF89a\x01`...`;alert(1)//"}) {
    INFO(other);
    CHECK(read(other + noise(99), 7).code == errc::none);
  }
}

TEST_CASE("what coded data holds by chance is left alone") {
  CHECK(read(noise(3'000'000), 65536).code == errc::none);
  for (const char* text :
       {"<?xpacket begin", "<x:xmpmeta", "<rdf:RDF", "<?xml version", "<%`^;8$hhfJK&DC$kki",
        "<?=GCCMLQTX[^^ad", "<img alt=\"Public Domain\">", "<svg width=\"9\">", "MZ\x90", "PK\3\4",
        "\xCA\xFE\xBA\xBE", "index\n035", "PE\x64\x86", "<b>", "<link rel=x>"}) {
    INFO(text);
    CHECK(read(noise(100) + text + noise(100), 64).code == errc::none);
  }
}

TEST_CASE("the policy may warn of text that acts, or not look for it") {
  other_reading warned{handling::warn};
  warned.feed(as_bytes("x<script>alert(1)</script>" + noise(99)));
  warned.finish();
  CHECK(warned.objection().ok());
  CHECK(warned.warning() == "script at 1");
  other_reading quiet{handling::allow};
  quiet.feed(as_bytes("x<script>alert(1)</script>" + noise(99)));
  quiet.finish();
  CHECK(quiet.objection().ok());
  CHECK(quiet.warning().empty());
}

TEST_CASE("in documents text that acts and programs count, and nothing else") {
  const std::string php = noise(600) + "<?php system($_GET[0]); ?>" + noise(99);
  const std::string program = noise(600) + "This program cannot be run in DOS mode" + noise(99);
  const std::string archive = noise(300) + "Rar!\x1A\7" + noise(99) + zip_end(10);
  CHECK(read(archive, 7, other_reading::subject::compound) ==
        answer{errc::polyglot, 405, 427});  // it ends with the archive
  CHECK(read(archive + "\n", 7, other_reading::subject::compound).code == errc::none);
  for (const std::size_t step : {1U, 100U, 2000U}) {
    CHECK(read(php, step, other_reading::subject::pdf).code == errc::payload_text);
    CHECK(read(php, step, other_reading::subject::compound).code == errc::none);
    CHECK(read(noise(99) + "<script>alert(1)</script>" + noise(99), step, other_reading::subject::pdf).code ==
          errc::payload_text);
    CHECK(read(noise(99) + "<body xmlns=\"http://www.w3.org/1999/xhtml\">" + noise(99), step,
               other_reading::subject::pdf)
              .code == errc::none);
    CHECK(
        read(noise(99) + "<% Response.Write(1234) %>" + noise(99), step, other_reading::subject::pdf).code ==
        errc::none);
    CHECK(read(program, step, other_reading::subject::pdf).code == errc::embedded_file);
    CHECK(read(program, step, other_reading::subject::compound).code == errc::embedded_file);
    CHECK(read(archive, step, other_reading::subject::pdf).code == errc::none);
    CHECK(read(tar_block() + noise(600), step, other_reading::subject::compound).code == errc::none);
  }
  other_reading warned{handling::reject, other_reading::subject::pdf, handling::warn};
  warned.feed(as_bytes(program));
  CHECK(warned.objection().ok());
  CHECK(warned.warning() == "a Windows program at 600");
  other_reading quiet{handling::reject, other_reading::subject::pdf, handling::allow};
  quiet.feed(as_bytes(program));
  CHECK(quiet.objection().ok());
  CHECK(quiet.warning().empty());
}

TEST_CASE("pictures, sound and films are looked at, and what has rules of its own is not") {
  for (const char* extension :
       {"png", "jpg", "gif", "webp", "bmp", "tif", "heic", "mp4", "mp3", "wav", "ogg"})
    CHECK(other_reading::subject_of(*formats::find_extension(extension)) == other_reading::subject::media);
  for (const char* extension : {"svg", "svgz", "zip", "docx", "txt", "html", "tar"})
    CHECK_FALSE(other_reading::subject_of(*formats::find_extension(extension)));
  CHECK(other_reading::subject_of(*formats::find_extension("pdf")) == other_reading::subject::pdf);
  for (const char* extension : {"doc", "xls", "ppt", "msg", "rtf"})
    CHECK(other_reading::subject_of(*formats::find_extension(extension)) == other_reading::subject::compound);
}
