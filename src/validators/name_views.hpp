// The readings of a file name: as it was sent, and as each further decoding would show it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace uploadgate::names {

// max_decoding_rounds bounds how often a name is decoded. Each round undoes one layer; honest names have none
// or one, and what has not come to rest after so many is refused.
inline constexpr std::size_t max_decoding_rounds = 8;

// view is one reading of a name.
struct view {
  std::string text;
  bool percent = false;           // percent decoding was needed to get here
  bool compatibility = false;     // NFKC was the last step to get here
  bool damaged = false;           // percent decoding gave bytes that are not UTF-8
  bool damaged_overlong = false;  // ... in an overlong form
  bool accidental = false;        // ... all of them from a percentage ("100%fat"), not from encoding
};

// decodes_to_itself is true where that shows at once: no percent sign, nothing but ASCII.
bool decodes_to_itself(std::string_view name);

// next_view decodes by one step, %XX and %uXXXX first, NFKC where there is no escape left; false where
// nothing changes any more. The text it leaves is valid UTF-8.
bool next_view(view& v);

// for_each_view shows each further reading of valid UTF-8 to look(view), until that returns false; true where
// the name came to rest.
template <class Look>
bool for_each_decoded_view(std::string_view name, Look look) {
  if (decodes_to_itself(name)) return true;
  view v{.text = std::string{name}};
  for (std::size_t round = 0; next_view(v); ++round) {
    if (round == max_decoding_rounds) return false;
    if (!look(std::as_const(v))) return true;
  }
  return true;
}

// defuse_escapes replaces every percent sign, in any of its forms, by an underscore.
std::string defuse_escapes(std::string_view valid_utf8);

}  // namespace uploadgate::names
