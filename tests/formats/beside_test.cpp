// A reading for two policies says to each what a reading for it alone says: for every seed and sample, by
// every grammar that it may be for.
#include "support/beside.hpp"

#include "formats/registry.hpp"
#include "support/catch.hpp"
#include "support/seeds.hpp"

#include <random>

namespace uploadgate::formats {
namespace {

struct subject {
  const format* row;
  const test::seed* seed;
};

// By its folder's name, and by its first bytes.
std::vector<subject> subjects() {
  std::vector<subject> all;
  for (const test::seed& s : test::seeds()) {
    const std::size_t folder = s.path.rfind('/');
    const std::string kind = s.path.substr(s.path.rfind('/', folder - 1) + 1, folder);
    const format* const by_folder = find_extension(kind.substr(0, kind.find('/')));
    const format* const by_name = find_extension(s.path.substr(s.path.rfind('.') + 1));
    bool undecided = false;
    const format* const by_content = find_signature(as_bytes(s.content), undecided);
    for (const format* row : {by_folder, by_name, by_content}) {
      if (!row || !row->read) continue;
      if (!all.empty() && all.back().seed == &s && all.back().row == row) continue;
      all.push_back({row, &s});
    }
  }
  return all;
}

using settings_pair = std::array<structure_limits, 2>;

template <class Try>
void with_pairs(const subject& s, std::size_t pairs, std::mt19937_64& random, Try attempt) {
  const bytes_view content = as_bytes(s.seed->content);
  const auto numbers = test::telling_numbers(s.row->read, s.row, content);
  const auto next = [&] { return random(); };
  for (std::size_t i = 0; i < pairs; ++i) {
    structure_limits like;
    if (i % 8 == 0) like.depth = depth::deep;
    if (i % 3 == 0) like.document.legacy_encodings = handling::allow;
    const structure_limits one = test::settings_by(next, numbers, like);
    // The other differs in all, or from the defaults, or from settings that refuse little.
    const settings_pair both{one, i % 2 ? test::settings_by(next, numbers, one) : like};
    attempt(i % 4 < 2 ? both : settings_pair{both[1], both[0]});
  }
}

TEST_CASE("a reading for two policies answers each as one for it alone", "[beside]") {
  std::mt19937_64 random{8};
  std::size_t read = 0;
  for (const subject& s : subjects()) {
    const bytes_view content = as_bytes(s.seed->content);
    with_pairs(s, 60, random, [&](const settings_pair& both) {
      const std::array cuts{random() % (content.size() + 1), random() % (content.size() + 1)};
      const std::array ascending{std::min(cuts[0], cuts[1]), std::max(cuts[0], cuts[1])};
      CAPTURE(s.row->name, s.seed->path, ascending);
      REQUIRE(test::difference(s.row->read, s.row, both, content, ascending) == "");
      ++read;
    });
  }
  CHECK(read > 5000);
}

TEST_CASE("so at every cut of a small file", "[beside]") {
  std::mt19937_64 random{9};
  std::size_t read = 0;
  for (const subject& s : subjects()) {
    const bytes_view content = as_bytes(s.seed->content);
    if (content.size() > 700) continue;
    with_pairs(s, 4, random, [&](const settings_pair& both) {
      for (std::size_t cut = 0; cut <= content.size(); ++cut) {
        CAPTURE(s.row->name, s.seed->path, cut);
        REQUIRE(test::difference(s.row->read, s.row, both, content, {&cut, 1}) == "");
        ++read;
      }
    });
  }
  CHECK(read > 10'000);
}

TEST_CASE("so for a file that was cut short or damaged", "[beside]") {
  std::mt19937_64 random{10};
  for (const subject& s : subjects()) {
    with_pairs(s, 12, random, [&](const settings_pair& both) {
      std::string content = s.seed->content;
      if (content.empty()) return;
      if (random() % 2 == 0) {
        content.resize(random() % content.size());
      } else {
        content[random() % content.size()] = static_cast<char>(random());
      }
      CAPTURE(s.row->name, s.seed->path, content.size());
      REQUIRE(test::difference(s.row->read, s.row, both, as_bytes(content)) == "");
    });
  }
}

TEST_CASE("so with one setting loosened or tightened, each way", "[beside]") {
  structure_limits lenient;
  test::each_setting(
      lenient, [](std::uint64_t&) {}, [](handling& h) { h = handling::allow; });
  std::mt19937_64 random{11};
  for (const subject& s : subjects()) {
    const bytes_view content = as_bytes(s.seed->content);
    const auto numbers = test::telling_numbers(s.row->read, s.row, content);
    for (const structure_limits& like : {structure_limits{}, lenient}) {
      test::each_change(like, numbers, [&](const structure_limits& other) {
        if (random() % 8 != 0) return;  // one of eight, to be done in seconds
        const bool first = random() % 2 == 0;
        const settings_pair both = first ? settings_pair{like, other} : settings_pair{other, like};
        CAPTURE(s.row->name, s.seed->path, first);
        REQUIRE(test::difference(s.row->read, s.row, both, content) == "");
      });
    }
  }
}

}  // namespace
}  // namespace uploadgate::formats
