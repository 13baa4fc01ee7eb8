// The fast way through an object's value: whole tokens of one window, without the lexer's state. It decides
// nothing of its own: each token ends in the same calls as in values::token, or needs none.
#include "pdf_rules.hpp"
#include "pdf_values.hpp"

#include <array>
#include <cstring>

namespace uploadgate::formats::pdf {
namespace {

// Bytes of names that need no decoding, and of numbers.
enum : std::uint8_t { plain_name = 1, numeric = 2 };
constexpr std::array<std::uint8_t, 256> uses = [] {
  std::array<std::uint8_t, 256> t{};
  for (std::size_t i = 0; i < t.size(); ++i) {
    const char c = static_cast<char>(i);
    if (is_regular(c) && c != '#') t[i] = plain_name;
    if (c >= '0' && c <= '9') t[i] |= numeric;
  }
  for (const char c : {'+', '-', '.'}) t[static_cast<unsigned char>(c)] |= numeric;
  return t;
}();

bool is(char c, std::uint8_t use) { return (uses[static_cast<unsigned char>(c)] & use) != 0; }
bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

// Each gives where it stopped; `end` says that the token may go on in the next window.
const char* after_white(const char* p, const char* end) {
  while (p != end && is_white(*p)) ++p;
  return p;
}
const char* after_name(const char* p, const char* end) {
  while (p != end && is(*p, plain_name)) ++p;
  return p;
}
const char* after_number(const char* p, const char* end) {
  while (p != end && is(*p, numeric)) ++p;
  return p;
}
bool is_integer(const char* p, const char* end) {
  if (*p == '+' || *p == '-') ++p;
  if (p == end) return false;
  for (; p != end; ++p) {
    if (!is_digit(*p)) return false;
  }
  return true;
}

// An unsigned integer short enough for the lexer to keep whole; nullptr where there is none.
const char* read_integer(const char* p, const char* end, std::uint64_t& n) {
  constexpr std::ptrdiff_t most_digits = 17;
  const char* const first = p;
  n = 0;
  for (; p != end && is_digit(*p); ++p) n = n * 10 + static_cast<std::uint64_t>(*p - '0');
  return p == first || p == end || p - first > most_digits || is_regular(*p) ? nullptr : p;
}

// Numbers and references of an array that nobody looks at. Integers that a reference could begin with stay
// where the window ends behind them.
const char* after_numbers(const char* p, const char* end) {
  std::array<const char*, 2> waiting{};
  std::size_t integers = 0;
  for (;;) {
    const char* const q = after_number(p, end);
    if (q == end) break;
    if (q == p) {
      if (*p != 'R' || integers < 2) return p;
      if (p + 1 == end) break;
      if (is_regular(p[1])) return p;
      ++p;
      integers = 0;
    } else {
      if (is_regular(*q)) return p;
      if (is_integer(p, q)) {
        waiting = {integers > 0 ? waiting[1] : p, p};
        integers = integers > 0 ? 2 : 1;
      } else {
        integers = 0;
      }
      p = q;
    }
    p = after_white(p, end);
    if (p == end) break;
  }
  return integers > 0 ? waiting[0] : p;
}

// Behind a literal string (7.3.4.2), or nullptr where it does not end here.
const char* after_string(const char* p, const char* end) {
  std::size_t depth = 0;
  for (; p != end; ++p) {
    if (*p == '\\') {
      if (++p == end) return nullptr;
    } else if (*p == '(') {
      ++depth;
    } else if (*p == ')' && --depth == 0) {
      return p + 1;
    }
  }
  return nullptr;
}

std::string_view constant(const char* p, const char* end) {
  using namespace std::string_view_literals;
  const std::string_view all{p, static_cast<std::size_t>(end - p)};
  for (const auto word : {"true"sv, "false"sv, "null"sv}) {
    if (all.starts_with(word) && all.size() > word.size() && !is_regular(all[word.size()])) return word;
  }
  return {};
}

}  // namespace

// Whether no rule looks at the next value, unless it is a dictionary or an array.
bool values::dull(const frame& f) const {
  if (f.dictionary) return f.key == name::other && f.runs != role::triggers;
  return f.runs == role::none && f.under != name::XFA && f.under != name::FontMatrix &&
         f.under != name::Filter && f.under != name::W && f.under != name::Index;
}

result values::run(std::string_view& in, lexer& at) {
  if (pending_ > 0 || !at.between_tokens()) return {};
  const char* const begin = in.data();
  const char* const end = begin + in.size();
  const std::uint64_t base = at.position();
  const char* p = begin;  // all before it has been judged
  result r;
  while (depth_ > 0 && r.ok()) {
    frame& f = stack_[depth_ - 1];
    p = after_white(p, end);
    if (p == end) break;
    const std::uint64_t offset = base + static_cast<std::uint64_t>(p - begin);
    const bool is_key = f.dictionary && !f.wants_value;
    const char c = *p;
    const char* next = nullptr;
    value v{.offset = offset};
    if (c == '/') {
      next = after_name(p + 1, end);
      if (next == end || *next == '#') break;
      const std::string_view text{p + 1, static_cast<std::size_t>(next - p - 1)};
      if (is_key) {
        r = key(find_name(text), offset);
        p = next;
        continue;
      }
      v.what = kind::name;
      v.text = text;
    } else if (c == '[') {
      r = push(false, offset);
      ++p;
      continue;
    } else if (c == ']') {
      r = close(false, offset);
      ++p;
      continue;
    } else if ((c == '<' || c == '>') && p + 1 != end && p[1] == c) {
      r = c == '<' ? push(true, offset) : close(true, offset);
      p += 2;
      continue;
    } else if (is_key) {
      break;
    } else if (c == '(') {
      next = dull(f) ? after_string(p, end) : nullptr;
    } else if (!f.dictionary) {
      if (!dull(f)) break;
      next = after_numbers(p, end);
      if (next != p) {
        p = next;
        continue;
      }
      const std::string_view word = constant(p, end);
      next = word.empty() ? nullptr : p + word.size();
    } else if (is_digit(c) && (next = read_integer(p, end, v.number)) != nullptr) {
      v.what = kind::integer;
      const char* const second = after_white(next, end);
      if (second == end) break;
      if (is_digit(*second)) {  // it must be a reference, else it is an error
        const char* const last = read_integer(second, end, v.generation);
        const char* const word = last == nullptr ? end : after_white(last, end);
        if (end - word < 2 || *word != 'R' || is_regular(word[1])) break;
        v.is_reference = true;
        next = word + 1;
      }
    } else if (is(c, numeric)) {
      next = dull(f) ? after_number(p, end) : nullptr;
      if (next == end || (next != nullptr && is_regular(*next))) break;
    } else {
      v.what = kind::word;
      v.text = constant(p, end);
      next = v.text.empty() ? nullptr : p + v.text.size();
    }
    if (next == nullptr) break;
    p = next;
    if (!dull(f)) {
      if (v.what == kind::name) v.id = find_name(v.text);
      r = put(v);
    } else if (f.dictionary) {
      f.wants_value = false;
    }
  }
  at.skip(in, static_cast<std::size_t>(p - begin));
  return r;
}

}  // namespace uploadgate::formats::pdf
