#include "message_head.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <charconv>

namespace gateway {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view separators = "\"(),/:;<=>?@[\\]{}";  // RFC 9110 section 5.6.2

bool is_visible(char c) { return c > ' ' && c < '\x7f'; }
bool is_text(char c) {
  return c == ' ' || c == '\t' || is_visible(c) || static_cast<unsigned char>(c) >= 0x80;
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// What stands in no line of a head (RFC 9112 section 2.2, RFC 9110 section 5.5).
std::optional<head_problem> check_bytes(std::string_view line) {
  for (const char c : line) {
    if (is_text(c)) continue;
    if (c == '\0') return head_problem{400, "nul_byte", "a NUL stands in the head"};
    if (c == '\r') return head_problem{400, "bare_carriage_return", "a CR without LF stands in the head"};
    if (c == '\n') return head_problem{400, "bare_line_feed", "a LF without CR stands in the head"};
    return head_problem{400, "control_character", "a control character stands in the head"};
  }
  return {};
}

// Splits at single spaces; the third word of a status line may be empty or have spaces (RFC 9112 section 4).
std::optional<head_problem> read_start_line(std::string_view line, bool request,
                                            std::string_view (&words)[3]) {
  const head_problem bad{400, request ? "request_line" : "status_line", "the first line is not in order"};
  const std::size_t one = line.find(' ');
  const std::size_t two = one == std::string_view::npos ? one : line.find(' ', one + 1);
  if (two == std::string_view::npos) return bad;
  words[0] = line.substr(0, one);
  words[1] = line.substr(one + 1, two - one - 1);
  words[2] = line.substr(two + 1);
  const std::string_view version = request ? words[2] : words[0];
  if (request && (!is_token(words[0]) || words[1].empty() || !std::ranges::all_of(words[1], is_visible)))
    return bad;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!request && (words[1].size() != 3 || !std::ranges::all_of(words[1], digit) || words[1][0] == '0'))
    return bad;
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return {};
  const bool other = version.size() == 8 && version.starts_with("HTTP/") && digit(version[5]) &&
                     version[6] == '.' && digit(version[7]);
  return other ? head_problem{505, "version", "only HTTP/1.1 and HTTP/1.0 are spoken here"} : bad;
}

std::optional<head_problem> read_field(std::string_view line, field& out) {
  if (line.front() == ' ' || line.front() == '\t')
    return head_problem{400, "obsolete_folding", "a field goes on in a second line (RFC 9112 section 5.2)"};
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return head_problem{400, "field_line", "a line has no colon"};
  out = {line.substr(0, colon), without_blanks(line.substr(colon + 1))};
  if (out.name.ends_with(' ') || out.name.ends_with('\t'))
    return head_problem{400, "space_before_colon", "a blank stands before a colon (RFC 9112 section 5.1)"};
  if (!is_token(out.name)) return head_problem{400, "field_name", "the name of a field is no token"};
  return {};
}

}  // namespace

bool same_word(std::string_view a, std::string_view b) {
  return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_visible(c) && separators.find(c) == std::string_view::npos;
  });
}

std::vector<std::string_view> list_words(std::string_view value) {
  std::vector<std::string_view> words;
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    if (const auto word = without_blanks(value.substr(0, comma)); !word.empty()) words.push_back(word);
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
  return words;
}

bool has_word(std::string_view list, std::string_view word) {
  return std::ranges::any_of(list_words(list), [&](std::string_view w) { return same_word(w, word); });
}

std::optional<std::size_t> end_of_head(std::string_view arrived, std::size_t seen) {
  for (std::size_t at = arrived.find('\n', seen); at != std::string_view::npos;
       at = arrived.find('\n', at + 1)) {
    if (at == 0 || arrived[at - 1] != '\r') return at + 1;
    if (at >= 3 && arrived.substr(at - 3, 2) == line_end) return at + 1;
  }
  return {};
}

std::variant<message_head, head_problem> message_head::read(std::string_view raw, bool request) {
  message_head head;
  head.text_.assign(raw.begin(), raw.end());
  std::string_view rest{head.text_.data(), head.text_.size()};
  for (bool first = true;; first = false) {
    const std::size_t end = rest.find(line_end);
    const std::string_view line = rest.substr(0, end);
    if (auto problem = check_bytes(line)) return *problem;
    if (end == std::string_view::npos)
      return head_problem{400, "truncated_head", "the head ends within a line"};
    rest.remove_prefix(end + line_end.size());
    if (first) {
      if (auto problem = read_start_line(line, request, head.words_)) return *problem;
      continue;
    }
    if (line.empty()) break;
    if (head.fields_.size() == max_fields)
      return head_problem{431, "too_many_fields", "the head has too many fields"};
    if (auto problem = read_field(line, head.fields_.emplace_back())) return *problem;
  }
  if (!rest.empty()) return head_problem{400, "truncated_head", "text stands behind the head"};
  return head;
}

std::size_t message_head::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(fields_, [&](const field& f) { return same_word(f.name, name); }));
}

std::string_view message_head::first(std::string_view name) const {
  const auto found = std::ranges::find_if(fields_, [&](const field& f) { return same_word(f.name, name); });
  return found == fields_.end() ? std::string_view{} : found->value;
}

std::string message_head::joined(std::string_view name) const {
  std::string out;
  for (const field& f : fields_) {
    if (!same_word(f.name, name)) continue;
    if (!out.empty()) out += ", ";
    out += f.value;
  }
  return out;
}

std::variant<body_framing, head_problem> read_framing(const message_head& head, std::string_view version) {
  const std::size_t lengths = head.count("Content-Length");
  const std::size_t codings = head.count("Transfer-Encoding");
  if (lengths && codings)  // RFC 9112 section 6.1
    return head_problem{400, "length_and_encoding", "Content-Length and Transfer-Encoding stand together"};
  if (codings > 1) return head_problem{400, "transfer_encoding_repeated", "Transfer-Encoding stands twice"};
  if (codings == 1) {
    if (version == "HTTP/1.0")  // RFC 9112 section 6.1
      return head_problem{400, "transfer_encoding_in_1_0", "HTTP/1.0 has no Transfer-Encoding"};
    if (!same_word(head.first("Transfer-Encoding"), "chunked"))
      return head_problem{400, "transfer_encoding", "the only Transfer-Encoding taken is chunked"};
    return body_framing{body_framing::kind::chunked};
  }
  if (lengths > 1) return head_problem{400, "content_length_repeated", "Content-Length stands twice"};
  if (lengths == 0) return body_framing{};
  const std::string_view digits = head.first("Content-Length");
  constexpr std::size_t longest = 18;  // decimal digits that a signed 64-bit number always holds
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.size() > longest)
    return head_problem{400, "content_length", "Content-Length is not a plain number"};
  return body_framing{body_framing::kind::length, length};
}

}  // namespace gateway
