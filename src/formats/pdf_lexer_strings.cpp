// Strings of PDF: literal and hexadecimal (ISO 32000-2, 7.3.4).
#include "pdf_lexer.hpp"

#include <array>

namespace uploadgate::formats::pdf {
namespace {

// Bytes that end a plain run inside a literal string.
constexpr std::array<bool, 256> string_stops = [] {
  std::array<bool, 256> t{};
  for (const char c : {'(', ')', '\\'}) t[static_cast<unsigned char>(c)] = true;
  return t;
}();

}  // namespace

// 7.3.4.2: balanced parentheses, a backslash takes the next byte with it.
kind lexer::literal(std::string_view& in) {
  std::size_t n = 0;
  bool done = false;
  while (n < in.size() && !done) {
    if (escaped_) {
      escaped_ = false;
      ++n;
      continue;
    }
    while (n < in.size() && !string_stops[static_cast<unsigned char>(in[n])]) ++n;
    if (n == in.size()) break;
    const char c = in[n++];
    if (c == '\\') {
      escaped_ = true;
    } else if (c == '(') {
      ++depth_;
    } else {
      done = --depth_ == 0;
    }
  }
  if (kept_ < max_text) keep(in.substr(0, n));
  take(in, n);
  if (!done) return kind::more;
  mode_ = mode::between;
  decode_literal();
  return kind::string;
}

void lexer::decode_literal() {
  std::size_t out = 0;
  const std::size_t end = length_ <= max_text ? kept_ - 1 : kept_;
  for (std::size_t i = 1; i < end; ++i) {
    char c = buffer_[i];
    if (c == '\\' && i + 1 == end) break;  // cut within an escape
    if (c == '\\') {
      c = buffer_[++i];
      if (c >= '0' && c <= '7') {
        int value = 0;
        for (int k = 0; k < 3 && i < end && buffer_[i] >= '0' && buffer_[i] <= '7'; ++k, ++i) {
          value = value * 8 + (buffer_[i] - '0');
        }
        --i;
        c = static_cast<char>(value);
      } else if (c == '\r' || c == '\n') {
        if (c == '\r' && i + 1 < end && buffer_[i + 1] == '\n') ++i;
        continue;
      } else if (c == 't' || c == 'n' || c == 'r' || c == 'b' || c == 'f') {
        c = c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c == 'b' ? '\b' : '\f';
      }
    }
    buffer_[out++] = c;
  }
  text_ = {buffer_.data(), out};
}

// 7.3.4.3
kind lexer::hexadecimal(std::string_view& in) {
  std::size_t n = 0;
  while (n < in.size() && (hex_digit(in[n]) >= 0 || is_white(in[n]))) ++n;
  if (kept_ < max_text) keep(in.substr(0, n));
  take(in, n);
  if (in.empty()) return kind::more;
  mode_ = mode::between;
  if (in.front() != '>') return kind::bad;
  take(in, 1);
  decode_hexadecimal();
  return kind::string;
}

void lexer::decode_hexadecimal() {
  std::size_t out = 0;
  int high = -1;
  for (std::size_t i = 0; i < kept_; ++i) {
    const int d = hex_digit(buffer_[i]);
    if (d < 0) continue;
    if (high < 0) {
      high = d;
    } else {
      buffer_[out++] = static_cast<char>(high * 16 + d);
      high = -1;
    }
  }
  if (high >= 0 && !long_text()) buffer_[out++] = static_cast<char>(high * 16);
  text_ = {buffer_.data(), out};
}

}  // namespace uploadgate::formats::pdf
