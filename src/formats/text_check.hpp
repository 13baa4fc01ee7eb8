// Whether the first bytes of a file are those of text.
#pragma once

#include <uploadgate/bytes.hpp>

namespace uploadgate::formats {

// looks_like_text: UTF-8 (a character that the end cuts counts as whole unless `complete`) or UTF-16 with a
// byte order mark, without NUL and without control characters that no text has.
bool looks_like_text(bytes_view first, bool complete);

}  // namespace uploadgate::formats
