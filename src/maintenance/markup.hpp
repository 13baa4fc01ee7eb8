// Text that stays text in Markdown and in HTML, whatever is in it.
#pragma once

#include <string>
#include <string_view>

namespace uploadgate::maintenance {

// Escapes what CommonMark, its tables and HTML in it would take for markup; on one line.
std::string markdown_text(std::string_view text);
// Escapes what HTML would take for markup, in text and in quoted attributes; steering characters are shown.
std::string html_text(std::string_view text);

}  // namespace uploadgate::maintenance
