#include "php_code.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

constexpr bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
constexpr bool printable(char c) { return (c >= ' ' && c < 127) || space(c); }

}  // namespace

bool text_follows(std::string_view rest, std::size_t from, std::size_t n) {
  return std::ranges::all_of(rest.substr(std::min(from, rest.size())).substr(0, n), printable);
}

bool php_statement(std::string_view rest, bool loose) {
  while (!rest.empty() && space(rest.front())) rest.remove_prefix(1);
  if (rest.size() < 2) return false;
  if (rest.front() == '$') return (word(rest[1]) || rest[1] == '{') && text_follows(rest, 2, 3);
  if (rest.front() == '`') return !loose && text_follows(rest, 1, 4);
  const auto end = static_cast<std::size_t>(std::ranges::find_if_not(rest, word) - rest.begin());
  return end >= 4 && end < rest.size() && (rest[end] == '(' || (loose && rest[end] == ' ')) &&
         text_follows(rest, end + 1, 4);
}

bool php_echoed(std::string_view rest) {
  const std::size_t begin = rest.find_first_not_of(" \t\r\n@(!~\\");
  if (begin == std::string_view::npos) return false;
  rest.remove_prefix(begin);
  if (rest.front() == '"' || rest.front() == '\'') return text_follows(rest, 1, 6);
  return php_statement(rest, false);
}

}  // namespace uploadgate::formats
