// Where the tokens of PDF begin and end in a window of bytes, so that whole tokens are stepped over at once.
#pragma once

#include "byte_set.hpp"
#include "pdf_lexer.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace uploadgate::formats::pdf {

// The marks are made of a part of the window at a time; places are counted from where that part begins.
class token_marks {
 public:
  // Places from which to `size` there are that many bytes need no new marks.
  static constexpr std::size_t reserve = 256;

  explicit token_marks(std::string_view window) : window_{window}, text_{window.data()} {}

  // Marks what stands in the window from there on, unless enough of it is marked, and gives its place.
  std::size_t cover(std::size_t in_window) {
    if (in_window - begin_ + reserve > size_ && !last()) mark(in_window);
    return in_window - begin_;
  }
  // Where the marked part begins in the window, its bytes, and their number.
  [[nodiscard]] std::size_t begin() const { return begin_; }
  [[nodiscard]] const char* text() const { return text_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  // Where the window ends in itself.
  [[nodiscard]] std::size_t end() const { return window_.size(); }
  // Bytes of the window from the marked part's begin on.
  [[nodiscard]] std::size_t readable() const { return window_.size() - begin_; }
  // Whether the marked part ends where the window does.
  [[nodiscard]] bool last() const { return size_ == readable(); }

  // Each gives the first place from i on that holds this; the size where there is none:
  // no white space;
  [[nodiscard]] std::size_t token(std::size_t i) const {
    // One space or none stands before most tokens: a branch that is foreseen costs less than the search.
    if (i < size_ && !is_white(text_[i])) return i;
    if (i + 1 < size_ && !is_white(text_[i + 1])) return i + 1;
    return marks_[tokens].next(i);
  }
  // what ends a name or must be decoded in it;
  [[nodiscard]] std::size_t name_end(std::size_t i) const { return marks_[name_ends].next(i); }
  // no part of a number that begins at i, which may do so with a plus sign;
  [[nodiscard]] std::size_t number_end(std::size_t i) const {
    return marks_[number_ends].next(i + (text_[i] == '+' ? 1 : 0));
  }
  // neither white space nor a part of a number;
  [[nodiscard]] std::size_t numbers_end(std::size_t i) const { return marks_[numbers_ends].next(i); }
  // no digit;
  [[nodiscard]] std::size_t digits_end(std::size_t i) const { return marks_[digits_ends].next(i); }
  // a parenthesis or a backslash.
  [[nodiscard]] std::size_t string_stop(std::size_t i) const { return marks_[string_stops].next(i); }

 private:
  enum which { tokens, name_ends, number_ends, numbers_ends, digits_ends, string_stops };
  static constexpr std::size_t first_step = 512;  // as most objects are small
  static constexpr std::size_t step = 4096;

  void mark(std::size_t from);

  std::string_view window_;
  const char* text_;
  std::size_t begin_ = 0;
  std::size_t size_ = 0;
  std::array<byte_marks<step>, ascii_set::at_once> marks_;
};

}  // namespace uploadgate::formats::pdf
