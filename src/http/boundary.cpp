#include <uploadgate/http/multipart.hpp>

#include "http/characters.hpp"
#include "http/form_type.hpp"

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
  // Node's parse-multipart-data takes single quotation marks off both ends.
  for (const std::size_t i : {std::size_t{0}, value.size() - 1})
    if (value[i] == '\'') return no(errc::form_boundary_invalid, at + i, "a single quotation mark at an end");
  // cgicc takes the end of one delimiter for the beginning of the next.
  if (value.find_first_not_of('-') == npos) return no(errc::form_boundary_invalid, at, "hyphens only");
  return {};
}

}  // namespace

namespace http {

bool is_ascii_superset(std::string_view charset) {
  for (const std::string_view superset : {"us-ascii", "iso-8859-1", "windows-1252"})
    if (same_word(charset, superset)) return true;
  return false;
}

result read_form_type(std::string_view content_type, form_type& out) {
  constexpr std::string_view type = "multipart/form-data";
  if (!content_type.starts_with(type)) return no(errc::form_content_type, 0);
  std::string_view found;
  bool charset = false;
  bool ascii_only = false;
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
      ascii_only = is_ascii_superset(value);
      if (!ascii_only && !same_word(value, "utf-8")) return no(errc::form_content_type, at, "charset");
    } else {
      return no(errc::form_content_type, name_at, "an unexpected parameter");
    }
  }
  if (!found.data()) return no(errc::form_boundary_missing, content_type.size());
  out = {found, ascii_only};
  return {};
}

}  // namespace http

result parse_boundary(std::string_view content_type, std::string_view& boundary) {
  http::form_type type;
  result r = http::read_form_type(content_type, type);
  if (r.ok()) boundary = type.boundary;
  return r;
}

}  // namespace uploadgate
