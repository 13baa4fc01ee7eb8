// What stands before the pixels of a VP8L image: transforms, colour cache, prefix codes.
#include "vp8l.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

constexpr std::uint64_t divided_up(std::uint64_t n, unsigned bits) { return (n + (1U << bits) - 1) >> bits; }

constexpr unsigned lengths_and_literals = 256 + 24;
// Section 3.7.2.1.2.
constexpr std::array<std::uint8_t, 19> length_order{17, 18, 0, 1,  2,  3,  4,  5,  16, 6,
                                                    7,  8,  9, 10, 11, 12, 13, 14, 15};
constexpr unsigned longest_length_code = 7;

}  // namespace

result vp8l::feed(bytes_view piece, std::uint64_t offset, bool last) {
  bits_.give(reinterpret_cast<const unsigned char*>(piece.data()), piece.size(), last);
  const step s = stage_ == stage::done ? step::done : run(bits_);
  const std::uint64_t end = offset + piece.size();
  const std::uint64_t unread = bits_.left() + bits_.held() / 8;
  switch (s) {
    case step::done:
      return slack(end);
    case step::starved:
      return {};
    case step::ended:
      return {errc::missing_pixels, "the VP8L stream ends before the last pixel", end};
    case step::corrupt:
      return {errc::corrupt_data, "VP8L", end - unread};
    case step::too_much:
      break;
  }
  return {errc::budget_exhausted, "prefix codes of VP8L", end - unread};
}

// What stands behind the last pixel: encoders of 2012 left two zeros there.
result vp8l::slack(std::uint64_t end) {
  constexpr unsigned most = 2;
  bits_.drop(bits_.held() % 8);
  while (bits_.ready(8) && !bits_.short_of(8)) {
    if (bits_.number(8) == 0 && ++slack_ <= most) continue;
    return {errc::hidden_data, "bytes behind the VP8L stream", end - bits_.left() - bits_.held() / 8 - 1};
  }
  return {};
}

vp8l::step vp8l::run(vp8l_bits& bits) {
  for (step s = step::done; s == step::done && stage_ != stage::done;) {
    switch (stage_) {
      case stage::transform:
        s = transform(bits);
        break;
      case stage::cache:
        s = cache(bits);
        break;
      case stage::meta:
        s = meta(bits);
        break;
      case stage::code:
        s = code(bits);
        break;
      case stage::code_length_codes:
        s = code_length_codes(bits);
        break;
      case stage::code_length_limit:
        s = code_length_limit(bits);
        break;
      case stage::code_lengths:
        s = code_lengths(bits);
        break;
      case stage::pixels:
        s = pixels(bits);
        if (s == step::done) end_image();
        break;
      case stage::done:
        break;
    }
    if (s != step::done) return s;
  }
  return step::done;
}

void vp8l::begin_image(std::uint64_t width, std::uint64_t height, bool inner) {
  inner_ = inner;
  image_width_ = width;
  image_pixels_ = width * height;
  pixel_ = x_ = y_ = 0;
  cache_bits_ = 0;
  stage_ = stage::cache;
}

void vp8l::end_image() {
  if (!inner_) {
    stage_ = stage::done;
    return;
  }
  if (!keeps_) {
    stage_ = stage::transform;
    return;
  }
  keeps_ = false;
  std::uint64_t most = 0;
  meta_.reserve(kept_.size());               // as many as have been read
  for (const std::uint32_t pixel : kept_) {  // red and green
    meta_.push_back(static_cast<std::uint16_t>(pixel >> 8));
    most = std::max<std::uint64_t>(most, meta_.back());
  }
  kept_ = {};
  begin_image(width_, height_, false);
  cache_bits_ = own_cache_bits_;
  begin_codes(most + 1);
}

vp8l::step vp8l::transform(vp8l_bits& bits) {  // section 3.4
  constexpr unsigned head = 3, block = 3, colours = 8;
  if (!bits.ready(head + colours)) return step::starved;
  if (bits.short_of(1)) return step::ended;
  if ((bits.next() & 1) == 0) {
    bits.drop(1);
    begin_image(width_, height_, false);
    return step::done;
  }
  const auto which = static_cast<transforms>(bits.next() >> 1 & 3);
  const unsigned more = which == transforms::subtract_green    ? 0
                        : which == transforms::colour_indexing ? colours
                                                               : block;
  if (bits.short_of(head + more)) return step::ended;
  bits.drop(head);
  if (transforms_seen_[static_cast<std::size_t>(which)]) return step::corrupt;
  transforms_seen_.set(static_cast<std::size_t>(which));
  const std::uint32_t value = bits.number(more);
  if (which == transforms::colour_indexing) {
    const unsigned count = value + 1;
    begin_image(count, 1, true);
    // Pixels of few colours are packed into the bits of one (section 4.4).
    width_ = divided_up(width_, count <= 2 ? 3 : count <= 4 ? 2 : count <= 16 ? 1 : 0);
  } else if (which != transforms::subtract_green) {
    begin_image(divided_up(width_, value + 2), divided_up(height_, value + 2), true);
  }
  return step::done;
}

vp8l::step vp8l::cache(vp8l_bits& bits) {  // section 3.6.2
  if (!bits.ready(5)) return step::starved;
  const bool has = (bits.next() & 1) != 0;
  if (bits.short_of(has ? 5 : 1)) return step::ended;
  bits.drop(1);
  if (has) {
    cache_bits_ = bits.number(4);
    if (cache_bits_ < 1 || cache_bits_ > 11) return step::corrupt;
  }
  if (inner_) {
    if (keeps_) cached_.assign(std::size_t{1} << cache_bits_, 0);
    begin_codes(1);
  } else {
    stage_ = stage::meta;
  }
  return step::done;
}

