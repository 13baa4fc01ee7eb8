#include "http/part_headers.hpp"

#include "http/characters.hpp"
#include "http/form_type.hpp"
#include "http/plain_headers.hpp"

#include <charconv>
#include <utility>

namespace uploadgate::http {
namespace {

constexpr std::size_t npos = std::string_view::npos;

struct marks {
  bool control;
  bool two_hyphens;
};

// One pass without branches, which compilers turn into vector instructions.
marks scan(std::string_view text) {
  unsigned char control = 0;
  unsigned char pair = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    control = static_cast<unsigned char>(control | unsigned{byte < 0x20} | unsigned{byte == 0x7F});
  }
  for (std::size_t i = 1; i < text.size(); ++i) {
    const unsigned here = text[i] == '-';
    const unsigned before = text[i - 1] == '-';
    pair = static_cast<unsigned char>(pair | (here & before));
  }
  return {control != 0, pair != 0};
}

// Content-Type or content-type: HTTP::Body and CGI.pm look for few spellings, and clients write only these.
bool usual_case(std::string_view name) {
  bool first_upper = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool upper = name[i] != lower(name[i]);
    const bool begins = i == 0 || name[i - 1] == '-';
    if (i == 0) first_upper = upper;
    if (upper != (begins && first_upper)) return false;
  }
  return true;
}

}  // namespace

void part_headers::start(std::uint64_t offset) noexcept {
  stored_.clear();
  part_ = {};
  part_.offset = offset;
  name_at_ = name_size_ = filename_size_ = type_at_ = type_size_ = 0;
  is_file_ = false;
  seen_ = 0;
  lines_ = 0;
  announced_.reset();
  charset_ = charset::utf8;
  charset_seen_ = false;
  octets_at_.reset();
}

std::size_t part_headers::plain(std::string_view text) {
  constexpr std::string_view before_type = "\r\nContent-Type: ";
  constexpr std::string_view end_of_headers = "\r\n\r\n";
  form_disposition d;
  std::size_t end = plain_disposition(text, d, limits_);
  if (end == 0 || limits_.max_headers < 2) return 0;
  std::string_view media_type;
  if (d.filename && text.substr(end).starts_with(before_type)) {
    end += before_type.size();
    media_type = plain_type(text.substr(end), limits_.max_content_type);
    if (media_type.empty()) return 0;
    end += media_type.size();
  }
  if (!text.substr(end).starts_with(end_of_headers)) return 0;

  // All in one copy.
  const char* const begin = d.name.data();
  stored_.append(begin, static_cast<std::size_t>(text.data() + end - begin));
  const auto copied = [&](std::string_view view) {
    return std::string_view{stored_.data() + (view.data() - begin), view.size()};
  };
  part_.name = copied(d.name);
  if (d.filename) part_.filename = copied(*d.filename);
  if (!media_type.empty()) part_.content_type = copied(media_type);
  return end + end_of_headers.size();
}

