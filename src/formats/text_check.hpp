// Whether the first bytes of a file are those of text.
#pragma once

#include <uploadgate/bytes.hpp>

namespace uploadgate::formats {

// looks_like_text: UTF-8 (a character that the end cuts counts as whole unless `complete`) or UTF-16 with a
// byte order mark, without NUL and without control characters that no text has.
bool looks_like_text(bytes_view first, bool complete);
// begins_xml: an XML declaration, whose bytes are those of ASCII or UTF-16 in every encoding that can say its
// name (XML 1.0, appendix F).
bool begins_xml(bytes_view first);
// has_control_bytes: a binary data byte of the MIME Sniffing Standard (section 3), or ESC.
bool has_control_bytes(bytes_view first);

}  // namespace uploadgate::formats