vp8l::step vp8l::meta(vp8l_bits& bits) {  // section 3.7.2.2
  if (!bits.ready(4)) return step::starved;
  const bool has = (bits.next() & 1) != 0;
  if (bits.short_of(has ? 4 : 1)) return step::ended;
  bits.drop(1);
  if (!has) {
    begin_codes(1);
    return step::done;
  }
  meta_bits_ = bits.number(3) + 2;
  own_cache_bits_ = cache_bits_;
  keeps_ = true;
  begin_image(divided_up(width_, meta_bits_), divided_up(height_, meta_bits_), true);
  return image_pixels_ > most_blocks ? step::too_much : step::done;
}

void vp8l::begin_codes(std::uint64_t groups) {
  codes_.clear();
  groups_.assign(1, {});
  groups_left_ = groups;
  which_ = 0;
  stage_ = stage::code;
}

std::size_t vp8l::alphabet() const {  // section 6.2
  constexpr std::array<std::size_t, 5> sizes{lengths_and_literals, 256, 256, 256, 40};
  return sizes[which_] + (which_ == 0 && cache_bits_ > 0 ? std::size_t{1} << cache_bits_ : 0);
}

vp8l::step vp8l::code(vp8l_bits& bits) {  // section 3.7.2.1
  if (!bits.ready(19)) return step::starved;
  if ((bits.next() & 1) != 0) return simple_code(bits);
  if (bits.short_of(5)) return step::ended;
  bits.drop(1);
  length_count_ = bits.number(4) + 4;
  length_lengths_ = {};
  lengths_read_ = 0;
  stage_ = stage::code_length_codes;
  return step::done;
}

vp8l::step vp8l::simple_code(vp8l_bits& bits) {
  const bool two = (bits.next() >> 1 & 1) != 0;
  const unsigned first_bits = (bits.next() >> 2 & 1) != 0 ? 8 : 1;
  if (bits.short_of(3 + first_bits + (two ? 8 : 0))) return step::ended;
  bits.drop(3);
  const std::uint32_t first = bits.number(first_bits);
  const std::uint32_t second = two ? bits.number(8) : first;
  const std::size_t size = alphabet();
  if (first >= size || second >= size) return step::corrupt;
  lengths_.assign(size, 0);
  lengths_[first] = lengths_[second] = 1;
  vp8l_codes::code made;
  return codes_.add(lengths_, made) ? next_code(made) : step::corrupt;
}

vp8l::step vp8l::code_length_codes(vp8l_bits& bits) {
  for (; lengths_read_ < length_count_; ++lengths_read_) {
    if (!bits.ready(3)) return step::starved;
    if (bits.short_of(3)) return step::ended;
    length_lengths_[length_order[lengths_read_]] = static_cast<std::uint8_t>(bits.number(3));
  }
  length_codes_.clear();
  if (!length_codes_.add(length_lengths_, length_code_)) return step::corrupt;
  stage_ = stage::code_length_limit;
  return step::done;
}

vp8l::step vp8l::code_length_limit(vp8l_bits& bits) {
  if (!bits.ready(20)) return step::starved;
  const bool has = (bits.next() & 1) != 0;
  const auto size_bits = static_cast<unsigned>(2 + 2 * (bits.next() >> 1 & 7));
  if (bits.short_of(has ? 4 + size_bits : 1)) return step::ended;
  bits.drop(has ? 4 : 1);
  limit_ = has ? 2 + bits.number(size_bits) : static_cast<std::uint32_t>(alphabet());
  if (limit_ > alphabet()) return step::corrupt;
  lengths_.assign(alphabet(), 0);
  lengths_read_ = 0;
  previous_ = 8;
  stage_ = stage::code_lengths;
  return step::done;
}

vp8l::step vp8l::code_lengths(vp8l_bits& bits) {
  struct repeat {
    unsigned bits, least;
  };
  constexpr std::array<repeat, 3> repeats{{{2, 3}, {3, 3}, {7, 11}}};  // of the last length, of 0, of 0
  for (; lengths_read_ < lengths_.size() && limit_ > 0; --limit_) {
    if (!bits.ready(longest_length_code + 7)) return step::starved;
    const vp8l_codes::found f = length_codes_.find(length_code_, bits.next());
    const bool literal = f.symbol < 16;
    const repeat r = literal ? repeat{0, 1} : repeats[f.symbol - 16U];
    if (bits.short_of(f.length + r.bits)) return step::ended;
    bits.drop(f.length);
    const std::size_t count = r.least + bits.number(r.bits);
    if (count > lengths_.size() - lengths_read_) return step::corrupt;
    if (literal && f.symbol != 0) previous_ = static_cast<std::uint8_t>(f.symbol);
    const std::uint8_t value = literal ? static_cast<std::uint8_t>(f.symbol) : f.symbol == 16 ? previous_ : 0;
    std::fill_n(lengths_.begin() + static_cast<std::ptrdiff_t>(lengths_read_), count, value);
    lengths_read_ += count;
  }
  vp8l_codes::code made;
  return codes_.add(lengths_, made) ? next_code(made) : step::corrupt;
}

vp8l::step vp8l::next_code(const vp8l_codes::code& made) {
  groups_.back()[which_] = made;
  if (codes_.size() * sizeof(std::uint16_t) + groups_.size() * sizeof(group) > most_code_memory) {
    return step::too_much;
  }
  stage_ = stage::code;
  if (++which_ < groups_.back().size()) return step::done;
  which_ = 0;
  if (--groups_left_ > 0) {
    groups_.emplace_back();
  } else {
    stage_ = stage::pixels;
    part_ = 0;
  }
  return step::done;
}

}  // namespace uploadgate::formats