result part_headers::line(std::string_view text, std::uint64_t offset, const needle& delimiter) {
  if (++lines_ > limits_.max_headers) return {errc::form_headers_too_large, "too many headers", offset};
  if (form_disposition d; plain_disposition(text, d, limits_) == text.size()) {
    if (result r = once(disposition, offset); !r.ok()) return r;
    keep(d);
    return {};
  }
  // Some parsers look for the delimiter before they look for headers, and not only after a line break.
  const marks found = scan(text);
  if (found.two_hyphens)
    if (const std::size_t i = delimiter.find_scalar(text); i != text.size())
      return {errc::form_delimiter_in_headers, "", offset + i};
  if (found.control) {
    const std::size_t i = first_with(text, ch::control);
    if (text[i] == '\r') return {errc::form_bare_cr, "", offset + i};
    if (text[i] != '\t') return {errc::form_header_control, "", offset + i};
    return {i == 0 ? errc::form_header_folded : errc::form_header_whitespace, "tab", offset + i};
  }
  // The spelling of nearly all clients needs no second look at the name.
  constexpr std::string_view usual_type = "Content-Type: ";
  if (text.starts_with(usual_type)) return value_of(text, usual_type.size() - 2, usual_type.size(), offset);
  if (text.front() == ' ') return {errc::form_header_folded, "", offset};
  const std::size_t colon = text.find(':');
  if (colon == npos) return {errc::form_header_malformed, "no colon", offset};
  const std::string_view name = text.substr(0, colon);
  if (name.empty()) return {errc::form_header_malformed, "no name", offset};
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (is(name[i], ch::token)) continue;
    return {name[i] == ' ' ? errc::form_header_whitespace : errc::form_header_malformed, "", offset + i};
  }
  if (!usual_case(name)) return {errc::form_header_case, std::string{name}, offset};
  const std::size_t at = colon + 1;
  if (at == text.size()) return {errc::form_header_malformed, "no value", offset + at};
  // Falcon and CGI.pm find no header without the space.
  if (text[at] != ' ') return {errc::form_header_whitespace, "no space behind the colon", offset + at};
  return value_of(text, colon, at + 1, offset);
}

result part_headers::value_of(std::string_view text, std::size_t colon, std::size_t at,
                              std::uint64_t offset) {
  const std::string_view value = text.substr(at);
  if (value.empty()) return {errc::form_header_malformed, "no value", offset + at};
  if (value.front() == ' ') return {errc::form_header_whitespace, "", offset + at};
  if (value.back() == ' ') return {errc::form_header_whitespace, "", offset + text.size() - 1};
  return named(text.substr(0, colon), value, offset, offset + at);
}

result part_headers::once(header which, std::uint64_t offset) {
  if (seen_ & which) return {errc::form_header_duplicate, "", offset};
  seen_ |= which;
  return {};
}

result part_headers::named(std::string_view name, std::string_view value, std::uint64_t name_at,
                           std::uint64_t value_at) {
  if (same_word(name, "content-disposition")) {
    if (result r = once(disposition, name_at); !r.ok()) return r;
    return read_disposition(value, value_at);
  }
  if (same_word(name, "content-type")) {
    if (result r = once(type, name_at); !r.ok()) return r;
    return read_type(value, value_at);
  }
  if (same_word(name, "content-transfer-encoding")) {  // deprecated by RFC 7578, section 4.7
    if (result r = once(encoding, name_at); !r.ok()) return r;
    for (const std::string_view identity : {"binary", "8bit", "7bit"})
      if (same_word(value, identity)) return {};
    return {errc::form_transfer_encoding, "", value_at};
  }
  if (same_word(name, "content-length")) {
    if (result r = once(length, name_at); !r.ok()) return r;
    return read_length(value, value_at);
  }
  if (limits_.extension_headers && same_word(name.substr(0, 2), "x-")) return {};
  return {errc::form_header_unknown, std::string{name}, name_at};
}

result part_headers::read_disposition(std::string_view value, std::uint64_t at) {
  form_disposition d;
  result r = parse_form_disposition(value, d, limits_);
  if (!r.ok()) {
    objection why = std::move(r).why();
    why.offset = at + why.offset.value_or(0);
    return why;
  }
  if (ascii_form_)
    if (const std::size_t i = first_with(value, ch::high); i != npos) return {errc::form_charset, "", at + i};
  keep(d);
  return {};
}

void part_headers::keep(const form_disposition& d) {
  name_at_ = stored_.size();
  stored_.append(d.name);
  if (d.filename) stored_.append(*d.filename);
  name_size_ = d.name.size();
  filename_size_ = d.filename ? d.filename->size() : 0;
  is_file_ = d.filename.has_value();
}

result part_headers::read_length(std::string_view value, std::uint64_t at) {
  std::uint64_t n = 0;
  const char* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, n);
  const bool plain = error == std::errc{} && stop == end && (value.size() == 1 || value.front() != '0');
  if (!plain) return {errc::form_part_length, "not a number", at};
  announced_ = n;
  return {};
}

