// How many elements a drawing makes its reader draw, where <use> draws groups that use groups.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace uploadgate::formats {

// Counts by what came before, as drawings are written: a group is known once it has ended. A use of what
// stands behind it counts as one element, and so does one beyond the groups that are kept.
class svg_uses {
 public:
  static constexpr std::uint64_t most_drawn = 1'000'000;

  // start: an element at `depth` begins. `group`: others may stand in it. `used` is what a <use> names,
  // without '#'.
  void start(std::uint64_t depth, bool group, std::string_view id, std::string_view used);
  // end: the element at `depth` has ended; false where it draws more than most_drawn elements.
  bool end(std::uint64_t depth);

 private:
  static constexpr std::size_t most_known = 512;
  struct counted {
    std::uint64_t id = 0;  // its hash; 0 where it has none
    std::uint64_t drawn = 0;
  };
  struct open_group : counted {
    std::uint64_t depth = 0;
    bool uses = false;
  };
  [[nodiscard]] std::uint64_t drawn_by(std::string_view used) const;
  void remember(const counted& group);

  std::vector<open_group> open_;  // as deep as XML may be
  std::vector<counted> known_;    // by id
};

}  // namespace uploadgate::formats
