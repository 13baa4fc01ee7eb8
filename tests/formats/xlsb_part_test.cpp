#include "formats/xlsb_part.hpp"

#include "formats/package_rules.hpp"
#include "support/catch.hpp"
#include "support/office_files.hpp"

#include <array>

namespace uploadgate::formats {
namespace {

using namespace test::office;
using namespace std::string_literals;
using test::little;

// A number of 7 bits a digit.
std::string digits(std::size_t n) {
  std::string out;
  for (; n >= 0x80; n >>= 7) out += static_cast<char>(0x80 | (n & 0x7F));
  return out + static_cast<char>(n);
}
std::string record(std::size_t type, std::string_view content) {
  return digits(type) + digits(content.size()) + std::string{content};
}
std::string text(std::string_view t) {
  std::string out = little(t.size(), 4);
  for (const char c : t) out += std::string{c} + '\0';
  return out;
}
std::string formula(std::string_view tokens) {
  return little(tokens.size(), 4) + std::string{tokens} + little(0, 4);
}
std::string number_cell(std::string_view tokens) {
  return record(9, std::string(8 + 8 + 2, '\0') + formula(tokens));
}
std::string name(std::string_view n, std::string_view tokens = {}) {
  return record(39, std::string(9, '\0') + text(n) + formula(tokens) + little(0xFFFFFFFF, 4));
}

const std::string sum = "\x25" + std::string(12, '\1') + "\x22\1\4\0"s;  // SUM of an area
const std::string sheet = record(129, "") + number_cell(sum) + record(130, "");

constexpr std::string_view binary = "application/vnd.ms-excel.";

// A workbook of three parts.
files workbook(std::string_view book, std::string_view more = sheet,
               std::string_view more_name = "xl/worksheets/sheet1.bin") {
  const std::string type{binary};
  return {{"[Content_Types].xml",
           "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
           "<Default Extension=\"bin\" ContentType=\"" +
               type +
               "sheet.binary.macroEnabled.main\"/>"
               "<Override PartName=\"/" +
               std::string{more_name} + "\" ContentType=\"" + type + "worksheet\"/></Types>"},
          {"_rels/.rels", relations(relation("officeDocument", "xl/workbook.bin"))},
          {"xl/workbook.bin", record(131, "") + std::string{book} + record(132, "")},
          {std::string{more_name}, std::string{more}}};
}

TEST_CASE("binary workbooks pass, and what acts in them is refused", "[xlsb]") {
  const auto call = [](std::uint16_t number) { return number_cell("\x1E\1\0\x42\1"s + little(number, 2)); };
  const auto book_link = [](std::uint16_t kind) {
    return record(353, "") + record(360, little(kind, 2) + text("cmd") + text("/c calc")) + record(588, "") +
           record(354, "");
  };
  const auto connection = [](std::string_view how, std::size_t shift) {
    return record(429, "") + record(203, std::string(8 + shift, '\2') + text(how)) + record(430, "");
  };
  const std::string tokens = "\1\1\0\0\0\x17\2\0a\0b\0\x18\x19"s + std::string(12, 'l') +
                             "\x19\4\1\0\1\0\2\0\x19\x40\0\1\x1C\x2A\x1D\1\x1E\7\0\x1F"s +
                             std::string(8, 'd') + "\x41\x1E\0\x43\1\0\0\0"s + "\x5A" + std::string(8, 'r') +
                             "\x39" + std::string(6, 'x') + "\3\x15";
  const sample cases[] = {
      {"cells and formulas", "", "xlsb", workbook("")},
      {"every kind of token", "", "xlsb", workbook("", number_cell(tokens))},
      {"a name", "", "xlsb", workbook(name("Prices", sum))},
      {"a shared and an array formula", "", "xlsb",
       workbook("", record(427, std::string(16, '\0') + formula(sum)) +
                        record(426, std::string(17, '\0') + formula(sum)))},
      {"a text, a truth and an error of formulas", "", "xlsb",
       workbook("", record(8, std::string(8, '\0') + text("abc") + "\0\0"s + formula(sum)) +
                        record(10, std::string(8 + 3, '\0') + formula(sum)) +
                        record(11, std::string(8 + 3, '\0') + formula(sum)))},
      {"a link to a workbook", "", "xlsb", workbook(book_link(0))},
      {"a part of records claimed as xlsx", "wrong_family", "xlsx", workbook("")},
      {"DDE", "dynamic_data_exchange", "xlsb", workbook(book_link(1))},
      {"a link to an object", "external_reference", "xlsb", workbook(book_link(2))},
      {"DDE in a part of its own", "dynamic_data_exchange", "xlsb",
       workbook("", book_link(1), "xl/externalLinks/externalLink1.bin")},
      {"CALL", "macros", "xlsb", workbook("", call(150))},
      {"REGISTER.ID", "macros", "xlsb", workbook("", call(267))},
      {"EXEC", "macros", "xlsb", workbook(name("x", "\x42\1\x6E\0"s))},
      {"RTD", "external_reference", "xlsb", workbook("", call(379))},
      {"RTD as a command", "external_reference", "xlsb", workbook("", call(0x8000 | 379))},
      {"WEBSERVICE", "external_reference", "xlsb", workbook(name("_xlfn.WEBSERVICE"))},
      {"another function of later years", "", "xlsb", workbook(name("_xlfn.CONCAT"))},
      {"a name that runs when the book opens", "macros", "xlsb", workbook(name("_xlnm.Auto_Open", sum))},
      {"a data source elsewhere", "external_reference", "xlsb",
       workbook("", connection("Provider=x;Data Source=\\\\host\\share", 0), "xl/connections.bin")},
      {"a data source elsewhere, at an odd place", "external_reference", "xlsb",
       workbook("", connection("Provider=Microsoft.Mashup.OleDb.1", 1), "xl/connections.bin")},
      {"a data source on the own machine", "", "xlsb",
       workbook("", connection("DSN=Excel Files;DBQ=C:\\a.xls", 1), "xl/connections.bin")},
      {"a token that nobody knows", "bad_structure", "xlsb", workbook("", number_cell("\x2E"))},
      {"a text in a formula that ends too late", "bad_structure", "xlsb",
       workbook("", number_cell("\x17\4\0ab"s))},
      {"a formula longer than its record", "bad_structure", "xlsb",
       workbook("", record(9, std::string(18, '\0') + little(99, 4) + "\x15"))},
      {"a formula that is missing", "bad_structure", "xlsb", workbook("", record(9, std::string(12, '\0')))},
      {"a name longer than its record", "bad_structure", "xlsb",
       workbook(record(39, std::string(9, '\0') + little(99, 4)))},
      {"a record that ends too early", "bad_structure", "xlsb", workbook("", sheet + "\x81")},
      {"a record without its content", "bad_structure", "xlsb", workbook("", sheet + "\5\x10")},
      {"records under another name", "bad_value", "xlsb", workbook("", sheet, "xl/media/image1.png")},
      {"records among printers' settings", "bad_value", "xlsb",
       workbook("", sheet, "xl/printerSettings/p.bin")},
  };
  for (const sample& c : cases) judge(c);
}

TEST_CASE("printers' settings are no records", "[xlsb]") {
  files all = workbook("");
  all.emplace_back("xl/printerSettings/printerSettings1.bin", std::string(220, '\xFF'));
  judge({"a printer's settings", "", "xlsb", all});
  CHECK(test::read(zip, bytes_of(all), {}, "xlsb").found.examined == examined::whole);
}

TEST_CASE("a workbook whose content types come last is not wholly examined without a claim", "[xlsb]") {
  files all = workbook("");
  std::swap(all.front(), all.back());
  CHECK(test::read(zip, bytes_of(all)).found.examined == examined::prefix);
  CHECK(test::read(zip, bytes_of(all), {}, "xlsb").found.examined == examined::whole);
}

TEST_CASE("a record that acts is refused over 64 KiB, however it is cut", "[xlsb]") {
  const structure_limits limits;
  for (const std::size_t size : {64 * KiB - 1, 64 * KiB, 64 * KiB + 1}) {
    const std::string head = std::string(9, '\0') + text("x") + formula(sum);
    const std::string part = record(39, head + std::string(size - head.size(), '\0'));
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{4095}, part.size()}) {
      CAPTURE(size, chunk);
      context ctx{limits};
      rule_sink sink{ctx, true};
      xlsb_part p{sink};
      result r;
      for (std::size_t at = 0; r.ok() && at < part.size(); at += chunk) {
        r = p.feed(as_bytes(std::string_view{part}.substr(at, chunk)));
      }
      if (r.ok()) r = p.finish();
      CHECK(r.ok() == (size <= 64 * KiB));
      if (!r.ok()) CHECK(r.why().code == errc::bad_length);
    }
  }
}

}  // namespace
}  // namespace uploadgate::formats
