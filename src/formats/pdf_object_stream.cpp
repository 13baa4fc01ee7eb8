#include "pdf_object_stream.hpp"

#include "pdf_mix.hpp"
#include "pdf_token_marks.hpp"

#include <algorithm>
#include <string>

namespace uploadgate::formats::pdf {
namespace {

std::uint32_t capped(std::uint64_t n) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(n, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

bool object_stream::begin(const head& d, std::uint64_t offset) {
  lexer_.restart(0);
  offset_ = offset;
  read_ = values_read_ = in_place_ = declared_ = standing_ = value_end_ = 0;
  about_content_ = false;
  outcome_ = {};
  if (!d.count || !d.first) return false;
  count_ = *d.count;
  first_ = *d.first;
  return count_ <= std::numeric_limits<std::uint32_t>::max();
}

void object_stream::fail(std::string_view why) {
  if (!outcome_.ok()) return;
  outcome_ = {errc::bad_structure, "object stream: " + std::string{why}, offset_};
}

bool object_stream::take(bytes_view bytes) {
  std::string_view in = as_text(bytes);
  token_marks marks{in};
  while (outcome_.ok()) {
    if (values_.open()) {
      judged(values_.run(marks, in, lexer_));
      if (!outcome_.ok()) break;
    }
    if (!values_.open() && lexer_.between_tokens()) {
      if (read_ < 2 * count_) {
        if (lexer_.next_integer(in)) {
          token(kind::integer);
          continue;
        }
      } else if (lexer_.next_dictionary(in)) {
        value_token(kind::dict_open);
        continue;
      }
    }
    const kind k = lexer_.next(in);
    if (k == kind::more) break;
    token(k);
  }
  return outcome_.ok();
}

result object_stream::finish() {
  const kind k = lexer_.finish();
  if (outcome_.ok() && k != kind::more) token(k);
  if (outcome_.ok() && read_ < 2 * count_) fail("ends within its header");
  if (outcome_.ok() && values_.open()) fail("ends within an object");
  // Editors leave objects in the stream that its header does not name any more; they are judged too.
  if (outcome_.ok() && values_read_ > count_ && in_place_ == count_) return outcome_;
  if (outcome_.ok() && values_read_ != count_) fail("holds another number of objects than it says");
  if (outcome_.ok() && in_place_ != count_ && declared_ != standing_)
    fail("objects do not stand where its header says");
  return outcome_;
}

void object_stream::token(kind k) {
  if (k == kind::comment) return;
  if (read_ < 2 * count_) {
    if (k != kind::integer || lexer_.negative() || lexer_.offset() >= first_) {
      return fail("its header is not made of numbers");
    }
    return pair(lexer_.number());
  }
  value_token(k);
}

void object_stream::pair(std::uint64_t number) {
  const auto i = static_cast<std::size_t>(std::min<std::uint64_t>(read_ / 2, max_offsets));
  if (read_ % 2 == 0) {
    if (i < max_numbers) numbers_[i] = capped(number);
  } else {
    declared_ += mix(number);
    if (i < max_offsets) offsets_[i] = capped(number);
  }
  ++read_;
}

// The object whose value the header says to begin there; 0 where it is not remembered.
std::uint64_t object_stream::number_at(std::uint64_t at) const {
  if (values_read_ >= max_numbers) return 0;
  const auto known = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(count_, max_numbers));
  const auto it = std::find(offsets_.begin(), offsets_.begin() + known, at);
  return it == offsets_.begin() + known ? 0 : numbers_[static_cast<std::size_t>(it - offsets_.begin())];
}

void object_stream::value_token(kind k) {
  if (!values_.open()) {
    if (lexer_.offset() < first_) return fail("bytes stand between its header and its first object");
    const std::uint64_t at = lexer_.offset() - first_;
    standing_ += mix(at);
    const auto i = static_cast<std::size_t>(std::min<std::uint64_t>(in_place_, max_offsets));
    const bool in_gap =
        in_place_ < count_ && i < max_offsets && offsets_[i] >= value_end_ && offsets_[i] <= at;
    const std::uint64_t number = in_gap && i < max_numbers ? numbers_[i] : number_at(at);
    if (in_gap) ++in_place_;
    ++values_read_;
    values_.restart(judge_.begin_object(number));
    if (k == kind::integer) {  // a value of its own: a reference cannot stand here
      value_end_ = lexer_.position() - first_;
      return;
    }
  }
  judged(values_.token(k, lexer_));
}

void object_stream::judged(result r) {
  value_end_ = lexer_.position() - first_;
  if (!r.ok()) object(std::move(r));
}

void object_stream::object(result r) {
  const errc malformed[] = {errc::bad_structure, errc::duplicate_part, errc::nested_too_deep};
  about_content_ = std::ranges::none_of(malformed, [&](errc e) { return r.why().code == e; });
  objection why = std::move(r).why();
  if (!why.detail.starts_with(in_object_stream)) why.detail = std::string{in_object_stream} + why.detail;
  why.offset = offset_;
  outcome_ = std::move(why);
}

bool reference_stream::begin(const head& d) {
  known_ = d.indices <= head::max_index;
  at_ = section_ = 0;
  in_section_ = 0;
  if (d.widths != 3 || !d.size) return false;
  width_ = d.width;
  entry_size_ = 0;
  for (const std::uint32_t w : width_) {
    if (w > 8) return false;
    entry_size_ += w;
  }
  if (entry_size_ == 0) return false;
  if (d.indices == 0) {
    whole_ = {0, capped(*d.size)};
    index_ = whole_.data();
    sections_ = 2;
  } else {
    sections_ = std::min(d.indices, head::max_index);
    index_ = d.index.data();
  }
  return sections_ % 2 == 0;
}

bool reference_stream::take(bytes_view bytes) {
  for (const std::byte b : bytes) {
    entry_[at_++] = std::to_integer<std::uint8_t>(b);
    if (at_ < entry_size_) continue;
    at_ = 0;
    entry();
  }
  return true;
}

void reference_stream::entry() {
  while (section_ * 2 < sections_ && in_section_ >= index_[section_ * 2 + 1]) {
    ++section_;
    in_section_ = 0;
  }
  if (section_ * 2 >= sections_) return;  // more than the sections have: readers do not look there
  const std::uint64_t number = std::uint64_t{index_[section_ * 2]} + in_section_++;
  std::array<std::uint64_t, 3> field{};
  std::size_t i = 0;
  for (std::size_t f = 0; f < 3; ++f) {
    for (std::uint32_t k = 0; k < width_[f]; ++k) field[f] = (field[f] << 8) | entry_[i++];
  }
  const std::uint64_t type = width_[0] == 0 ? 1 : field[0];
  if (type == 1) xref_.entry(number, field[2], field[1]);
  if (in_section_ >= index_[section_ * 2 + 1]) {
    ++section_;
    in_section_ = 0;
  }
}

}  // namespace uploadgate::formats::pdf
