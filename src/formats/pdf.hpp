// How a PDF begins, for the registry.
#pragma once

#include "registry.hpp"

namespace uploadgate::formats {

// Like the grammar it lets a byte order mark and a little white space stand before "%PDF-".
match pdf_signature(bytes_view first);

}  // namespace uploadgate::formats
