// The fast way through an object's value: whole tokens of one window, without the lexer's state. It decides
// nothing of its own: each token ends in the same calls as in values::token, or needs none. What it does not
// know is left to the lexer.
#include "pdf_name_table.hpp"
#include "pdf_rules.hpp"
#include "pdf_token_marks.hpp"
#include "pdf_values.hpp"

#include <cstring>
#include <string>

namespace uploadgate::formats::pdf {
namespace {

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }
bool is_sign(char c) { return c == '+' || c == '-'; }
bool is_numeric(char c) { return is_digit(c) || is_sign(c) || c == '.'; }

// The functions below read what stands at i and give the place behind it; or i, where the lexer must look.

// A reference as nearly all are written, behind its first number.
bool is_usual_reference(const token_marks& m, std::size_t digits_end) {
  constexpr std::string_view usual = " 0 R";
  const std::size_t end = digits_end + usual.size();
  return end < m.size() && std::memcmp(m.text() + digits_end, usual.data(), usual.size()) == 0 &&
         !is_regular(m.text()[end]);
}

// Behind a reference (7.3.10), or behind a number that begins none.
std::size_t past_number(const token_marks& m, std::size_t i) {
  const char* const t = m.text();
  const std::size_t digits_end = m.digits_end(i);
  if (digits_end > i && is_usual_reference(m, digits_end)) return digits_end + 4;
  const std::size_t end = m.number_end(i);
  if (end == m.size() || is_regular(t[end])) return i;
  const std::size_t second = m.token(end);
  if (second == m.size() || t[second] == '%') return i;
  if (!is_numeric(t[second])) return end;
  const std::size_t second_end = m.number_end(second);
  const std::size_t word = m.token(second_end);
  if (word == second_end || word + 1 >= m.size() || t[word] != 'R' || is_regular(t[word + 1])) return i;
  return digits_end == end && m.digits_end(second) == second_end ? word + 1 : i;
}

// Behind the numbers and references of an array that nobody looks at. Integers with which a reference could
// begin are left where the marks end behind them, or a comment stands.
std::size_t past_numbers(const token_marks& m, std::size_t i) {
  const char* const t = m.text();
  const std::size_t close = m.numbers_end(i);
  if (close != m.size() && t[close] == ']') return close;
  const std::size_t first_end = m.digits_end(i);
  if (first_end > i && is_usual_reference(m, first_end)) return first_end + 4;
  std::size_t last_two = i;  // where the last two numbers begin
  std::size_t last = i;
  unsigned integers = 0;  // at the end of what was read
  std::size_t end = i;
  std::size_t word = i;
  while (word != m.size() && is_numeric(t[word])) {
    end = m.number_end(word);
    if (end != m.size() && is_regular(t[end])) return i;
    const std::size_t digits = word + (is_sign(t[word]) ? 1 : 0);
    integers = digits < end && m.digits_end(digits) == end ? integers + 1 : 0;
    last_two = last;
    last = word;
    word = m.token(end);
  }
  if (word == m.size() || word + 1 == m.size() || t[word] == '%') return last_two;
  if (t[word] != 'R' || is_regular(t[word + 1])) return end;
  return integers >= 2 ? word + 1 : i;
}

// Behind a literal string (7.3.4.2).
std::size_t past_string(const token_marks& m, std::size_t i) {
  const char* const t = m.text();
  std::size_t depth = 0;
  for (std::size_t at = i; at < m.size(); at = m.string_stop(at + 1)) {
    if (t[at] == '(') {
      ++depth;
    } else if (t[at] == ')') {
      if (--depth == 0) return at + 1;
    } else if (++at == m.size()) {
      break;
    }
  }
  return i;
}

// Behind a hexadecimal string (7.3.4.3).
std::size_t past_hexadecimal(const token_marks& m, std::size_t i) {
  const std::string_view t{m.text(), m.size()};
  std::size_t at = i + 1;
  while (at < t.size() && (hex_digit(t[at]) >= 0 || is_white(t[at]))) ++at;
  return at < t.size() && t[at] == '>' ? at + 1 : i;
}

std::string_view constant(const token_marks& m, std::size_t i) {
  using namespace std::string_view_literals;
  const std::string_view all{m.text() + i, m.size() - i};
  for (const auto word : {"true"sv, "false"sv, "null"sv}) {
    if (all.starts_with(word) && all.size() > word.size() && !is_regular(all[word.size()])) return word;
  }
  return {};
}

// The name whose solidus stands at i.
inline name name_at(const token_marks& m, std::size_t i, std::size_t end) {
  const char* const text = m.text() + i + 1;
  const std::size_t size = end - i - 1;
  if (i + 1 + name_table::longest > m.readable()) [[unlikely]]
    return find_name({text, size});
  return known_names.find(text, size);
}

// An unsigned integer at i, short enough for the lexer to keep whole.
bool read_integer(const token_marks& m, std::size_t i, std::uint64_t& n) {
  constexpr std::size_t most_digits = 17;
  const std::size_t end = m.digits_end(i);
  if (end == i || end - i > most_digits || end != m.number_end(i)) return false;
  n = 0;
  for (std::size_t k = i; k < end; ++k) n = n * 10 + static_cast<std::uint64_t>(m.text()[k] - '0');
  return true;
}

// Behind an array of a dictionary that holds numbers and nothing else, of which nothing is kept.
std::size_t past_plain_array(const token_marks& m, std::size_t i, const frame& f) {
  const name_rules& rules = rules_of(f.key);
  if (!f.dictionary || f.minds(rules) || rules.elements) return i;
  const std::size_t close = m.numbers_end(i + 1);
  return close != m.size() && m.text()[close] == ']' ? close + 1 : i;
}

}  // namespace

