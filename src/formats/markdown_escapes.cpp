#include "markdown_escapes.hpp"

#include "hex_digit.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace uploadgate::formats {
namespace {

bool punctuation(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return c > ' ' && c < 0x7f && (lower < 'a' || lower > 'z') && (c < '0' || c > '9');
}

}  // namespace

std::string without_markdown_escapes(std::string_view t) {
  struct named {
    std::string_view name;
    char c;
  };
  constexpr std::array names{named{"colon;", ':'}, named{"Tab;", '\t'}, named{"NewLine;", '\n'}};
  std::string out;
  for (std::size_t i = 0; i < t.size(); ++i) {
    if (t[i] == '\\' && i + 1 < t.size() && punctuation(t[i + 1])) continue;
    if (t[i] != '&') {
      out += t[i];
      continue;
    }
    const std::string_view rest = t.substr(i + 1);
    for (const named& n : names) {
      if (!rest.starts_with(n.name)) continue;
      out += n.c;
      i += n.name.size();
    }
    if (!rest.starts_with('#')) continue;
    const bool hex = rest.size() > 1 && (rest[1] | 0x20) == 'x';
    std::size_t j = hex ? 2 : 1;
    unsigned value = 0;
    for (; j < rest.size(); ++j) {
      const int digit = hex_digit(rest[j]);
      if (digit < 0 || digit >= (hex ? 16 : 10)) break;
      value = std::min(value * (hex ? 16U : 10U) + static_cast<unsigned>(digit), 0x110000U);
    }
    if (j < rest.size() && rest[j] == ';') ++j;
    out += value < 0x80 ? static_cast<char>(value) : '?';
    i += j;
  }
  return out;
}

}  // namespace uploadgate::formats
