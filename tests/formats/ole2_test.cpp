#include "formats/grammars.hpp"
#include "formats/ole2_sectors.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"
#include "support/zip_builder.hpp"

namespace uploadgate::formats {
namespace {

using namespace ole2_format;
using test::little;

struct item {
  std::string name;
  std::uint8_t type = 2;
  std::uint32_t child = no_stream;
  std::uint32_t right = no_stream;
  std::uint32_t start = end_of_chain;
  std::uint32_t size = 0;
};

// A compound file of version 3: one FAT sector, the directory, and a stream of 4096 bytes.
struct compound {
  std::vector<item>
      items;  // behind the root; the first is the root's child, and each has the next as its right
  std::vector<std::uint32_t> fat;
  std::uint32_t fat_place = 0;
  std::uint32_t directory_place = 1;

  explicit compound(std::vector<item> list) : items{std::move(list)} {
    for (std::size_t i = 0; i + 1 < items.size(); ++i) {
      if (items[i].right == no_stream) items[i].right = static_cast<std::uint32_t>(i + 2);
    }
    const std::uint32_t directory_sectors = directory_count();
    fat.push_back(fat_sector);
    for (std::uint32_t i = 1; i < directory_sectors; ++i) fat.push_back(1 + i);
    fat.push_back(end_of_chain);
    stream_at = static_cast<std::uint32_t>(fat.size());
    for (std::uint32_t i = 1; i < 8; ++i) fat.push_back(stream_at + i);
    fat.push_back(end_of_chain);
    items.front().start = stream_at;
    items.front().size = 4096;
  }
  std::uint32_t stream_at = 0;
  [[nodiscard]] std::uint32_t directory_count() const {
    return static_cast<std::uint32_t>((items.size() + 1 + 3) / 4);
  }

