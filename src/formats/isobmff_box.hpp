// The boxes of ISO/IEC 14496-12, 23008-12 (HEIF) and the QuickTime File Format that uploadgate knows by name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace uploadgate::formats::isobmff {

// A four-character code as the number that stands in the file.
constexpr std::uint32_t code(const char (&text)[5]) {
  std::uint32_t n = 0;
  for (std::size_t i = 0; i < 4; ++i) n = n << 8 | static_cast<unsigned char>(text[i]);
  return n;
}
// The code for a person: printable characters as they are, others as '?'.
std::string name(std::uint32_t type);
// Whether it could be the name of a box: letters, digits, space, underscore, hyphen, or QuickTime's (C).
bool plausible(std::uint32_t type);

// The parent of the outermost boxes.
inline constexpr std::uint32_t top = 0;

enum class kind : std::uint8_t {
  opaque,     // claimed, not understood; counts as metadata
  payload,    // samples or tables that need no look: claimed and not capped
  leaf,       // understood, see movie_tables and item_tables
  container,  // holds boxes
  refused,    // see isobmff.cpp
};

struct box {
  std::uint32_t type = 0;
  isobmff::kind kind = kind::opaque;
  bool once = false;      // at most once in its parent
  bool required = false;  // must stand in its parent
  // Where it may stand; all zeros with `anywhere` set means any place.
  bool anywhere = true;
  std::array<std::uint32_t, 3> parents{};
  std::uint32_t bit = 0;  // one bit for each row that is `once` or `required`; unique among siblings
};

// The row of a type; a plain opaque one where there is none.
box find_box(std::uint32_t type);
// The bits of the boxes that must stand in this container.
std::uint32_t required_in(std::uint32_t container);
// The first required box that `seen` lacks.
std::uint32_t first_missing(std::uint32_t container, std::uint32_t seen);

}  // namespace uploadgate::formats::isobmff
