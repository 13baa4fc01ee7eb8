// The fast way through an object's value: whole tokens of one window, without the lexer's state. It decides
// nothing of its own: each token ends in the same calls as in values::token, or needs none. What it does not
// know is left to the lexer.
#include "pdf_rules.hpp"
#include "pdf_token_marks.hpp"
#include "pdf_values.hpp"

namespace uploadgate::formats::pdf {
namespace {

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }
bool is_sign(char c) { return c == '+' || c == '-'; }
bool is_numeric(char c) { return is_digit(c) || is_sign(c) || c == '.'; }

// The functions below read what stands at i and give the place behind it; or i, where the lexer must look.

// Behind a reference (7.3.10), or behind a number that begins none.
std::size_t past_number(const token_marks& m, std::size_t i) {
  const std::string_view t = m.window();
  const std::size_t end = m.number_end(i);
  if (end == m.end() || is_regular(t[end])) return i;
  const std::size_t second = m.token(end);
  if (second == m.end() || t[second] == '%') return i;
  if (!is_numeric(t[second])) return end;
  const bool zero = second + 1 < m.end() && t[second] == '0' && t[second + 1] == ' ';  // as most are
  const std::size_t second_end = zero ? second + 1 : m.number_end(second);
  const std::size_t word = m.token(second_end);
  if (word == second_end || word + 1 >= m.end() || t[word] != 'R' || is_regular(t[word + 1])) return i;
  return m.digits_end(i) == end && m.digits_end(second) == second_end ? word + 1 : i;
}

// Behind the numbers and references of an array that nobody looks at. Integers with which a reference could
// begin are left where the marks end behind them, or a comment stands.
std::size_t past_numbers(const token_marks& m, std::size_t i) {
  const std::string_view t = m.window();
  const std::size_t close = m.numbers_end(i);
  if (close != m.end() && t[close] == ']') return close;
  std::size_t last_two = i;  // where the last two numbers begin
  std::size_t last = i;
  unsigned integers = 0;  // at the end of what was read
  std::size_t end = i;
  std::size_t word = i;
  while (word != m.end() && is_numeric(t[word])) {
    end = m.number_end(word);
    if (end != m.end() && is_regular(t[end])) return i;
    const std::size_t digits = word + (is_sign(t[word]) ? 1 : 0);
    integers = digits < end && m.digits_end(digits) == end ? integers + 1 : 0;
    last_two = last;
    last = word;
    word = m.token(end);
  }
  if (word == m.end() || word + 1 == m.end() || t[word] == '%') return last_two;
  if (t[word] != 'R' || is_regular(t[word + 1])) return end;
  return integers >= 2 ? word + 1 : i;
}

// Behind a literal string (7.3.4.2).
std::size_t past_string(const token_marks& m, std::size_t i) {
  const std::string_view t = m.window();
  std::size_t depth = 0;
  for (std::size_t at = i; at < m.end(); at = m.string_stop(at + 1)) {
    if (t[at] == '(') {
      ++depth;
    } else if (t[at] == ')') {
      if (--depth == 0) return at + 1;
    } else if (++at == m.end()) {
      break;
    }
  }
  return i;
}

// Behind a hexadecimal string (7.3.4.3).
std::size_t past_hexadecimal(const token_marks& m, std::size_t i) {
  const std::string_view t = m.window().substr(0, m.end());
  std::size_t at = i + 1;
  while (at < t.size() && (hex_digit(t[at]) >= 0 || is_white(t[at]))) ++at;
  return at < t.size() && t[at] == '>' ? at + 1 : i;
}

std::string_view constant(const token_marks& m, std::size_t i) {
  using namespace std::string_view_literals;
  const std::string_view all = m.window().substr(i, m.end() - i);
  for (const auto word : {"true"sv, "false"sv, "null"sv}) {
    if (all.starts_with(word) && all.size() > word.size() && !is_regular(all[word.size()])) return word;
  }
  return {};
}

std::size_t past_name(const token_marks& m, std::size_t i) {
  const std::size_t end = m.name_end(i + 1);
  return end == m.end() || m.window()[end] == '#' ? i : end;
}

// Behind what no rule looks at: a value of a dictionary, or values of an array.
std::size_t past_quiet(const token_marks& m, std::size_t i, bool dictionary) {
  switch (m.window()[i]) {
    case '/':
      return past_name(m, i);
    case '(':
      return past_string(m, i);
    case '<':
      return past_hexadecimal(m, i);
    case 't':
    case 'f':
    case 'n':
      return i + constant(m, i).size();
    default:
      if (!is_numeric(m.window()[i])) return i;
      return dictionary ? past_number(m, i) : past_numbers(m, i);
  }
}

// An unsigned integer at i, short enough for the lexer to keep whole.
bool read_integer(const token_marks& m, std::size_t i, std::uint64_t& n) {
  constexpr std::size_t most_digits = 17;
  const std::size_t end = m.digits_end(i);
  if (end == i || end - i > most_digits || end != m.number_end(i)) return false;
  n = 0;
  for (const char c : m.window().substr(i, end - i)) n = n * 10 + static_cast<std::uint64_t>(c - '0');
  return true;
}

// A value that a rule looks at.
std::size_t read_telling(const token_marks& m, std::size_t i, bool dictionary, value& v) {
  const std::string_view t = m.window();
  if (t[i] == '/') {
    const std::size_t past = past_name(m, i);
    if (past == i) return i;
    v.what = kind::name;
    v.text = t.substr(i + 1, past - i - 1);
    v.id = find_name(v.text);
    return past;
  }
  if (!dictionary) return i;
  if (is_digit(t[i])) {
    const std::size_t past = past_number(m, i);
    if (past == i || !read_integer(m, i, v.number)) return i;
    v.what = kind::integer;
    v.is_reference = t[past - 1] == 'R';
    return !v.is_reference || read_integer(m, m.token(m.number_end(i)), v.generation) ? past : i;
  }
  v.what = kind::word;
  v.text = constant(m, i);
  return i + v.text.size();
}

}  // namespace

