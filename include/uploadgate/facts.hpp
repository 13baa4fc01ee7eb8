/// \file facts.hpp
/// What an inspection learnt about a file.
#pragma once

#include <uploadgate/export.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate {

/// examined says how much of the file was looked at by a rule that knows its structure.
enum class examined : std::uint8_t {
  none,    ///< no byte: only names, sizes or digests were judged
  prefix,  ///< the beginning, or not all that is packed inside
  whole,   ///< every byte was claimed by a grammar
};

/// name gives the word for it: "none", "prefix" or "whole".
UPLOADGATE_EXPORT std::string_view name(examined e) noexcept;

/// file_part is a part of a file as its format names it ("APP1 Exif", "IDAT"), or all of that name together.
struct file_part {
  std::string name;
  std::uint64_t offset = 0;  ///< of the first one's first byte
  std::uint64_t size = 0;    ///< bytes of all of them
  std::uint64_t count = 0;   ///< how many there are
};

/// facts is what the rules of a policy learnt. It grows while bytes come, and is complete after finish().
/// A fact without a value was not learnt. Facts of a rejected file are what was known when it was rejected.
struct facts {
  /// max_warnings caps how many warnings are kept, so that a hostile file cannot grow them; the rest are
  /// counted.
  static constexpr std::size_t max_warnings = 32;
  /// max_parts caps how many different parts are listed; the rest are "others".
  static constexpr std::size_t max_parts = 64;

  std::string media_type;                ///< what the content is ("image/png"), never what the client claimed
  std::string extension;                 ///< the canonical extension, lower case, without a dot ("jpg")
  std::string safe_name;                 ///< a name that is safe to store and to send
  std::string sniffed_type;              ///< what a browser would take the content for (WHATWG MIME Sniffing)
  std::string sha256;                    ///< 64 lower-case hexadecimal digits
  std::uint64_t size = 0;                ///< bytes fed so far
  std::optional<std::uint64_t> width;    ///< pixels
  std::optional<std::uint64_t> height;   ///< pixels
  std::optional<std::uint64_t> frames;   ///< images or frames in the file
  std::optional<std::uint64_t> entries;  ///< entries of an archive
  std::optional<std::uint64_t> unpacked_size;  ///< bytes that really came out while unpacking
  uploadgate::examined examined = examined::none;
  std::string examined_note;           ///< why it is not whole, for a person
  std::vector<std::string> warnings;   ///< what was noticed and let pass, for the log
  std::uint64_t warnings_dropped = 0;  ///< warnings beyond max_warnings

  /// parts lists what the file is made of, where structure::list_parts asks for it. Every byte that was
  /// claimed belongs to one.
  std::vector<file_part> parts;

  /// warn adds a warning, or counts it where there are too many. A warning that is already there is not
  /// repeated.
  UPLOADGATE_EXPORT void warn(std::string text);
};

}  // namespace uploadgate
