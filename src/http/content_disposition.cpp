#include <uploadgate/http/content_disposition.hpp>

#include "http/characters.hpp"
#include "http/html_references.hpp"
#include "unicode.hpp"

#include <charconv>
#include <utility>

namespace uploadgate {
namespace {

using http::is;
namespace ch = http::ch;
constexpr std::size_t npos = std::string_view::npos;

result no(errc code, std::size_t offset, std::string_view detail = {}) {
  return {code, std::string{detail}, offset};
}

// `base[key][key]`, the form that PHP, Rack and Node's qs agree about. PHP leaves out what lies deeper
// than 64.
std::size_t odd_bracket(std::string_view name) {
  constexpr std::size_t max_depth = 32;
  const std::size_t first = name.find_first_of("[]");
  if (first == npos) return npos;
  if (first == 0 || name[first] == ']') return first;
  for (std::size_t i = first, depth = 0; i < name.size();) {
    if (name[i] != '[' || ++depth > max_depth) return i;
    if (name.substr(i + 1, 1) == " ") return i + 1;  // PHP skips white space here
    const std::size_t end = name.find_first_of("[]", i + 1);
    if (end == npos || name[end] == '[') return i;
    i = end + 1;
  }
  return npos;
}

bool is_escape(std::string_view text) {
  const auto hex = [](char c) {
    return (c >= '0' && c <= '9') || (http::lower(c) >= 'a' && http::lower(c) <= 'f');
  };
  return text.size() >= 3 && text[0] == '%' && hex(text[1]) && hex(text[2]);
}

// What servers in Python and JavaScript take for a line's end, or trim from a value's ends.
result check_unicode(std::string_view value, std::size_t at) {
  constexpr char32_t line_separator = 0x2028;
  constexpr char32_t paragraph_separator = 0x2029;
  constexpr char32_t byte_order_mark = 0xFEFF;
  for (std::size_t i = 0; i < value.size();) {
    const unicode::decoded d = unicode::decode(value.substr(i));
    if (d.form != unicode::form::valid) return no(errc::form_parameter_encoding, at + i);
    const bool c1_control = d.value >= 0x80 && d.value < 0xA0;
    if (c1_control || d.value == line_separator || d.value == paragraph_separator)
      return no(errc::form_header_control, at + i);
    const bool at_end = i == 0 || i + d.length == value.size();
    if (at_end && (unicode::is_space(d.value) || d.value == byte_order_mark))
      return no(errc::form_parameter_space, at + i);
    i += d.length;
  }
  return {};
}

// The spellings that some server takes for something else. `at` is where the value stands.
result check_suspect(std::string_view value, bool is_file, std::size_t at, const multipart_limits& limits) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string_view rest = value.substr(i);
    switch (value[i]) {
      case '\\':
        return no(errc::form_parameter_backslash, at + i);
      case '/':
        if (is_file) return no(errc::form_filename_path, at + i);
        if (i == 0) return no(errc::form_name_reserved, at);  // aiohttp cuts it off
        break;
      case '%':  // browsers write these three, and only some servers undo them (WHATWG form encoding)
        for (const std::string_view escape : {"%22", "%0a", "%0d"})
          if (http::same_word(rest.substr(0, 3), escape)) return no(errc::form_parameter_escape, at + i);
        if (!limits.percent_escapes && is_escape(rest)) return no(errc::form_parameter_escape, at + i);
        break;
      case '&':  // formidable and multiparty undo &#1234; and Django &amp; in file names
        if (is_file ? http::is_reference(rest) : rest.starts_with("&#"))
          return no(errc::form_parameter_escape, at + i);
        break;
      case ';':  // HTTP::Body ends a name there; aiohttp is lost at the first character, or with two
        if (!is_file || i == 0 || rest.find(';', 1) != npos)
          return no(errc::form_parameter_lookalike, at + i);
        break;
      case '=':  // RFC 2047, which Java's commons-fileupload undoes
        if (!is_file)
          return no(errc::form_parameter_lookalike, at + i);  // parse-multipart-data ends a name there
        if (rest.starts_with("=?")) return no(errc::form_parameter_escape, at + i, "encoded word");
        break;
      default:
        break;
    }
  }
  if (value.front() == '<' && value.back() == '>') return no(errc::form_parameter_quoting, at, "<...>");
  if (http::has_word(value, "name=") || http::has_word(value, "name*"))
    return no(errc::form_parameter_lookalike, at);
  if (!is_file)
    if (const std::size_t i = odd_bracket(value); i != npos) return no(errc::form_name_brackets, at + i);
  return {};
}

