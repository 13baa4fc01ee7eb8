// The grammars, one a type. Each stands in the file of its name.
#pragma once

#include "grammar.hpp"

namespace uploadgate::formats {

// images
grammar png(reader& in, context& ctx);
grammar jpeg(reader& in, context& ctx);
grammar gif(reader& in, context& ctx);
grammar webp(reader& in, context& ctx);
// documents and text
// archives and office files
// media

}  // namespace uploadgate::formats
