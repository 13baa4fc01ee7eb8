// The one table that ties extensions, media types, signatures, libmagic's names and grammars together.
#pragma once

#include <uploadgate/bytes.hpp>

#include "grammar.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace uploadgate::formats {

// What the first bytes say about a signature.
enum class match : std::uint8_t { no, more, yes };  // more: a prefix of it, so far

// A signature looks at the first bytes of a file (at most signature_window) and must not depend on what lies
// behind.
using signature_function = match (*)(bytes_view first);
// The window holds a whole tar header: "ustar" stands at 257, and older tars are known by their checksum.
inline constexpr std::size_t signature_window = 512;

// One row: a type of file that uploadgate knows.
struct format {
  std::string_view name;                         // "png"
  std::span<const std::string_view> extensions;  // lower case; the first is canonical
  std::span<const std::string_view>
      media_types;               // the first is canonical; the others are what clients send too
  signature_function signature;  // null: text, or a type without one
  grammar_function read;         // null: no grammar yet
  std::span<const std::string_view> libmagic{};  // media types that libmagic gives, beside media_types
  bool text = false;                             // text without a signature of its own
  bool archive =
      false;  // holds other files: inside another archive it is judged too, and counts for max_depth
  bool by_name = false;  // a page, a program or an add-in: only a policy that names it lets it in
};

// All rows. A type that is more special stands before the one that it could be mistaken for.
std::span<const format> registry();

// find_extension: the row of an extension (lower case, no dot); null where there is none.
const format* find_extension(std::string_view extension);
// contains: whether a list of media types has this one, whatever its case (RFC 9110, 8.3.1).
bool contains(std::span<const std::string_view> media_types, std::string_view media_type);
// find_media_type: the row of a media type (any case, no parameters); null where there is none.
const format* find_media_type(std::string_view media_type);
// find_signature: the first row whose signature matches; null where none does. `undecided` is set where a
// longer prefix could still match some row that stands before it.
const format* find_signature(bytes_view first, bool& undecided);

// A signature of fixed bytes at the beginning; use: signature = starts_with<"GIF8">.
template <std::size_t N>
struct fixed_bytes {
  char value[N]{};
  constexpr fixed_bytes(const char (&text)[N]) {
    for (std::size_t i = 0; i < N; ++i) value[i] = text[i];
  }
  constexpr std::string_view view() const { return {value, N - 1}; }
};
template <fixed_bytes Bytes>
match starts_with(bytes_view first) {
  constexpr std::string_view wanted = Bytes.view();
  const std::size_t n = std::min(first.size(), wanted.size());
  if (as_text(first.first(n)) != wanted.substr(0, n)) return match::no;
  return n == wanted.size() ? match::yes : match::more;
}

}  // namespace uploadgate::formats
