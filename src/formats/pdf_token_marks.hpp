// Where the tokens of PDF begin and end in a window of bytes, so that whole tokens are stepped over at once.
#pragma once

#include "byte_set.hpp"
#include "pdf_lexer.hpp"

#include <cstddef>
#include <string_view>

namespace uploadgate::formats::pdf {

class token_marks {
 public:
  explicit token_marks(std::string_view window) : window_{window} {}

  // Marks what stands from i on, unless enough of it is marked already.
  void cover(std::size_t i) {
    if (i + reserve > end_ && end_ != window_.size()) mark(i);
  }
  [[nodiscard]] std::string_view window() const { return window_; }
  // Where the marks end: what is asked for below gives this place where it is not found before.
  [[nodiscard]] std::size_t end() const { return end_; }
  // Whether that is the window's end too.
  [[nodiscard]] bool last() const { return end_ == window_.size(); }

  // Each gives the first place from i on, which is marked, that holds
  // no white space;
  [[nodiscard]] std::size_t token(std::size_t i) const {
    // One space or none stands before most tokens: a branch that is foreseen costs less than the search.
    if (i < end_ && !is_white(window_[i])) return i;
    if (i + 1 < end_ && !is_white(window_[i + 1])) return i + 1;
    return next(tokens_, i);
  }
  // what ends a name or must be decoded in it;
  [[nodiscard]] std::size_t name_end(std::size_t i) const { return next(name_ends_, i); }
  // no part of a number that begins at i, which may do so with a plus sign;
  [[nodiscard]] std::size_t number_end(std::size_t i) const {
    return next(number_ends_, i + (window_[i] == '+' ? 1 : 0));
  }
  // neither white space nor a part of a number;
  [[nodiscard]] std::size_t numbers_end(std::size_t i) const { return next(numbers_ends_, i); }
  // no digit;
  [[nodiscard]] std::size_t digits_end(std::size_t i) const { return next(digits_ends_, i); }
  // a parenthesis or a backslash.
  [[nodiscard]] std::size_t string_stop(std::size_t i) const { return next(string_stops_, i); }

 private:
  static constexpr std::size_t first_step = 512;  // as most objects are small
  static constexpr std::size_t step = 2048;
  static constexpr std::size_t reserve = 256;
  using marks = byte_marks<step>;

  void mark(std::size_t from);
  [[nodiscard]] std::size_t next(const marks& m, std::size_t i) const { return begin_ + m.next(i - begin_); }

  std::string_view window_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  marks tokens_;
  marks name_ends_;
  marks number_ends_;
  marks numbers_ends_;
  marks digits_ends_;
  marks string_stops_;
};

}  // namespace uploadgate::formats::pdf
