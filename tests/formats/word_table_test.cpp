#include "formats/word_table.hpp"

#include "support/catch.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

constexpr std::array<std::string_view, 6> words{
    "a", "b", "path", "pathology", "linearGradient", "thirty-one-bytes-is-the-longest"};
constexpr word_table table{words};

TEST_CASE("a word is found at its place, and nothing else is") {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string word{words[i]};
    CAPTURE(word);
    CHECK(table.find(word) == i + 1);
    CHECK(!table.has(word + "x"));
    CHECK(!table.has("x" + word));
    std::string other = word;
    for (char& c : other) {
      c = static_cast<char>(c ^ 0x20);
      CHECK(!table.has(other));
      c = static_cast<char>(c ^ 0x20);
    }
  }
  CHECK(!table.has(""));
  CHECK(!table.has("pat"));
  CHECK(!table.has(std::string(1000, 'a')));
}

}  // namespace
}  // namespace uploadgate::formats