result values::run(token_marks& marks, std::string_view& in, lexer& at) {
  if (pending_ > 0 || !at.between_tokens()) return {};
  const std::size_t begin = marks.end() - in.size();
  std::size_t end = begin;
  const bool fine = walk(marks, end, at.position() - begin);
  at.skip(in, end - begin);
  return answer(fine);
}

// Reads on from `place` in the window, whose offset is `base`.
bool values::walk(token_marks& marks, std::size_t& place, std::uint64_t base) {
  std::size_t i = marks.cover(place);
  const auto offset = [&] { return base + marks.begin() + i; };
  bool fine = true;
  while (fine && depth_ > 0) {
    if (i + token_marks::reserve > marks.size()) i = marks.cover(marks.begin() + i);
    i = marks.token(i);
    if (i == marks.size()) {
      if (marks.last()) break;
      continue;
    }
    const char* const t = marks.text();
    frame& f = stack_[depth_];
    if (f.dictionary && !f.wants_value) {
      if (t[i] != '/') {
        if (t[i] != '>' || i + 1 == marks.readable() || t[i + 1] != '>') break;
        fine = close(true, offset());
        if (fine) i += 2;
        continue;
      }
      const std::size_t end = marks.name_end(i + 1);
      if (end == marks.size() || t[end] == '#') break;
      fine = key(f, name_at(marks, i, end), offset());
      if (!fine) break;
      i = marks.token(end);
      if (i == marks.size()) continue;
    }
    const char c = t[i];
    std::size_t past = i;
    if (c == '/') {
      past = marks.name_end(i + 1);
      if (past == marks.size() || t[past] == '#') break;
      if (f.hears(a_name)) {
        const name id = name_at(marks, i, past);
        if (!f.keep(id)) {
          const std::string_view text{t + i + 1, past - i - 1};
          fine = put({.what = kind::name, .id = id, .text = text, .offset = offset()});
        }
      }
    } else if (is_numeric(c)) {
      if (f.dictionary) {
        past = past_number(marks, i);
        if (past == i) break;
        const bool refers = t[past - 1] == 'R';
        if (f.hears(refers ? a_reference : an_integer | another)) {
          value v{.what = kind::integer, .is_reference = refers, .offset = offset()};
          if (!is_digit(c) || !read_integer(marks, i, v.number)) break;
          if (refers && !read_integer(marks, marks.token(marks.number_end(i)), v.generation)) break;
          fine = put(v);
        }
      } else {
        if (f.heard == nothing) past = past_numbers(marks, i);
        if (past == i) break;
      }
    } else if (c == '[') {
      past = past_plain_array(marks, i, f);
      if (past == i || depth_ == limit_) {
        fine = push(false, offset());
        if (fine) ++i;
        continue;
      }
    } else if (c == ']') {
      if (f.dictionary) break;
      --depth_;
      ++i;
      continue;
    } else if (c == '<' && i + 1 < marks.readable() && t[i + 1] == '<') {
      fine = push(true, offset());
      if (fine) i += 2;
      continue;
    } else if (c == '(' || c == '<') {
      if (f.hears(a_string)) break;
      past = c == '(' ? past_string(marks, i) : past_hexadecimal(marks, i);
      if (past == i) break;
    } else {
      const std::string_view text = constant(marks, i);
      if (text.empty()) break;
      past = i + text.size();
      if (f.hears(another)) {
        if (!f.dictionary) break;
        fine = put({.what = kind::word, .text = text, .offset = offset()});
      }
    }
    i = past;
    f.wants_value = false;
  }
  place = marks.begin() + i;
  return fine;
}

}  // namespace uploadgate::formats::pdf
