#include "http/needle.hpp"

#include "support/catch.hpp"

#include <random>
#include <string>

namespace uploadgate::http {
namespace {

TEST_CASE("the search with SIMD and the scalar one find the same", "[needle]") {
  const std::string_view needles[] = {
      "--X",
      "--",
      "-",
      "-----",
      "--aXaXaXbXaXaXa",
      "------WebKitFormBoundary7MA4YWxkTrZu0gW",
      "-----------------------------9051914041544843365972754266",
      "------------------------------------------------------------b-----------"};
  std::mt19937 random{1};
  for (const std::string_view text : needles) {
    const needle wanted{text};
    for (int round = 0; round < 400; ++round) {
      // Bytes of the needle's own alphabet, and whole and broken copies of it at any place.
      std::string data(random() % 700, '\0');
      for (char& c : data)
        c = random() % 8 ? text[random() % text.size()] : static_cast<char>(random() & 0xFF);
      for (auto n = random() % 6; n > 0 && !data.empty(); --n)
        data.insert(random() % data.size(), text.substr(0, random() % (text.size() + 1)));
      if (round % 3 == 0) data.insert(random() % (data.size() + 1), text);
      std::uint64_t work = 0;
      CAPTURE(text, round);
      const std::size_t expected = std::min(data.find(text), data.size());
      REQUIRE(wanted.find(data, work) == expected);
      REQUIRE(wanted.find_scalar(data) == expected);
    }
  }
}

TEST_CASE("begun tells how much of the needle stands at the end", "[needle]") {
  const struct {
    std::string_view text, data;
    std::size_t begun;
  } cases[] = {
      {"--X-y", "", 0},          {"--X-y", "abc", 0},     {"--X-y", "abc-", 1},  {"--X-y", "abc--", 2},
      {"--X-y", "abc---", 2},    {"--X-y", "abc--X-", 4}, {"--X-y", "--X--", 2}, {"--X-y", "--X-y", 0},
      {"-----y", "--------", 5}, {"-", "-", 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text, c.data);
    CHECK(needle{c.text}.begun(c.data) == c.begun);
  }
}

TEST_CASE("a hostile body costs a bounded number of looks", "[needle]") {
  std::string even;
  for (int i = 0; i < 36; ++i) even += i == 18 ? "ba" : "ab";
  const std::string last_differs = std::string(71, '-') + "b";
  const struct {
    std::string name, text, unit;
    std::uint64_t looks;  // at one byte of the body, at most
  } cases[] = {
      {"hyphens and a boundary of hyphens", last_differs, "-", 1},
      {"all but the last byte", last_differs, last_differs.substr(0, 71) + "c", 2},
      {"a period that the boundary breaks once", even, "ab", 36},
      {"a period that is the boundary but for one byte", even, even.substr(0, 40) + "x" + even.substr(41),
       36},
      {"line breaks and hyphens", "------WebKitFormBoundary7MA4YWxkTrZu0gW", "\r\n--", 1},
  };
  for (const auto& c : cases) {
    std::string data;
    while (data.size() < 1'000'000) data += c.unit;
    std::uint64_t work = 0;
    CAPTURE(c.name, work);
    REQUIRE(needle{c.text}.find(data, work) == data.size());
    CHECK(work <= c.looks * data.size());
  }
}

}  // namespace
}  // namespace uploadgate::http
