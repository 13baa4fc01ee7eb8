#include <uploadgate/safe_name.hpp>
#include <uploadgate/validators/path_guard.hpp>

#include "honest_names.hpp"
#include "hostile_names.hpp"
#include "support/catch.hpp"
#include "unicode.hpp"

#include <array>
#include <random>

namespace uploadgate {
namespace {

using namespace std::string_view_literals;

// Everything that safe_name promises of any input.
void require_promises(std::string_view name) {
  const std::string safe = safe_name(name);
  CAPTURE(name, safe);
  REQUIRE_FALSE(safe.empty());
  REQUIRE(safe.size() <= max_safe_name);
  REQUIRE(safe_name(safe) == safe);
  REQUIRE(unicode::nfc(safe) == safe);
  facts found;
  const result judged = path_guard{}.begin({.filename = safe}, found);
  CAPTURE(judged.ok() ? "" : judged.why().detail);
  REQUIRE(judged.ok());
  REQUIRE(found.safe_name == safe);
}

TEST_CASE("hostile names become safe", "[safe_name]") {
  for (const auto& row : test::hostile_names) require_promises(row.name);
}

TEST_CASE("honest names stay as they are but for NFC", "[safe_name]") {
  for (const std::string_view name : test::honest_names) {
    require_promises(name);
    CHECK(safe_name(name) == unicode::nfc(name));
  }
}

TEST_CASE("what becomes of a name", "[safe_name]") {
  struct row {
    std::string_view name;
    std::string_view safe;
  };
  const std::array rows{
      row{"", "file"},
      row{".", "file"},
      row{"...", "file"},
      row{"/", "file"},
      row{"\u200B", "file"},
      row{"C:\\fakepath\\photo.jpg", "photo.jpg"},
      row{"../../etc/passwd", "passwd"},
      row{"a/b/", "b"},
      row{"a:b.jpg", "a_b.jpg"},
      row{"what?.txt", "what_.txt"},
      row{"a\r\nb.txt", "a__b.txt"},
      row{"a\0.jpg"sv, "a_.jpg"},
      row{"caf\xE9.jpg", "caf_.jpg"},
      row{"invoice\u202Egpj.exe", "invoicegpj.exe"},
      row{".htaccess", "htaccess"},
      row{"web.config", "_web.config"},
      row{"CON.txt", "_CON.txt"},
      row{"con", "_con"},
      row{"--rf.txt", "rf.txt"},
      row{" a.jpg ", "a.jpg"},
      row{"a.php.", "a.php"},
      row{"a%2Fb 100%.txt", "a_2Fb 100_.txt"},
      row{"re\u0301sume\u0301.pdf", "r\u00E9sum\u00E9.pdf"},
      row{"a\uFF0Fb.txt", "a_b.txt"},
      row{"ＣＯＮ.jpg", "_CON.jpg"},
      row{"a.jpg：evil.exe", "_a.jpg_evil.exe"},
      row{"می\u200Cخواهم.docx", "می\u200Cخواهم.docx"},
  };
  for (const row& r : rows) {
    CAPTURE(r.name);
    CHECK(safe_name(r.name) == r.safe);
    require_promises(r.name);
  }
}

TEST_CASE("a long name keeps its extension and whole characters", "[safe_name]") {
  std::string cjk;
  for (int i = 0; i < 200; ++i) cjk += "漢";
  CHECK(safe_name(cjk + ".jpeg") == cjk.substr(0, 250 / 3 * 3) + ".jpeg");
  const std::string family = "\U0001F468\u200D\U0001F469\u200D\U0001F467";
  std::string families;
  for (int i = 0; i < 20; ++i) families += family;
  CHECK(safe_name(families + ".png").size() == family.size() * (251 / family.size()) + 4);
  CHECK(safe_name(std::string(255, 'a')) == std::string(255, 'a'));
  CHECK(safe_name(std::string(256, 'a')) == std::string(255, 'a'));
  CHECK(safe_name(std::string(300, 'a') + "." + std::string(31, 'b')).ends_with("a." + std::string(31, 'b')));
  CHECK(safe_name(std::string(300, 'a') + "." + std::string(32, 'b')) == std::string(255, 'a'));
  for (const std::size_t n : {254U, 255U, 256U, 4095U, 4096U, 4097U, 100000U}) {
    require_promises(std::string(n, 'a') + ".jpg");
    require_promises(std::string(n, '\xCC') + ".jpg");
    require_promises(std::string(n, '.'));
    require_promises(std::string(n, '%') + "2e");
  }
  std::string marks = "e";
  for (int i = 0; i < 2000; ++i) marks += "\u0301";
  require_promises(marks + ".txt");
}

TEST_CASE("any bytes become a safe name", "[safe_name]") {
  std::mt19937 random{20240601};
  const std::u32string pool =
      U"a.:/\\%2eEfF-_ "
      U"\0CONcon１．／％\u200C\u200D\u0301\u0338<>\u2026\u202E\uFE0F\U0001F600\u094D\u0915\u0645\u3000";
  for (int i = 0; i < 20000; ++i) {
    std::string name;
    const std::size_t length = random() % 12;
    for (std::size_t k = 0; k < length; ++k) {
      if (random() % 16 == 0) {
        name += static_cast<char>(random() % 256);
      } else {
        unicode::append(name, pool[random() % pool.size()]);
      }
    }
    require_promises(name);
  }
}

}  // namespace
}  // namespace uploadgate
