#include "utf8.hpp"

#include "endian.hpp"

#include <simdjson.h>
#include <utf8proc.h>

#include <algorithm>

namespace uploadgate::formats {
namespace {

// simdjson's own choice of an implementation reads an environment variable; this one asks only the processor.
const simdjson::implementation& fastest() {
  static const simdjson::implementation* const chosen = [] {
    const simdjson::implementation* best = nullptr;
    for (const simdjson::implementation* i : simdjson::get_available_implementations()) {
      if (!best && i->supported_by_runtime_system()) best = i;
    }
    return best;
  }();
  return *chosen;  // the portable one is always there
}

bool well_formed(bytes_view b) {
  return fastest().validate_utf8(reinterpret_cast<const char*>(b.data()), b.size());
}

std::size_t length_of(std::uint8_t lead) { return static_cast<std::size_t>(utf8_length(lead)); }

// How many bytes at the end begin a character that the end cuts: none to three.
std::size_t cut_tail(bytes_view b) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, b.size()); ++back) {
    const std::uint8_t c = u8(b, b.size() - back);
    if ((c & 0xC0) == 0x80) continue;
    return length_of(c) > back ? back : 0;
  }
  return 0;
}

std::size_t valid_front(bytes_view b) {
  constexpr std::size_t step = 256;
  std::size_t from = 0;
  while (b.size() - from > step) {
    const bytes_view piece = b.subspan(from, step);
    const std::size_t whole = step - cut_tail(piece);
    if (!well_formed(piece.first(whole))) break;
    from += whole;
  }
  while (from < b.size()) {
    const std::size_t n = utf8_character(b.subspan(from));
    if (n == 0) break;
    from += n;
  }
  return from;
}

}  // namespace

std::size_t utf8_character(bytes_view b) {
  utf8proc_int32_t point = 0;
  const utf8proc_ssize_t n =
      utf8proc_iterate(at(b, 0), static_cast<utf8proc_ssize_t>(std::min<std::size_t>(4, b.size())), &point);
  return n > 0 ? static_cast<std::size_t>(n) : 0;
}

utf8_scan scan_utf8(bytes_view bytes) {
  const std::size_t tail = cut_tail(bytes);
  const bytes_view whole = bytes.first(bytes.size() - tail);
  if (well_formed(whole)) return {whole.size(), tail > 0};
  return {valid_front(whole), false};
}

bool is_utf8(bytes_view bytes) { return well_formed(bytes); }

std::optional<std::uint64_t> utf8_validator::feed(bytes_view chunk) {
  if (cut_size_ > 0) {
    const std::size_t want = length_of(u8(cut_, 0));
    const std::size_t n = std::min(want - cut_size_, chunk.size());
    std::copy_n(chunk.begin(), n, cut_.begin() + static_cast<std::ptrdiff_t>(cut_size_));
    chunk = chunk.subspan(n);
    cut_size_ += n;
    if (cut_size_ < want) return {};
    if (utf8_character(bytes_view{cut_}.first(want)) == 0) return done_;
    done_ += want;
    cut_size_ = 0;
  }
  const utf8_scan s = scan_utf8(chunk);
  done_ += s.valid;
  if (s.valid == chunk.size()) return {};
  if (!s.cut) return done_;
  const bytes_view rest = chunk.subspan(s.valid);
  std::copy(rest.begin(), rest.end(), cut_.begin());
  cut_size_ = rest.size();
  return {};
}

std::optional<std::uint64_t> utf8_validator::finish() const {
  return cut_size_ > 0 ? std::optional{done_} : std::nullopt;
}

}  // namespace uploadgate::formats
