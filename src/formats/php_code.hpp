// Whether PHP follows an opening tag, or bytes that only look like the tag: "<?=" stands by chance in
// palettes and other smooth data.
#pragma once

#include <cstddef>
#include <string_view>

namespace uploadgate::formats {

// text_follows: whether n characters of text follow; a file's end counts for the ones that are missing.
bool text_follows(std::string_view rest, std::size_t from, std::size_t n);
// php_statement: a variable, a command between backticks, or a call. `loose`: a word and a space do too.
bool php_statement(std::string_view rest, bool loose);
// php_echoed: a statement behind what may stand before one in "<?=@(...", or a string.
bool php_echoed(std::string_view rest);

}  // namespace uploadgate::formats
