#include "formats/byte_set.hpp"

#include "support/catch.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

namespace uploadgate::formats {
namespace {

constexpr std::size_t most = 300;

std::string every_byte() {
  std::string all(256, '\0');
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>(i);
  return all;
}

TEST_CASE("a byte is a member of a set if and only if it was named") {
  constexpr byte_set set{std::string_view{"\0 a\x7F\x80\xFF", 6}};
  for (const char c : every_byte()) {
    const bool named = std::string_view{"\0 a\x7F\x80\xFF", 6}.find(c) != std::string_view::npos;
    CAPTURE(static_cast<int>(c));
    CHECK(set.has(c) == named);
    CHECK((~set).has(c) != named);
  }
}

TEST_CASE("marks agree with the set for every byte") {
  const std::string all = every_byte();
  for (const char wanted : all) {
    const byte_set set{std::string_view{&wanted, 1}};
    byte_marks<most> marks;
    marks.read(set, all);
    const auto at = static_cast<std::size_t>(static_cast<unsigned char>(wanted));
    CHECK(marks.next(0) == at);
    CHECK(marks.next(at) == at);
    CHECK(marks.next(at + 1) == all.size());
    marks.read(~set, all);
    CHECK(marks.next(at) == at + 1);
  }
}

TEST_CASE("the next member is found from every place in texts of every size") {
  constexpr byte_set set{"/"};
  for (std::size_t size = 0; size <= most; ++size) {
    const std::string none(size, '.');
    byte_marks<most> marks;
    marks.read(set, none);
    for (std::size_t i = 0; i <= size; ++i) REQUIRE(marks.next(i) == size);
    for (std::size_t at = 0; at < size; at += 7) {
      std::string one = none;
      one[at] = '/';
      marks.read(set, one);
      for (std::size_t i = 0; i <= size; ++i) REQUIRE(marks.next(i) == (i <= at ? at : size));
    }
  }
}

TEST_CASE("marks of several sets at once are those of each by itself") {
  const auto with = [](std::string_view members) { return byte_set{members}; };
  const std::array<byte_set, ascii_set::at_once> sets{
      with("/"), ~with("/"), with(std::string_view{"\0 a\x7F", 4}), ~with("0123456789-."),
      with(""),  ~with(""),
  };
  std::array<ascii_set, ascii_set::at_once> as_ascii{ascii_set{sets[0]}, ascii_set{sets[1]},
                                                     ascii_set{sets[2]}, ascii_set{sets[3]},
                                                     ascii_set{sets[4]}, ascii_set{sets[5]}};
  std::string text = every_byte() + every_byte().substr(30, most - 256);
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string_view part = std::string_view{text}.substr(0, size);
    std::array<byte_marks<most>, ascii_set::at_once> marks;
    byte_marks<most>::read_all(as_ascii, part, marks);
    for (std::size_t s = 0; s < sets.size(); ++s) {
      byte_marks<most> alone;
      alone.read(sets[s], part);
      for (std::size_t i = 0; i <= size; ++i) REQUIRE(marks[s].next(i) == alone.next(i));
    }
  }
}

TEST_CASE("a set of which ASCII does not tell the rest is none of those") {
  CHECK_THROWS_AS(ascii_set{byte_set{"\xA0"}}, std::invalid_argument);
  CHECK_THROWS_AS(ascii_set{byte_set{"\x10"}}, std::invalid_argument);
}

TEST_CASE("what was marked before is forgotten") {
  constexpr byte_set set{"/"};
  byte_marks<most> marks;
  marks.read(set, std::string(most, '/'));
  for (const std::size_t size : {0U, 1U, 7U, 8U, 63U, 64U, 65U, 127U, 128U, 299U, 300U}) {
    marks.read(set, std::string(size, '.'));
    CHECK(marks.next(0) == size);
  }
}

}  // namespace
}  // namespace uploadgate::formats