result check_value(std::string_view value, bool is_file, std::size_t at, const multipart_limits& limits) {
  if (value.empty()) return is_file ? result{} : no(errc::form_name_missing, at);
  const std::uint64_t limit = is_file ? limits.max_filename : limits.max_name;
  if (value.size() > limit)
    return no(is_file ? errc::form_filename_too_long : errc::form_name_too_long, at + limit);
  const std::uint8_t bits = http::any_of(value);
  if (bits & ch::control) return no(errc::form_header_control, at + http::first_with(value, ch::control));
  if (bits & ch::suspect)
    if (result r = check_suspect(value, is_file, at, limits); !r.ok()) return r;
  if (value.front() == ' ') return no(errc::form_parameter_space, at);
  if (value.back() == ' ') return no(errc::form_parameter_space, at + value.size() - 1);
  if (bits & ch::high)
    if (result r = check_unicode(value, at); !r.ok()) return r;
  // Node's busboy makes nothing of these two.
  if (is_file && (value == "." || value == "..")) return no(errc::form_filename_path, at);
  if (is_file && value == "0") return no(errc::form_name_reserved, at);  // no name to Perl
  if (!is_file && value.front() == '_') {
    if (http::same_word(value, "_charset_")) return no(errc::form_charset_field, at);
    if (value.starts_with("__proto__")) return no(errc::form_name_reserved, at);
  }
  return {};
}

// Whether `utf-8''...` decodes to the same text (RFC 8187, section 3.2).
bool star_matches(std::string_view star, std::string_view filename) {
  constexpr std::string_view prefix = "utf-8''";
  if (!http::same_word(star.substr(0, prefix.size()), prefix)) return false;
  star.remove_prefix(prefix.size());
  std::size_t n = 0;
  for (std::size_t i = 0; i < star.size(); ++n) {
    unsigned char c = static_cast<unsigned char>(star[i++]);
    if (c == '%') {
      if (star.size() - i < 2) return false;
      const auto [end, error] = std::from_chars(star.data() + i, star.data() + i + 2, c, 16);
      if (error != std::errc{} || end != star.data() + i + 2) return false;
      i += 2;
    }
    if (n >= filename.size() || static_cast<unsigned char>(filename[n]) != c) return false;
  }
  return n == filename.size();
}

// One `name=value`, and where it ends.
struct parameter {
  std::string_view name;
  std::string_view value;
  std::size_t name_at;
  std::size_t value_at;
};

result read_quoted(std::string_view text, std::size_t& i, parameter& p) {
  const std::size_t close = text.find('"', i + 1);
  const std::size_t stop = close == npos ? text.size() : close;
  p.value = text.substr(i + 1, stop - i - 1);
  p.value_at = i + 1;
  const bool ends = close != npos && (close + 1 == text.size() || text[close + 1] == ';');
  if (!ends)  // because of a backslash before the mark?
    if (const std::size_t slash = p.value.find('\\'); slash != npos)
      return no(errc::form_parameter_backslash, p.value_at + slash);
  if (close == npos) return no(errc::form_parameter_quoting, i, "no closing quotation mark");
  i = close + 1;
  if (i < text.size() && text[i] != ';') return no(errc::form_parameter_quoting, i, "text behind the value");
  return {};
}

result read_token(std::string_view text, std::size_t& i, parameter& p, const multipart_limits& limits) {
  const std::size_t stop = std::min(text.find(';', i), text.size());
  p.value = text.substr(i, stop - i);
  p.value_at = i;
  if (!limits.token_values || p.value.empty()) return no(errc::form_parameter_unquoted, i);
  for (std::size_t k = 0; k < p.value.size(); ++k)
    if (!is(p.value[k], ch::simple)) return no(errc::form_parameter_unquoted, i + k);
  i = stop;
  return {};
}

// A `filename*` is judged where it stands, for the switch that lets it be.
result read_star(std::string_view text, std::size_t& i, const parameter& p, const form_disposition& seen,
                 const multipart_limits& limits) {
  const std::size_t stop = std::min(text.find(';', i), text.size());
  const bool matches = limits.matching_filename_star && p.name == "filename*" && seen.filename &&
                       star_matches(text.substr(i, stop - i), *seen.filename);
  if (!matches) return no(errc::form_parameter_extended, p.name_at, p.name);
  i = stop;
  return {};
}