result values::run(token_marks& marks, std::string_view& in, lexer& at) {
  if (pending_ > 0 || !at.between_tokens()) return {};
  const std::size_t begin = marks.window().size() - in.size();
  std::size_t i = begin;
  result r = walk(marks, i, at.position() - begin);
  at.skip(in, i - begin);
  return r;
}

// All before i has been judged. The window begins at the offset `base`.
result values::walk(token_marks& marks, std::size_t& i, std::uint64_t base) {
  const std::string_view t = marks.window();
  while (depth_ > 0) {
    marks.cover(i);
    i = marks.token(i);
    if (i == marks.end()) {
      if (marks.last()) break;
      continue;
    }
    frame& f = stack_[depth_ - 1];
    if (f.dictionary && !f.wants_value && t[i] == '/') {
      const std::size_t end = past_name(marks, i);
      if (end == i) break;
      if (result r = key(find_name(t.substr(i + 1, end - i - 1)), base + i); !r.ok()) return r;
      i = marks.token(end);
      if (i == marks.end()) continue;
    }
    const char c = t[i];
    if (c == '[' || c == ']') {
      if (result r = c == '[' ? push(false, base + i) : close(false, base + i); !r.ok()) return r;
      ++i;
      continue;
    }
    if ((c == '<' || c == '>') && i + 1 < t.size() && t[i + 1] == c) {
      if (result r = c == '<' ? push(true, base + i) : close(true, base + i); !r.ok()) return r;
      i += 2;
      continue;
    }
    if (f.dictionary && !f.wants_value) break;
    if (f.quiet) {
      const std::size_t past = past_quiet(marks, i, f.dictionary);
      if (past == i) break;
      i = past;
      f.wants_value = false;
      continue;
    }
    value v{.offset = base + i};
    const std::size_t past = read_telling(marks, i, f.dictionary, v);
    if (past == i) break;
    i = past;
    if (result r = put(v); !r.ok()) return r;
  }
  return {};
}

}  // namespace uploadgate::formats::pdf
