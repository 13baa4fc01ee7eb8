#include "formats/entry_name.hpp"

#include "support/catch.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

std::string judge(std::string_view path, name_encoding encoding = name_encoding::unknown) {
  const result r = judge_entry_name(path, encoding, 64, 7);
  if (r.ok()) return {};
  CHECK(r.why().offset == 7);
  return std::string{reason(r.why().code)};
}

TEST_CASE("a name of an entry stays below the folder it is unpacked into", "[entry_name]") {
  using namespace std::string_view_literals;
  const std::string_view honest[] = {"a.txt",
                                     "a/b/c.txt",
                                     "folder/",
                                     "./a",
                                     "_rels/.rels",
                                     ".gitignore",
                                     "__MACOSX/._a.jpg",
                                     "a b (1).txt",
                                     "com10",
                                     "console",
                                     "-x",
                                     "a..b",
                                     "a. b",
                                     "...a",
                                     "x/auxiliary/y",
                                     "\xC3\xA9t\xC3\xA9.txt",
                                     "\x82t\x82.txt"};
  for (const std::string_view name : honest) {
    CAPTURE(name);
    CHECK(judge(name).empty());
  }
  const std::string_view hostile[] = {""sv,
                                      "/etc/passwd"sv,
                                      "../a"sv,
                                      "a/../b"sv,
                                      "a/.."sv,
                                      ".."sv,
                                      "a//b"sv,
                                      "//server/share"sv,
                                      "a/./b"sv,
                                      "..\\a"sv,
                                      "a\\b"sv,
                                      "C:/a"sv,
                                      "a:stream"sv,
                                      "a\0b"sv,
                                      "a\nb"sv,
                                      "a\x7F"sv,
                                      "con"sv,
                                      "a/NUL.txt"sv,
                                      "Com1 .txt"sv,
                                      "lpt\xC2\xB9"sv,
                                      ".. /a"sv,
                                      "... "sv,
                                      "a\xE2\x80\xAEgpj.exe"sv,
                                      "a\xEF\xBC\x8F"
                                      "b"sv,
                                      "a\xC2\x85"sv,
                                      "a."sv,
                                      "a./b"sv,
                                      "a "sv,
                                      "a /b"sv,
                                      "<script>"sv,
                                      "/"sv};
  for (const std::string_view name : hostile) {
    CAPTURE(name);
    CHECK(judge(name) == "entry_name");
  }
  CHECK(judge("\x82t\x82.txt", name_encoding::utf8) == "entry_name");
  CHECK(judge("\xC0\xAE\xC0\xAE/a", name_encoding::utf8) == "entry_name");
  CHECK(judge(std::string(63, 'a')).empty());
  CHECK(judge(std::string(64, 'a')).empty());
  CHECK(judge(std::string(65, 'a')) == "name_too_long");
}

TEST_CASE("names that meet on another system fold to the same", "[entry_name]") {
  std::string a;
  std::string b;
  const auto same = [&](std::string_view x, std::string_view y) {
    return folded_entry_name(x, a) == folded_entry_name(y, b);
  };
  CHECK(same("a/B.TXT", "A/b.txt"));
  CHECK(same("./a", "a"));
  CHECK(same("a/", "a"));
  CHECK(same("\xC3\xA9", "e\xCC\x81"));
  CHECK(same("\xC3\x89", "\xC3\xA9"));
  CHECK_FALSE(same("a", "b"));
  CHECK_FALSE(same("\x82", "\x83"));
}

TEST_CASE("the extension of an entry is that of its last component", "[entry_name]") {
  CHECK(entry_extension("a.b/c") == "");
  CHECK(entry_extension("a/b.TXT") == "txt");
  CHECK(entry_extension("a/b.tar.gz") == "gz");
  CHECK(names_program("x/Setup.EXE"));
  CHECK_FALSE(names_program("x/exe"));
}

}  // namespace
}  // namespace uploadgate::formats
