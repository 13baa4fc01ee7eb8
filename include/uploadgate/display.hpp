/// \file display.hpp
/// Verdicts, facts and untrusted text, made fit for logs, JSON and terminals.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/facts.hpp>
#include <uploadgate/verdict.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace uploadgate {

/// valid_utf8 gives the text with U+FFFD for every byte that is not UTF-8 (Unicode 15, section 3.9).
UPLOADGATE_EXPORT std::string valid_utf8(std::string_view text);

/// printable gives valid UTF-8 that cannot steer a terminal or forge a line of a log: control, format and
/// direction-changing characters, and line and paragraph separators, are written as \x1b or \u{202e}
/// (CWE-117, CWE-150).
UPLOADGATE_EXPORT std::string printable(std::string_view text);

/// human_size gives a number of bytes for a person: "512 B", "1.4 MiB".
UPLOADGATE_EXPORT std::string human_size(std::uint64_t bytes);

/// json_member is a name (a plain word: it is not escaped) and a text that to_json puts before the others.
using json_member = std::pair<std::string_view, std::string_view>;

/// to_json gives one JSON object, on one line, of a verdict and its facts: the members in `lead`, then
/// "verdict", and where rejected "rule", "reason", "condition", "offset", "detail", then "media_type",
/// "extension", "safe_name", "size", "sha256", "examined", "width", "height", "frames", "entries",
/// "unpacked_size", "warnings". Members without a value are left out. Text that is not UTF-8 is made so; what
/// printable() would escape is a \u escape, which a JSON reader undoes.
UPLOADGATE_EXPORT std::string to_json(const verdict& v, const facts& f,
                                      std::span<const json_member> lead = {});

}  // namespace uploadgate
