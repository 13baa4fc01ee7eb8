// The grammars, one a type. Each stands in the file of its name.
#pragma once

#include "grammar.hpp"
#include "registry.hpp"

namespace uploadgate::formats {

// images
grammar png(reader& in, context& ctx);
grammar jpeg(reader& in, context& ctx);
// documents and text
grammar pdf_grammar(reader& in, context& ctx);
// archives and office files
grammar gzip(reader& in, context& ctx);
grammar bzip2(reader& in, context& ctx);
grammar xz(reader& in, context& ctx);
grammar zstd(reader& in, context& ctx);
grammar tar(reader& in, context& ctx);
match tar_signature(bytes_view first);
match bzip2_signature(bytes_view first);
match zstd_signature(bytes_view first);
// media

}  // namespace uploadgate::formats