result read_parameter(std::string_view text, std::size_t& i, form_disposition& seen, bool& starred,
                      const multipart_limits& limits) {
  // HTTP::Body finds a parameter only behind one space.
  if (i == text.size() || text[i] != ' ')
    return no(errc::form_disposition_invalid, i, "no space before a parameter");
  ++i;
  parameter p{};
  p.name_at = i;
  const std::string_view rest = text.substr(i);
  if (rest.starts_with("name=\"")) {
    i += 4;
  } else if (rest.starts_with("filename=\"")) {
    i += 8;
  } else {
    while (i < text.size() && is(text[i], ch::token)) ++i;
  }
  p.name = text.substr(p.name_at, i - p.name_at);
  if (p.name.empty() || i == text.size() || text[i] != '=')
    return no(errc::form_disposition_invalid, i, "a parameter is not name=value");
  ++i;
  const bool is_file = p.name == "filename";
  if (!is_file && p.name.find('*') != npos) {
    if (starred) return no(errc::form_parameter_duplicate, p.name_at);
    starred = true;
    return read_star(text, i, p, seen, limits);
  }
  if (!is_file && p.name != "name") return no(errc::form_parameter_unknown, p.name_at, p.name);
  if (is_file ? seen.filename.has_value() : seen.name.data() != nullptr)
    return no(errc::form_parameter_duplicate, p.name_at, p.name);
  if (is_file && !seen.name.data()) return no(errc::form_parameter_order, p.name_at);
  result r = i < text.size() && text[i] == '"' ? read_quoted(text, i, p) : read_token(text, i, p, limits);
  if (!r.ok()) return r;
  r = check_value(p.value, is_file, p.value_at, limits);
  if (is_file) {
    seen.filename = p.value;
  } else {
    seen.name = p.value;
  }
  return r;
}

}  // namespace

result parse_form_disposition(std::string_view value, form_disposition& out, const multipart_limits& limits) {
  constexpr std::string_view type = "form-data";
  if (!value.starts_with(type)) return no(errc::form_disposition_invalid, 0, "not form-data");
  form_disposition seen;
  bool starred = false;
  std::size_t i = type.size();
  while (i < value.size()) {
    if (value[i] != ';') return no(errc::form_disposition_invalid, i, "no semicolon before a parameter");
    ++i;
    if (result r = read_parameter(value, i, seen, starred, limits); !r.ok()) return r;
  }
  if (!seen.name.data()) return no(errc::form_name_missing, value.size());
  out = seen;
  return {};
}

result build_form_disposition(std::string_view name, std::optional<std::string_view> filename,
                              std::string& out) {
  std::string value = "form-data; name=\"";
  value += name;
  value += '"';
  if (filename) {
    value += "; filename=\"";
    value += *filename;
    value += '"';
  }
  form_disposition read;
  if (result r = parse_form_disposition(value, read); !r.ok()) return r;
  if (read.name != name || read.filename != filename) return errc::form_parameter_lookalike;
  out = std::move(value);
  return {};
}

std::string build_disposition(disposition kind, std::string_view name) {
  constexpr std::string_view plain_specials = " !#$&'()+,-.;=@[]^_`{}~";
  constexpr std::string_view attr_specials = "!#$&+-.^_`|~";  // RFC 8187, section 3.2.1
  constexpr std::string_view hex = "0123456789ABCDEF";
  const auto alphanumeric = [](char c) { return is(c, ch::simple) && c != '.' && c != '_' && c != '-'; };
  std::string out = kind == disposition::attachment ? "attachment" : "inline";
  if (name.empty()) return out;
  std::string ascii;
  std::string star;
  bool same = true;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = alphanumeric(c) || plain_specials.find(c) != npos;
    if (plain) {
      ascii += c;
    } else {
      same = false;
      if (byte < 0x80 || byte >= 0xC0) ascii += '_';  // one for a character, not for each of its bytes
    }
    if (is(c, ch::control)) {
      star += '_';
    } else if (alphanumeric(c) || attr_specials.find(c) != npos) {
      star += c;
    } else {
      star += {'%', hex[byte >> 4], hex[byte & 15]};
    }
  }
  out += "; filename=\"" + ascii + '"';
  if (!same && http::invalid_utf8(name) == npos) out += "; filename*=UTF-8''" + star;
  return out;
}

}  // namespace uploadgate
