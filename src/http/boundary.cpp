#include <uploadgate/http/multipart.hpp>

#include "http/characters.hpp"

#include <algorithm>
#include <string>

namespace uploadgate {
namespace {

using http::is;
namespace ch = http::ch;
constexpr std::size_t npos = std::string_view::npos;

result no(errc code, std::size_t offset, std::string_view detail = {}) {
  return {code, std::string{detail}, offset};
}

// The value at i, without its quotation marks; i moves behind it.
result read_value(std::string_view text, std::size_t& i, std::string_view& value, std::size_t& at,
                  bool& quoted) {
  quoted = i < text.size() && text[i] == '"';
  if (quoted) ++i;
  at = i;
  const std::size_t stop = std::min(text.find(quoted ? '"' : ';', i), text.size());
  value = text.substr(i, stop - i);
  if (const std::size_t slash = value.find('\\'); slash != npos)
    return no(errc::form_boundary_invalid, at + slash, "backslash");
  i = stop;
  if (!quoted) return {};
  if (stop == text.size()) return no(errc::form_boundary_invalid, at - 1, "no closing quotation mark");
  ++i;
  if (i < text.size() && text[i] != ';')
    return no(errc::form_boundary_invalid, i, "text behind the quoted value");
  return {};
}

result check_boundary(std::string_view value, std::size_t at, bool quoted) {
  if (value.empty()) return no(errc::form_boundary_missing, at);
  if (value.size() > boundary_limit) return no(errc::form_boundary_too_long, at + boundary_limit);
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool legal = is(value[i], ch::boundary) && (quoted || is(value[i], ch::token));
    if (!legal) return no(errc::form_boundary_invalid, at + i);
  }
  // cgicc takes the end of one delimiter for the beginning of the next.
  if (value.find_first_not_of('-') == npos) return no(errc::form_boundary_invalid, at, "hyphens only");
  return {};
}

}  // namespace

result parse_boundary(std::string_view content_type, std::string_view& boundary) {
  constexpr std::string_view type = "multipart/form-data";
  if (!content_type.starts_with(type)) return no(errc::form_content_type, 0);
  std::string_view found;
  bool charset = false;
  for (std::size_t i = type.size(); i < content_type.size();) {
    if (content_type[i] != ';') return no(errc::form_content_type, i, "no semicolon before a parameter");
    ++i;
    if (i < content_type.size() && content_type[i] == ' ') ++i;
    const std::size_t name_at = i;
    while (i < content_type.size() && is(content_type[i], ch::token)) ++i;
    const std::string_view name = content_type.substr(name_at, i - name_at);
    if (name.empty() || i == content_type.size() || content_type[i] != '=')
      return no(errc::form_content_type, i, "a parameter is not name=value");
    ++i;
    if (name.starts_with("boundary*")) return no(errc::form_boundary_continuation, name_at);
    std::string_view value;
    std::size_t at = 0;
    bool quoted = false;
    if (name == "boundary") {
      if (found.data()) return no(errc::form_boundary_duplicate, name_at);
      if (result r = read_value(content_type, i, value, at, quoted); !r.ok()) return r;
      if (result r = check_boundary(value, at, quoted); !r.ok()) return r;
      found = value;
    } else if (name == "charset") {
      if (charset) return no(errc::form_boundary_duplicate, name_at);
      charset = true;
      if (result r = read_value(content_type, i, value, at, quoted); !r.ok()) return r;
      if (!http::same_word(value, "utf-8")) return no(errc::form_content_type, at, "charset");
    } else {
      return no(errc::form_content_type, name_at, "an unexpected parameter");
    }
  }
  if (!found.data()) return no(errc::form_boundary_missing, content_type.size());
  boundary = found;
  return {};
}

}  // namespace uploadgate
