#include "http/characters.hpp"

#include "unicode.hpp"

namespace uploadgate::http {

std::size_t invalid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (!is(text[i], ch::high)) {
      ++i;
      continue;
    }
    const unicode::decoded d = unicode::decode(text.substr(i));
    if (d.form != unicode::form::valid) return i;
    i += d.length;
  }
  return std::string_view::npos;
}

}  // namespace uploadgate::http
