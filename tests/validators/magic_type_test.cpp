#include <uploadgate/validators/magic_type.hpp>

#include "support/uploads.hpp"

#include <thread>
#include <vector>

namespace uploadgate {
namespace {

using namespace std::string_literals;

TEST_CASE("magic_type: text is told by its encoding", "[magic_type]") {
  const policy p{magic_type{}};
  struct {
    std::string_view filename;
    std::string content;
    std::string_view reason;
  } const cases[] = {
      {"a.txt", "hello\n", "none"},
      {"a.txt", "h\xc3\xa9llo"s, "none"},
      {"a.txt", std::string(4095, 'x') + "\xc3\xa9", "none"},  // a character cut by the window
      {"a.txt", "\xff\xfeh\0i\0"s, "none"},                    // UTF-16 with a byte order mark
      {"a.txt", "\xfe\xff\0h\0i"s, "none"},
      {"a.txt", "MZ\x90\0\3\0\0\0"s, "type_mismatch"},
      {"a.txt", "a\0b"s, "type_mismatch"},
      {"a.txt",
       "\x7f"
       "ELF\2\1\1\0"s,
       "type_mismatch"},
      {"a.nosuchtype", "hello", "type_unknown"},
      {"a.nosuchtype",
       "\x7f"
       "ELF\2\1\1\0"s,
       "type_unknown"},
      {"a.txt", "BMW makes motorcycles, and this is no bitmap\n", "none"},
      {"a.txt", "BM", "none"},
      {"", "hello", "none"},
      {"a.txt", "caf\xE9\n", "type_mismatch"},
      {"a.xml", "<?xml version='1.0' encoding='iso-8859-1'?><a>\xE9</a>", "none"},
      {"a.svg", "<?xml version='1.0' encoding='windows-1252'?><svg>\x93</svg>", "none"},
      {"a.xml", "<\0?\0x\0m\0l\0 \0"s, "none"},  // UTF-16 without a mark: XML 1.0, appendix F
      {"a.xml", "\0<\0?\0x\0m\0l\0 "s, "none"},
      {"a.txt", "<?xml version='1.0' encoding='iso-8859-1'?><a>\xE9</a>", "type_mismatch"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.filename, c.content);
    const auto judged = test::judge_every_split(p, {.filename = c.filename}, c.content);
    CHECK(judged.verdict.reason() == c.reason);
  }
}

TEST_CASE("magic_type: signatures answer, also for short and misleading beginnings", "[magic_type]") {
  const policy p{magic_type{}};
  const std::string docx =
      "PK\3\4"s + std::string(26, '\0') + "word/media/image1.png" + std::string(9000, 'x');
  struct {
    std::string_view name;
    std::string_view filename;
    std::string content;
    std::string_view reason;
    std::string_view media_type;
  } const cases[] = {
      {"a truncated PNG is text to libmagic", "a.png", "\x89PNG", "type_mismatch", ""},
      {"the same, and one byte more", "a.png", "\x89PNG\r\n\x1a", "type_mismatch", ""},
      {"the whole signature", "a.png", "\x89PNG\r\n\x1a\n", "none", "image/png"},
      {"a GIF that is a script is for structure to refuse", "a.gif", "GIF89a;<?php", "none", "image/gif"},
      {"a script is no GIF", "a.gif", "<?php GIF89a", "type_mismatch", ""},
      {"a docx whose first entry is large", "a.docx", docx, "none",
       "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {"the same by its claim to be a ZIP", "a.zip", docx, "none", "application/zip"},
      {"a program is no docx", "a.docx", "MZ\x90\0"s + std::string(100, '\0'), "type_mismatch", ""},
      {"a PDF is no text", "a.txt", "%PDF-1.4\n", "type_mismatch", ""},
      {"without a name", "", "\x89PNG\r\n\x1a\n", "none", "image/png"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto judged = test::judge_every_split(p, {.filename = c.filename}, c.content);
    CHECK(judged.verdict.reason() == c.reason);
    if (judged.verdict.accepted()) CHECK(judged.facts.media_type == c.media_type);
  }
}

TEST_CASE("magic_type: libmagic answers for types without a row", "[magic_type]") {
  // A DICOM file: 128 bytes of preamble, then DICM. libmagic knows it, and its extension.
  const std::string dicom = std::string(128, '\0') + "DICM" + std::string(300, '\0');
  const auto judged = test::judge_every_split(policy{magic_type{}}, {}, dicom);
  CHECK(judged.verdict.reason() == "type_unknown");
  CHECK(judged.verdict.detail() == "libmagic says application/dicom");
}

TEST_CASE("magic_type: a missing or broken database is an error at construction", "[magic_type]") {
  CHECK_THROWS_AS(magic_type(magic_options{.database = "/nonexistent/magic.mgc"}), configuration_error);
  CHECK_THROWS_AS(magic_type(magic_options{.database = UPLOADGATE_TEST_DATA "/broken.mgc"}),
                  configuration_error);
}

TEST_CASE("magic_type: a claimed content type counts only where it is asked for", "[magic_type]") {
  const policy trusting{magic_type{}};
  const policy strict{magic_type{{.require_content_type = true}}};
  const auto reason = [](const policy& p, std::string_view type) {
    return std::string{test::judge(p, {.filename = "a.txt", .content_type = type}, "hi").verdict.reason()};
  };
  CHECK(reason(trusting, "image/png") == "none");
  CHECK(reason(strict, "image/png") == "content_type_mismatch");
  CHECK(reason(strict, "TEXT/Plain ; charset=utf-8") == "none");
  CHECK(reason(strict, "application/octet-stream") == "none");
  CHECK(reason(strict, "") == "none");
}

TEST_CASE("magic_type: eight threads share one policy", "[magic_type]") {
  const policy p{magic_type{}};
  std::vector<std::thread> threads;
  std::array<int, 8> accepted{};
  for (int& mine : accepted) {
    threads.emplace_back([&p, &mine] {
      for (int i = 0; i < 50; ++i) {
        const std::string junk(200, static_cast<char>(0x80 + i));
        mine += test::judge(p, {.filename = "a.txt"}, "hello").verdict.accepted() ? 1 : 0;
        mine += test::judge(p, {.filename = "a.txt"}, junk).verdict.rejected() ? 1 : 0;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  for (const int n : accepted) CHECK(n == 100);
}

}  // namespace
}  // namespace uploadgate
