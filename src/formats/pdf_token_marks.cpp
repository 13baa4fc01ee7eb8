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

constexpr byte_set begins_token = bytes_that([](char c) { return !is_white(c); });
constexpr byte_set ends_name = bytes_that([](char c) { return !is_regular(c) || c == '#'; });
constexpr byte_set in_number{"0123456789-."};
constexpr byte_set ends_number = ~in_number;
constexpr byte_set ends_numbers = bytes_that([](char c) { return !in_number.has(c) && !is_white(c); });
constexpr byte_set ends_digits = ~byte_set{"0123456789"};
constexpr byte_set stops_string{"()\\"};

}  // namespace

void token_marks::mark(std::size_t from) {
  const std::string_view text = window_.substr(from, end_ == 0 ? first_step : step);
  begin_ = from;
  end_ = from + text.size();
  tokens_.read(begins_token, text);
  name_ends_.read(ends_name, text);
  number_ends_.read(ends_number, text);
  numbers_ends_.read(ends_numbers, text);
  digits_ends_.read(ends_digits, text);
  string_stops_.read(stops_string, text);
}

}  // namespace uploadgate::formats::pdf
