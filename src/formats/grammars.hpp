// The grammars, one a type. Each stands in the file of its name.
#pragma once

#include "grammar.hpp"

namespace uploadgate::formats {

// images
// documents and text
// archives and office files
grammar zip(reader& in, context& ctx);  // and the office families that are ZIPs
grammar ole2(reader& in, context& ctx);
// media

}  // namespace uploadgate::formats
