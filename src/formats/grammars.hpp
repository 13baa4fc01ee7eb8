// The grammars, one a type. Each stands in the file of its name.
#pragma once

#include "grammar.hpp"

namespace uploadgate::formats {

// images
// documents and text
grammar pdf_grammar(reader& in, context& ctx);
// archives and office files
// media

}  // namespace uploadgate::formats
