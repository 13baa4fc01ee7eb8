#include "pdf_lexer.hpp"

#include <algorithm>
#include <cstring>

namespace uploadgate::formats::pdf {
namespace {

std::size_t regulars(std::string_view in) {
  std::size_t n = 0;
  while (n < in.size() && is_regular(in[n])) ++n;
  return n;
}

}  // namespace

void lexer::restart(std::uint64_t offset) {
  mode_ = mode::between;
  position_ = offset;
  length_ = 0;
  kept_ = 0;
}

void lexer::begin(mode m) {
  mode_ = m;
  kept_ = 0;
  escaped_ = false;
  control_ = false;
}

void lexer::keep(std::string_view run) {
  const std::size_t n = std::min(run.size(), max_text - kept_);
  std::memcpy(buffer_.data() + kept_, run.data(), n);
  kept_ += n;
}

kind lexer::next(std::string_view& in) {
  for (;;) {
    if (in.empty()) return kind::more;
    switch (mode_) {
      case mode::between: {
        const kind k = between(in);
        if (k != kind::more) return k;
        break;
      }
      case mode::regular:
      case mode::name: {
        const kind k = run_of_regulars(in);
        if (k != kind::more) return k;
        break;
      }
      case mode::string:
        return literal(in);
      case mode::hex:
        return hexadecimal(in);
      case mode::comment:
        return comment(in);
      case mode::less:
        if (in.front() == '<') {
          take(in, 1);
          mode_ = mode::between;
          return kind::dict_open;
        }
        begin(mode::hex);
        break;
      case mode::greater:
        mode_ = mode::between;
        if (in.front() != '>') return kind::bad;
        take(in, 1);
        return kind::dict_close;
    }
  }
}

bool lexer::next_integer(std::string_view& in) {
  constexpr std::size_t most_digits = 18;
  std::size_t n = blanks(in);
  const std::size_t first = n;
  std::uint64_t value = 0;
  for (; n < in.size() && in[n] >= '0' && in[n] <= '9'; ++n) {
    value = value * 10 + static_cast<std::uint64_t>(in[n] - '0');
  }
  if (n == first || n - first > most_digits || n == in.size() || is_regular(in[n])) return false;
  began_ = position_ + first;
  length_ = n - first;
  number_ = value;
  negative_ = false;
  skip(in, n);
  return true;
}

// Skips white space and looks at the first byte of the next token.
kind lexer::between(std::string_view& in) {
  skip(in, blanks(in));
  if (in.empty()) return kind::more;
  began_ = position_;
  length_ = 0;
  switch (in.front()) {
    case '/':
      begin(mode::name);
      take(in, 1);
      return in.empty() ? kind::more : run_of_regulars(in);
    case '(':
      begin(mode::string);
      depth_ = 0;
      return kind::more;
    case '%':
      begin(mode::comment);
      return kind::more;
    case '<':
      if (in.size() > 1 && in[1] == '<') {
        take(in, 2);
        return kind::dict_open;
      }
      mode_ = mode::less;
      take(in, 1);
      return kind::more;
    case '>':
      mode_ = mode::greater;
      take(in, 1);
      return kind::more;
    case '[':
      take(in, 1);
      return kind::array_open;
    case ']':
      take(in, 1);
      return kind::array_close;
    case ')':
    case '{':
    case '}':
      return kind::bad;
    default:
      begin(mode::regular);
      return run_of_regulars(in);
  }
}

kind lexer::run_of_regulars(std::string_view& in) {
  const std::size_t n = regulars(in);
  const std::string_view run = in.substr(0, n);
  const bool whole = n < in.size();
  take(in, n);
  if (!whole || kept_ > 0) {
    keep(run);
    if (!whole) return kind::more;
  }
  const std::string_view all = kept_ > 0 ? std::string_view{buffer_.data(), kept_} : run.substr(0, max_text);
  const kind k = mode_ == mode::name ? finish_name(all) : finish_regular(all);
  mode_ = mode::between;
  return k;
}

// Tells integers, reals and words apart (7.3.3).
kind lexer::finish_regular(std::string_view run) {
  text_ = run;
  negative_ = run.front() == '-';
  const bool sign = negative_ || run.front() == '+';
  std::uint64_t n = 0;
  bool point = false;
  bool digits = false;
  for (const char c : run.substr(sign ? 1 : 0)) {
    if (c >= '0' && c <= '9') {
      digits = true;
      if (n < (std::uint64_t{1} << 59)) n = n * 10 + static_cast<std::uint64_t>(c - '0');
    } else if (c == '.' && !point) {
      point = true;
    } else {
      // Writers print "1.0-3", "--5" and "1e-5" where they fail to format; readers take them for numbers.
      const bool numeric = (digits || sign || point) && (c == '-' || c == 'e' || c == 'E' || c == '.');
      return numeric ? kind::real : kind::word;
    }
  }
  if (!digits) return point || sign ? kind::real : kind::word;
  number_ = n;
  return point ? kind::real : kind::integer;
}

kind lexer::finish_name(std::string_view run) {
  text_ = run;
  if (run.find('#') == std::string_view::npos) return kind::name;
  std::size_t out = 0;
  for (std::size_t i = 0; i < run.size(); ++i) {
    char c = run[i];
    if (c == '#' && i + 2 < run.size() && hex_digit(run[i + 1]) >= 0 && hex_digit(run[i + 2]) >= 0) {
      c = static_cast<char>(hex_digit(run[i + 1]) * 16 + hex_digit(run[i + 2]));
      i += 2;
    }
    buffer_[out++] = c;
  }
  text_ = {buffer_.data(), out};
  return kind::name;
}

kind lexer::comment(std::string_view& in) {
  std::size_t n = 0;
  while (n < in.size() && in[n] != '\n' && in[n] != '\r') {
    const auto c = static_cast<unsigned char>(in[n]);
    control_ = control_ || (c < 0x20 && c != '\t' && c != '\f') || c == 0x7F;
    ++n;
  }
  keep(in.substr(0, n));
  take(in, n);
  if (in.empty()) return kind::more;
  mode_ = mode::between;
  text_ = {buffer_.data(), kept_};
  return kind::comment;
}

kind lexer::finish() {
  const mode open = mode_;
  mode_ = mode::between;
  text_ = {buffer_.data(), kept_};
  switch (open) {
    case mode::between:
      return kind::more;
    case mode::regular:
      return finish_regular(text_);
    case mode::name:
      return finish_name(text_);
    case mode::comment:
      return kind::comment;
    case mode::string:
    case mode::hex:
    case mode::less:
    case mode::greater:
      break;
  }
  return kind::bad;
}

}  // namespace uploadgate::formats::pdf
