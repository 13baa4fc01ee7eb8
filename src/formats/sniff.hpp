// What a browser takes a file for when nobody tells it: the WHATWG MIME Sniffing Standard
// (https://mimesniff.spec.whatwg.org), sections 5.2, 6 and 7.
#pragma once

#include <uploadgate/bytes.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace uploadgate::formats {

// The resource header of section 5.2; nothing behind it is ever looked at.
inline constexpr std::size_t sniff_window = 1445;

// sniff: the type of a resource whose type is not known (section 7.1, with scriptable types). `header` is the
// first sniff_window bytes, or all where there are fewer.
std::string_view sniff(bytes_view header);

// html_at: where the tag stands that makes some browser read the file as HTML; nothing where none does. Wider
// than the standard: it looks behind a byte order mark too, and takes tags that nothing ends, as Chromium
// does.
std::optional<std::size_t> html_at(bytes_view header);

// feed_type: whether what was served as text/html is a feed, which is XML (section 7.3):
// "application/rss+xml", "application/atom+xml", or nothing.
std::string_view feed_type(bytes_view header);

// script_at: where the header goes over into JavaScript in a file that begins as an image or another
// signature ("GIF89a/*", "BM=1;"): a page that names such a file in <script src> runs it.
std::optional<std::size_t> script_at(bytes_view header);

// markup_at: where the first '<' stands of what an XML parser would read: behind a byte order mark and white
// space. Nothing where something else stands there. UTF-16 with a mark counts too.
std::optional<std::size_t> markup_at(bytes_view header);

}  // namespace uploadgate::formats
