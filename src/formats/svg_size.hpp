// The size that a drawing asks for.
#pragma once

#include "xml_parser.hpp"

#include <cstdint>

namespace uploadgate::formats {

// In CSS pixels, rounded up; 0 where the drawing does not say.
struct svg_size {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
};
// svg_size_of: width and height of the root; where they are missing or relative, the viewBox.
svg_size svg_size_of(const xml_attributes& root);

}  // namespace uploadgate::formats
