#include "formats/pdf_keys.hpp"
#include "formats/pdf_name_table.hpp"
#include "support/catch.hpp"

#include <string>

namespace uploadgate::formats::pdf {
namespace {

constexpr auto last = static_cast<unsigned>(name::Image);

TEST_CASE("every known name is found by its spelling, whatever follows it") {
  for (unsigned i = 1; i <= last; ++i) {
    const auto n = static_cast<name>(i);
    const std::string spelling{text(n)};
    CAPTURE(spelling);
    CHECK(find_name(spelling) == n);
    for (const char next : {' ', '/', '\0', '\xFF'}) {
      const std::string padded = spelling + std::string(name_table::longest, next);
      CHECK(known_names.find(padded.data(), spelling.size()) == n);
    }
  }
}

TEST_CASE("what is nearly a known name is none") {
  for (unsigned i = 1; i <= last; ++i) {
    const std::string spelling{text(static_cast<name>(i))};
    CAPTURE(spelling);
    CHECK(find_name(spelling + "x") == name::other);
    CHECK(find_name(spelling + std::string(1, '\0') + "x") == name::other);
    for (std::size_t at = 0; at < spelling.size(); ++at) {
      std::string changed = spelling;
      changed[at] = '\x7F';
      CHECK(find_name(changed) == name::other);
    }
  }
  for (const std::string_view other :
       {"", "Annot", "jS", "RichMediaExecuteX", "EmbeddedFil", "ASCII85Decod"}) {
    CAPTURE(other);
    CHECK(find_name(other) == name::other);
  }
  CHECK(find_name(std::string(1000, 'A')) == name::other);
}

TEST_CASE("what rules ask of a name is looked up as it is written down") {
  for (unsigned i = 0; i <= last; ++i) {
    const auto n = static_cast<name>(i);
    CAPTURE(text(n));
    const name_rules& rules = rules_of(n);
    CHECK(rules.bit == bit(n));
    for (const role r : {role::none, role::automatic, role::triggers}) {
      CHECK(rules.heard[static_cast<std::size_t>(r)] == heard(n, r));
    }
    CHECK(rules.content == (action_content(n) != content::none || object_content(n) != content::none));
  }
  CHECK(heard(name::other, role::none) == nothing);
  CHECK(heard(name::other, role::triggers) == a_reference);
  CHECK(heard(name::Next, role::none) == nothing);
  CHECK(heard(name::Next, role::automatic) == a_reference);
}

}  // namespace
}  // namespace uploadgate::formats::pdf