result part_headers::read_type(std::string_view value, std::uint64_t at) {
  if (value.size() > limits_.max_content_type)
    return {errc::form_headers_too_large, "Content-Type", at + limits_.max_content_type};
  std::size_t i = 0;
  const auto word = [&] {
    const std::size_t begin = i;
    while (i < value.size() && is(value[i], ch::token)) ++i;
    return value.substr(begin, i - begin);
  };
  const std::string_view top = word();
  if (top.empty() || i == value.size() || value[i] != '/') return {errc::form_part_type, "", at + i};
  ++i;
  if (word().empty()) return {errc::form_part_type, "", at + i};
  // CGI.pm finds it in the midst of other types too.
  if (has_word(value, "multipart/") || (same_word(top, "message") && !limits_.message_types))
    return {errc::form_nested, std::string{value}, at};
  const std::size_t type_end = value.size();
  while (i < type_end)
    if (result r = read_type_parameter(value, i, at); !r.ok()) return r;
  // Python's email and Rack look for a file name here too.
  if (has_word(value, "name=") || has_word(value, "name*")) return {errc::form_parameter_lookalike, "", at};
  octets_at_.reset();
  if (same_word(value.substr(0, value.find(';')), "application/octet-stream")) octets_at_ = at;
  type_at_ = stored_.size();
  type_size_ = value.size();
  stored_.append(value);
  return {};
}

result part_headers::read_type_parameter(std::string_view value, std::size_t& i, std::uint64_t at) {
  if (value[i] != ';') return {errc::form_part_type, "", at + i};
  ++i;
  if (i < value.size() && value[i] == ' ') ++i;
  const std::size_t name_at = i;
  while (i < value.size() && is(value[i], ch::token)) ++i;
  const std::string_view name = value.substr(name_at, i - name_at);
  if (name.empty() || i == value.size() || value[i] != '=') return {errc::form_part_type, "", at + i};
  ++i;
  if (same_word(name.substr(0, 8), "boundary")) return {errc::form_nested, "boundary", at + name_at};
  const bool quoted = i < value.size() && value[i] == '"';
  if (quoted) ++i;
  const std::size_t begin = i;
  // Unquoted commas come from browsers' recorders: video/webm;codecs=vp8,opus
  while (i < value.size() && (quoted ? value[i] != '"' && value[i] != '\\' && !is(value[i], ch::high)
                                     : is(value[i], ch::token) || value[i] == ','))
    ++i;
  const std::string_view text = value.substr(begin, i - begin);
  if (quoted ? i == value.size() || value[i] != '"' : text.empty()) return {errc::form_part_type, "", at + i};
  if (quoted) ++i;
  if (!same_word(name.substr(0, 7), "charset")) return {};
  if (name.size() > 7 || charset_seen_) return {errc::form_part_type, "charset", at + name_at};
  charset_seen_ = true;
  charset_at_ = at + begin;
  charset_ = charset::other;
  if (same_word(text, "utf-8") || same_word(text, "utf8")) charset_ = charset::utf8;
  if (is_ascii_superset(text)) charset_ = charset::ascii;
  return {};
}

result part_headers::end(std::uint64_t offset) {
  if (!(seen_ & disposition)) return {errc::form_disposition_missing, "", offset};
  // WebOb reads the names in this character set, others the content of a field.
  if (charset_ == charset::other) return {errc::form_charset, "", charset_at_};
  const std::string_view names{std::string_view{stored_}.substr(name_at_, name_size_ + filename_size_)};
  if (charset_ == charset::ascii && (any_of(names) & ch::high)) return {errc::form_charset, "", charset_at_};
  if (!is_file_ && octets_at_) return {errc::form_field_type, "", *octets_at_};  // busboy makes it a file
  const std::string_view all{stored_};
  part_.name = all.substr(name_at_, name_size_);
  if (is_file_) part_.filename = all.substr(name_at_ + name_size_, filename_size_);
  part_.content_type = all.substr(type_at_, type_size_);
  return {};
}

}  // namespace uploadgate::http
