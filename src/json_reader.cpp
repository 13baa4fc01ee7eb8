#include "json_reader.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

namespace uploadgate::json {
namespace {

namespace bj = boost::json;
using boost::system::error_code;

// Builds the tree. The parser is fed byte by byte, so an event belongs to the byte that was just fed: a token
// begins at the first byte after an event that is neither blank nor punctuation.
struct builder {
  constexpr static std::size_t max_object_size = 10'000;
  constexpr static std::size_t max_array_size = 10'000;
  constexpr static std::size_t max_key_size = 1'000;
  constexpr static std::size_t max_string_size = max_text;

  value root;
  std::vector<value*> open;  // stable: a container grows only while it is the innermost one
  std::string part;
  std::string key;
  position key_at;
  position token_at;
  bool between_tokens = true;

  void before(char c, const position& at) {
    if (!between_tokens || std::string_view{" \t\r\n,:"}.find(c) != std::string_view::npos) return;
    token_at = at;
    between_tokens = false;
  }

  value& put(json::kind kind) {
    between_tokens = true;
    value v;
    v.kind = kind;
    v.at = token_at;
    if (open.empty()) return root = std::move(v);
    value& in = *open.back();
    if (in.kind == json::kind::array) return in.items.emplace_back(std::move(v));
    return in.members.emplace_back(member{std::move(key), key_at, std::move(v)}).content;
  }
  bool begin(json::kind kind) {
    open.push_back(&put(kind));
    return true;
  }
  bool end() {
    open.pop_back();
    return between_tokens = true;
  }
  bool keep(bj::string_view s) {
    part.append(s.data(), s.size());
    return true;
  }
  bool number(json::kind kind, std::uint64_t whole) {
    value& v = put(kind);
    v.whole = whole;
    v.text = std::exchange(part, {});
    return true;
  }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return begin(json::kind::object); }
  bool on_object_end(std::size_t, error_code&) { return end(); }
  bool on_array_begin(error_code&) { return begin(json::kind::array); }
  bool on_array_end(std::size_t, error_code&) { return end(); }
  bool on_key_part(bj::string_view s, std::size_t, error_code&) { return keep(s); }
  bool on_key(bj::string_view s, std::size_t, error_code&) {
    keep(s);
    key = std::exchange(part, {});
    key_at = token_at;
    for (const member& m : open.back()->members) {
      if (m.key == key) {
        refuse(key_at,
               "the key " + quoted(key) + " stands here again, first in line " + std::to_string(m.at.line));
      }
    }
    return between_tokens = true;
  }
  bool on_string_part(bj::string_view s, std::size_t, error_code&) { return keep(s); }
  bool on_string(bj::string_view s, std::size_t, error_code&) {
    keep(s);
    value& v = put(json::kind::text);
    v.text = std::exchange(part, {});
    return true;
  }
  bool on_number_part(bj::string_view s, error_code&) { return keep(s); }
  bool on_int64(std::int64_t i, bj::string_view s, error_code&) {
    keep(s);
    return i < 0 ? number(json::kind::other_number, 0)
                 : number(json::kind::whole, static_cast<std::uint64_t>(i));
  }
  bool on_uint64(std::uint64_t u, bj::string_view s, error_code&) {
    keep(s);
    return number(json::kind::whole, u);
  }
  bool on_double(double, bj::string_view s, error_code&) {
    keep(s);
    return number(json::kind::other_number, 0);
  }
  bool on_bool(bool b, error_code&) {
    put(json::kind::boolean).boolean = b;
    return true;
  }
  bool on_null(error_code&) {
    put(json::kind::null);
    return true;
  }
  bool on_comment_part(bj::string_view, error_code&) { return true; }
  bool on_comment(bj::string_view, error_code&) { return true; }
};

void step(position& at, char c) {
  if (c == '\n') {
    ++at.line;
    at.column = 1;
  } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
    ++at.column;
  }
}

}  // namespace

void refuse(const position& at, const std::string& message) {
  throw configuration_error("line " + std::to_string(at.line) + ", column " + std::to_string(at.column) +
                            ": " + message);
}

value read(std::string_view text) {
  if (text.size() > max_text) {
    throw configuration_error("the text is longer than " + std::to_string(max_text) + " bytes");
  }
  bj::parse_options options;
  options.max_depth = max_depth;
  bj::basic_parser<builder> parser{options};
  position at;
  error_code error;
  for (std::size_t i = 0; i < text.size(); ++i) {
    parser.handler().before(text[i], at);
    const std::size_t taken = parser.write_some(true, &text[i], 1, error);
    if (error) refuse(at, "not JSON: " + error.message());
    if (taken == 0) refuse(at, "not JSON: something follows the end");
    step(at, text[i]);
  }
  parser.write_some(false, text.data(), 0, error);
  if (error) refuse(at, "not JSON: " + error.message());
  return std::move(parser.handler().root);
}

}  // namespace uploadgate::json