  static std::string entry(const item& i) {
    std::string name;
    for (const char c : i.name) name += std::string{c} + '\0';
    const std::size_t length = i.type == 0 ? 0 : name.size() + 2;
    name.resize(64, '\0');
    return name + little(length, 2) + little(i.type, 1) + little(1, 1) + little(no_stream, 4) +
           little(i.right, 4) + little(i.child, 4) + std::string(36, '\0') + little(i.start, 4) +
           little(i.size, 4) + little(0, 4);
  }
  [[nodiscard]] std::string bytes() const {
    std::string h = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(16, '\0') + little(0x3E, 2) +
                    little(3, 2) + little(0xFFFE, 2) + little(9, 2) + little(6, 2) + std::string(10, '\0') +
                    little(1, 4) + little(directory_place, 4) + little(0, 4) + little(4096, 4) +
                    little(end_of_chain, 4) + little(0, 4) + little(end_of_chain, 4) + little(0, 4) +
                    little(fat_place, 4);
    for (int i = 1; i < 109; ++i) h += little(free_sector, 4);
    std::string table;
    for (const std::uint32_t v : fat) table += little(v, 4);
    while (table.size() < 512) table += little(free_sector, 4);
    std::string directory = entry({.name = "Root Entry", .type = 5, .child = 1});
    for (const item& i : items) directory += entry(i);
    while (directory.size() % 512 != 0) directory += entry({.name = "", .type = 0});
    return h + table + directory + std::string(4096, '\x55');
  }
};

TEST_CASE("compound files of Office pass at every split, by the streams they hold", "[ole2]") {
  const struct {
    const char* stream;
    const char* row;
  } cases[] = {{"WordDocument", "doc"},
               {"Workbook", "xls"},
               {"Book", "xls"},
               {"PowerPoint Document", "ppt"},
               {"__properties_version1.0", "msg"}};
  for (const auto& c : cases) {
    CAPTURE(c.stream);
    const std::string bytes = compound{{{.name = c.stream}, {.name = "\x05SummaryInformation"}}}.bytes();
    const test::outcome o = test::read_every_split(ole2, bytes, {}, c.row);
    CHECK(o.reason == "");
    CHECK(o.detail == "");
    CHECK(o.found.entries == 2);
    CHECK(o.found.examined == examined::whole);
    CHECK(o.found.extension == c.row);
    CHECK(test::read(ole2, bytes).ok());
    CHECK(test::read(ole2, bytes, {}, std::string_view{c.row} == "doc" ? "xls" : "doc").reason ==
          "wrong_family");
    // A short last sector passes, as Office reads it.
    test::read_every_truncation(ole2, bytes, {}, {},
                                [](std::size_t n) { return n > 512 + 2 * 512 + 7 * 512; });
  }
}

TEST_CASE("compound files with something that acts are refused", "[ole2]") {
  const struct {
    const char* name;
    std::string_view reason;
    std::vector<item> items;
  } cases[] = {
      {"Word's macros",
       "macros",
       {{.name = "WordDocument"}, {.name = "Macros", .type = 1, .child = 3}, {.name = "VBA", .type = 1}}},
      {"Excel's macros", "macros", {{.name = "Workbook"}, {.name = "_VBA_PROJECT_CUR", .type = 1}}},
      {"a package", "embedded_file", {{.name = "WordDocument"}, {.name = "\x01Ole10Native"}}},
      {"an object of Excel", "embedded_file", {{.name = "Workbook"}, {.name = "MBD0001", .type = 1}}},
      {"an encrypted package", "encrypted", {{.name = "EncryptedPackage"}, {.name = "EncryptionInfo"}}},
      {"a control", "activex", {{.name = "WordDocument"}, {.name = "\x03OCXNAME"}}},
      {"an installer", "wrong_family", {{.name = "!_StringData"}, {.name = "x"}}},
      {"two kinds", "wrong_family", {{.name = "WordDocument"}, {.name = "Workbook"}}},
      {"an attachment of a message",
       "embedded_file",
       {{.name = "__properties_version1.0"}, {.name = "__substg1.0_37010102"}}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    compound file{c.items};
    if (c.items.size() == 3) file.items[1].right = no_stream;  // the third is the second's child
    const test::outcome o = test::read_every_split(ole2, file.bytes());
    CAPTURE(o.detail);
    CHECK(o.reason == c.reason);
  }
}

TEST_CASE("content that acts is found in the streams, across sectors too", "[ole2]") {
  using namespace std::string_literals;
  const auto wide = [](std::string_view text) {
    std::string out;
    for (const char c : text) out += std::string{c} + '\0';
    return out;
  };
  const auto object = [](char type) {
    return "\1\0\xC3\x0F\x18\0\0\0\1\0\0\0"s + type + std::string(19, '\0');
  };
  const std::string vba_info = "\x1F\0\xFF\3\x14\0\0\0\2\0\0\4\x0C\0\0\0\1\0\0\0"s;
  const struct {
    const char* name;
    const char* stream;
    std::string_view reason;
    std::string content;
  } cases[] = {
      {"an XLM sheet", "Workbook", "macros", "\x09\x08\x10\0\0\6\x40\0"s},
      {"an XLM sheet of Excel 95", "Book", "macros", "\x09\x08\x08\0\0\5\x40\0"s},
      {"a worksheet", "Workbook", "", "\x09\x08\x10\0\0\6\x10\0"s},
      {"the bytes of an XLM sheet in a text", "WordDocument", "", "\x09\x08\x10\0\0\6\x40\0"s},
      {"DDEAUTO", "WordDocument", "dynamic_data_exchange", "\x13 DDEAUTO c:\\x"},
      {"DDE in UTF-16", "WordDocument", "dynamic_data_exchange", wide("\x13 \"dde cmd")},
      {"another field", "WordDocument", "", "\x13 DATE \\x"},
      {"a word that begins alike", "WordDocument", "", "\x13 DDEX y"},
      {"VBA in slides", "PowerPoint Document", "macros", vba_info + "\1\0\0\0"s},
      {"slides that say they have no macros", "PowerPoint Document", "", vba_info + std::string(4, '\0')},
      {"encrypted slides", "PowerPoint Document", "encrypted",
       "\0\0\xF6\x0F\x1C\0\0\0\x14\0\0\0\xDF\xC4\xD1\xF3"s},
      {"slides that are not encrypted", "PowerPoint Document", "", "\x14\0\0\0\x5F\xC0\x91\xE3"s},
      {"a control in slides", "PowerPoint Document", "activex", object(2)},
      {"an object in slides that stands elsewhere", "PowerPoint Document", "external_reference", object(1)},
      {"an object that is packed in slides", "PowerPoint Document", "", object(0)},
  };
  for (const auto& c : cases) {
    for (const std::size_t at : {0U, 700U, 1024U - 5U}) {
      CAPTURE(c.name, at);
      std::string bytes = compound{{{.name = c.stream}, {.name = "x"}}}.bytes();
      bytes.replace(bytes.size() - 4096 + at, c.content.size(), c.content);
      CHECK(test::read_every_split(ole2, bytes).reason == c.reason);
    }
  }
}

TEST_CASE("what begins a stream is read there, across sectors too", "[ole2]") {
  using namespace std::string_literals;
  const auto record = [](std::uint16_t type, std::string_view content) {
    return little(type, 2) + little(content.size(), 2) + std::string{content};
  };
  const std::string globals = record(0x0809, "\0\6\5\0\xBB\x0D\xCC\x07\0\0\0\0\6\0\0\0"s);
  const std::string filler = record(0x00FC, std::string(700, 'x'));
  const auto sheet = [&](char kind) { return record(0x0085, "\0\1\0\0\2"s + kind + "\4\0Xlm1"s); };
  const auto link = [&](std::string_view path) {
    return record(0x01AE, little(1, 2) + little(path.size(), 2) + '\0' + std::string{path});
  };
  const std::string pass = record(0x002F, std::string(54, 'k'));
  const auto text_header = [](std::uint16_t mark, std::uint16_t version, std::uint16_t flags) {
    return little(mark, 2) + little(version, 2) + std::string(6, '\0') + little(flags, 2);
  };
  const struct {
    const char* name;
    const char* stream;
    std::string_view reason;
    std::string content;
  } cases[] = {
      {"an encrypted workbook", "Workbook", "encrypted", globals + pass},
      {"an encrypted workbook with write protection", "Workbook", "encrypted",
       globals + record(0x0086, "") + pass},
      {"an encrypted workbook of Excel 95", "Book", "encrypted",
       record(0x0809, "\0\5\5\0\0\0\0\0"s) + record(0x002F, "1234")},
      {"a record of that type far behind", "Workbook", "",
       globals + filler + filler + filler + filler + pass},
      {"a very hidden sheet of macros", "Workbook", "macros", globals + filler + sheet(1)},
      {"a very hidden sheet of cells", "Workbook", "", globals + filler + sheet(0)},
      {"a sheet of macros behind the globals", "Workbook", "", globals + record(0x000A, "") + sheet(1)},
      {"a sheet of macros behind what is no record", "Workbook", "", globals + record(0, "") + sheet(1)},
      {"DDE", "Workbook", "dynamic_data_exchange", globals + filler + link("cmd\3/c calc")},
      {"DDE behind a decoy", "Workbook", "dynamic_data_exchange",
       (globals + record(0x000A, "")).append(64 - 24, '\0') + globals + link("cmd\3/c calc")},
      {"a link to a workbook in a folder", "Workbook", "", globals + link("\1\2Users\3me\3book.xls")},
      {"a link to a sheet", "Workbook", "", globals + link("book.xls")},
      {"records in a text", "WordDocument", "", globals + pass + sheet(1) + link("cmd\3x")},
      {"an encrypted text", "WordDocument", "encrypted", text_header(0xA5EC, 0xC1, 0x13F0)},
      {"an encrypted text of Word 95", "WordDocument", "encrypted", text_header(0xA5DC, 0x68, 0x0100)},
      {"a text", "WordDocument", "", text_header(0xA5EC, 0xC1, 0x12F0)},
      {"a header of no version", "WordDocument", "", text_header(0xA5EC, 0xC3, 0x0100)},
  };
  for (const auto& c : cases) {
    for (const std::size_t at : {0U, 64U, 512U - 64U}) {
      CAPTURE(c.name, at);
      std::string bytes = compound{{{.name = c.stream}, {.name = "x"}}}.bytes();
      bytes.replace(bytes.size() - 4096 + at, c.content.size(), c.content);
      const test::outcome o = test::read_every_split(ole2, bytes);
      CHECK(o.reason == c.reason);
    }
  }
  std::string bytes = compound{{{.name = "WordDocument"}, {.name = "x"}}}.bytes();
  bytes.replace(bytes.size() - 4096, 12, text_header(0xA5EC, 0xC1, 0x0100));
  structure_limits lenient;
  lenient.document.encrypted = handling::allow;
  const test::outcome o = test::read(ole2, bytes, lenient);
  CHECK(o.reason == "");
  CHECK(o.found.examined == examined::prefix);
}

// The stream's 4096 bytes in sectors that do not follow one another.
std::string scattered(const char* stream, std::string content) {
  content.resize(4096, '\x55');
  constexpr std::size_t order[] = {0, 4, 1, 5, 2, 6, 3, 7};  // where the stream's sectors stand
  compound file{{{.name = stream}, {.name = "x"}}};
  for (std::size_t i = 0; i < 8; ++i) {
    const std::uint32_t next =
        i < 7 ? file.stream_at + static_cast<std::uint32_t>(order[i + 1]) : end_of_chain;
    file.fat[file.stream_at + order[i]] = next;
  }
  std::string bytes = file.bytes();
  for (std::size_t i = 0; i < 8; ++i) {
    bytes.replace(bytes.size() - 4096 + 512 * order[i], 512, content, 512 * i, 512);
  }
  return bytes;
}

// A stream of 2048 bytes, whose small sectors stand in the root's stream from the last to the first.
std::string scattered_small(const char* stream, std::string content) {
  content.resize(2048, '\x55');
  compound file{{{.name = stream}, {.name = "x"}}};
  std::string bytes = file.bytes();
  const std::size_t root = 512 + 512;
  const std::size_t entry = root + 128;
  const std::uint32_t mini_fat = static_cast<std::uint32_t>(file.fat.size());
  bytes.replace(512 + 4 * std::size_t{mini_fat}, 4, little(end_of_chain, 4));
  bytes.replace(60, 8, little(mini_fat, 4) + little(1, 4));
  bytes.replace(root + 116, 8, little(file.stream_at, 4) + little(4096, 4));
  bytes.replace(entry + 116, 8, little(31, 4) + little(2048, 4));
  for (std::size_t i = 0; i < 32; ++i)
    bytes.replace(bytes.size() - 4096 + 64 * i, 64, content, 64 * (31 - i), 64);
  std::string table = little(end_of_chain, 4);
  for (std::uint32_t i = 1; i < 32; ++i) table += little(i - 1, 4);
  while (table.size() < 512) table += little(free_sector, 4);
  return bytes + table;
}

TEST_CASE("a document in pieces is searched in its own order on the completed file", "[ole2]") {
  using namespace std::string_literals;
  const auto record = [](std::uint16_t type, const std::string& content) {
    return little(type, 2) + little(content.size(), 2) + content;
  };
  const std::string workbook =
      record(0x0809, "\0\6\5\0\xBB\x0D\xCC\x07\0\0\0\0\6\0\0\0"s) + record(0x00FC, std::string(700, 'x'));
  const std::string sheet = record(0x0085, "\0\1\0\0\2\1\4\0Xlm1"s);
  const std::string object =
      std::string(400, 't') + "\0\0\x11\x10"s + little(1500, 4) + "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"s;
  const std::string package = "\x0C\0\3\0\0\0\0\0\xC0\0\0\0\0\0\0\x46"s;
  const std::string cells = record(0x0085, "\0\1\0\0\2\0\4\0Xlm1"s);
  const struct {
    const char* name;
    const char* stream;
    std::string_view reason;
    std::size_t mark_at;  // in the stream
    std::string content;
  } cases[] = {
      {"a sheet of macros", "Workbook", "macros", workbook.size(), workbook + sheet},
      {"a sheet of cells", "Workbook", "", 0, workbook + cells},
      {"a field over two pieces", "WordDocument", "dynamic_data_exchange", 1020,
       std::string(1020, 't') + "\x13 DDEAUTO c:\\x"},
      {"another field over two pieces", "WordDocument", "", 0, std::string(1020, 't') + "\x13 DATE x"},
      {"a package whose class lies over two pieces", "PowerPoint Document", "embedded_file", 400,
       object + std::string(1016 - object.size(), 'o') + package + std::string(1000, 'o')},
  };
  constexpr std::size_t order[] = {0, 4, 1, 5, 2, 6, 3, 7};
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const std::string bytes = scattered(c.stream, c.content);
    CHECK(test::read(ole2, bytes).reason == "");  // as it passes nothing shows
    const test::outcome o = test::completed(ole2, bytes);
    CAPTURE(o.detail);
    CHECK(o.reason == c.reason);
    if (!c.reason.empty())
      CHECK(o.offset == bytes.size() - 4096 + 512 * order[c.mark_at / 512] + c.mark_at % 512);

    const std::string small = scattered_small(c.stream, c.content);
    CHECK(test::read(ole2, small).reason == "");
    const test::outcome in_root = test::completed(ole2, small);
    CAPTURE(in_root.detail);
    CHECK(in_root.reason == c.reason);
    if (!c.reason.empty())
      CHECK(in_root.offset == small.size() - 512 - 4096 + 64 * (31 - c.mark_at / 64) + c.mark_at % 64);
  }
}

TEST_CASE("small streams that lead nowhere are refused on the completed file", "[ole2]") {
  const std::string honest = scattered_small("Workbook", "");
  REQUIRE(test::completed(ole2, honest).reason == "");
  const std::size_t table = honest.size() - 512;
  const struct {
    const char* name;
    std::size_t at;
    std::uint32_t value;
  } cases[] = {
      {"a chain that ends early", table + 4 * 20, end_of_chain},
      {"a small sector behind the root's stream", table + 4 * 20, 64},
      {"a small sector far behind it", table + 4 * 20, 0x7FFFFFFF},
      {"a first sector that is none", 512 + 512 + 128 + 116, free_sector},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    std::string bytes = honest;
    bytes.replace(c.at, 4, little(c.value, 4));
    CHECK(test::read(ole2, bytes).reason == "");
    CHECK(test::completed(ole2, bytes).reason == "bad_length");
  }
  const auto unreadable =
      completed_file{honest.size(), [](std::uint64_t, std::span<std::byte>) { return 0; }};
  CHECK(test::completed_as(ole2, scattered("Workbook", ""), unreadable).reason ==
        "completed_file_unreadable");
}

TEST_CASE("compound files whose sectors do not add up are refused", "[ole2]") {
  using namespace std::string_literals;
  const std::string honest = compound{{{.name = "WordDocument"}, {.name = "x"}}}.bytes();
  const auto at = [&](std::size_t offset, std::string_view bytes) {
    std::string changed = honest;
    changed.replace(offset, bytes.size(), bytes);
    return changed;
  };
  constexpr std::size_t fat = 512;
  constexpr std::size_t directory = 1024;
  std::string fourth = at(26, little(4, 2));
  fourth.replace(30, 2, little(12, 2));
  for (const std::string& filling : {"\n"s, "\r\n"s, std::string(700, '\0'), std::string(700, '\xFF')})
    CHECK(test::read_every_split(ole2, honest + filling).reason == "");
  const struct {
    const char* name;
    std::string_view reason;
    std::optional<std::uint64_t> offset;
    std::string bytes;
  } cases[] = {
      {"something behind the header of version 4", "unclaimed_data", 512, fourth},
      {"another signature", "bad_signature", 0, at(3, "\1")},
      {"the version", "bad_value", 26, at(26, little(5, 2))},
      {"the byte order", "bad_value", 28, at(28, little(0xFFFF, 2))},
      {"the sector size", "bad_value", 30, at(30, little(12, 2))},
      {"the mini sector size", "bad_value", 32, at(32, little(7, 2))},
      {"the cutoff", "bad_value", 56, at(56, little(0, 4))},
      {"no FAT", "bad_value", 44, at(44, little(0, 4))},
      {"a FAT that is not listed", "bad_structure", 44, at(44, little(2, 4))},
      {"a FAT beyond the end", "bad_structure", {}, at(76, little(500, 4))},
      {"a loop", "overlap", {}, at(fat + 4 * 9, little(2, 4))},
      {"a stream in the directory's sector", "overlap", {}, at(directory + 128 + 116, little(1, 4))},
      {"a chain to nowhere", "bad_structure", {}, at(fat + 4 * 9, little(99, 4))},
      {"a stream longer than its chain", "bad_length", {}, at(directory + 128 + 120, little(4097, 4))},
      {"no root", "bad_structure", 1024, at(directory + 66, little(1, 1))},
      {"a loop in the tree", "bad_structure", 1024, at(directory + 2 * 128 + 72, little(1, 4))},
      {"a page behind the last sector", "trailing_data", honest.size(), honest + "<html>"},
      {"free sectors that hold something", "trailing_data", honest.size(), honest + std::string(1000, 'x')},
      {"sectors behind the FAT", "trailing_data", {}, honest + std::string(512 * 200, 'x')},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(ole2, c.bytes);
    CAPTURE(o.detail);
    CHECK(o.reason == c.reason);
    if (c.offset) CHECK(o.offset == c.offset);
  }
}

TEST_CASE("a compound file whose tables were not recognised is not wholly examined", "[ole2]") {
  std::string bytes = compound{{{.name = "WordDocument"}, {.name = "x"}}}.bytes();
  // A FAT of numbers that are far from each other, which no writer makes, is not kept.
  for (std::size_t i = 10; i < 128; ++i) bytes.replace(512 + 4 * i, 4, little(0x10000 - 512 * i, 4));
  const test::outcome o = test::read_every_split(ole2, bytes);
  CHECK(o.reason == "");
  CHECK(o.found.examined == examined::prefix);
}

}  // namespace
}  // namespace uploadgate::formats
