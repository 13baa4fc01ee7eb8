// What a URL in a document leads to, read as the WHATWG URL Standard reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uploadgate::formats {

enum class reference : std::uint8_t {
  internal,   // empty, or "#id"
  raster,     // data: of PNG, JPEG, GIF, WebP, BMP or AVIF
  font,       // data: of a font
  inert,      // data: of plain text or CSS-free bytes that nothing runs
  drawing,    // data:image/svg+xml, a document in the document
  active,     // data: of HTML, XML or a script
  script,     // javascript: and its kin
  hyperlink,  // http, https, mailto, tel, ftp, or a relative one
  external,   // any other scheme
};

// How much of a reference classify() ever looks at.
inline constexpr std::size_t reference_window = 256;

// classify reads the reference after the document's own escapes are undone. White space and control
// characters in front, and tabs and line ends anywhere, do not count.
reference classify(std::string_view url);

// program_handler: the scheme of a link, where its handler runs what the link says, or shows a stranger's
// files and pages as the reader's own; empty for others. White space, controls and a UTF-16 mark are passed
// over.
std::string_view program_handler(std::string_view url);

// Without case, for ASCII.
bool equal_without_case(std::string_view a, std::string_view b);

}  // namespace uploadgate::formats
