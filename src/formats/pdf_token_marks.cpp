#include "pdf_token_marks.hpp"

namespace uploadgate::formats::pdf {
namespace {

template <class Is>
constexpr byte_set bytes_that(Is is) {
  byte_set set;
  for (unsigned c = 0; c < 256; ++c) {
    if (is(static_cast<char>(c))) set.add(static_cast<char>(c));
  }
  return set;
}

constexpr byte_set in_number{"0123456789-."};

}  // namespace

void token_marks::mark(std::size_t from) {
  static constexpr std::array<ascii_set, ascii_set::at_once> sets{
      ascii_set{bytes_that([](char c) { return !is_white(c); })},
      ascii_set{bytes_that([](char c) { return !is_regular(c) || c == '#'; })},
      ascii_set{~in_number},
      ascii_set{bytes_that([](char c) { return !in_number.has(c) && !is_white(c); })},
      ascii_set{~byte_set{"0123456789"}},
      ascii_set{byte_set{"()\\"}},
  };
  const std::string_view part = window_.substr(from, size_ == 0 ? first_step : step);
  begin_ = from;
  text_ = part.data();
  size_ = part.size();
  byte_marks<step>::read_all(sets, part, marks_);
}

}  // namespace uploadgate::formats::pdf
