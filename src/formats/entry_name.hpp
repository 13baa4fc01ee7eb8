// Names of archive entries: what an unpacker would make a path of.
#pragma once

#include <uploadgate/verdict.hpp>

#include "context.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace uploadgate::formats {

// What the archive says about the encoding of a name.
enum class name_encoding : std::uint8_t {
  utf8,     // it must be UTF-8
  unknown,  // UTF-8, or some 8-bit code page, of which nobody knows which
};

// Judges one entry's path: relative, with '/' between its components, and each component one that stays
// where it is on every system. A leading "./" and a trailing "/" (a folder) are usual and pass. Refuses with
// errc::entry_name, and with name_too_long over max_length bytes.
result judge_entry_name(std::string_view path, name_encoding encoding, std::uint64_t max_length,
                        std::uint64_t offset);
// The same, with max_entry_name as max_length.
result judge_entry_name(context& ctx, std::string_view path, name_encoding encoding, std::uint64_t offset);

// Whether every byte is ASCII.
bool is_ascii(std::string_view text);
// Whether it is UTF-8.
bool is_utf8(std::string_view text);

// The path as a system that ignores case and normalisation sees it, for finding entries that meet there. The
// view lives in `buffer`, or is `path` itself.
std::string_view folded_entry_name(std::string_view path, std::string& buffer);

// The extension of the last component, in lower case, without its dot; empty where there is none or it is
// longer than 15 bytes.
std::string entry_extension(std::string_view path);

// Whether the name is that of a program or script that a desktop starts by a double click.
bool names_program(std::string_view path);

}  // namespace uploadgate::formats
