// What a link's destination in Markdown says.
#pragma once

#include <string>
#include <string_view>

namespace uploadgate::formats {

// Backslashes before punctuation and character references in a destination count (CommonMark, sections 2.4
// and 2.5). Those that a scheme can hide behind are numbers and the names of a few characters.
std::string without_markdown_escapes(std::string_view destination);

}  // namespace uploadgate::formats
