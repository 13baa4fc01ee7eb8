#include "pdf_packed_data.hpp"

#include <algorithm>

namespace uploadgate::formats::pdf {
namespace {

constexpr std::uint64_t characters(std::string_view text) {
  std::uint64_t n = 0;
  for (const char c : text) n = n << 8 | static_cast<unsigned char>(c);
  return n;
}
constexpr std::uint64_t document_type = characters("!DOCTYPE");
constexpr std::uint64_t entity = characters("<!ENTITY");

}  // namespace

bool metadata_text::take(bytes_view bytes) {
  for (const std::byte b : bytes) {
    if (b == std::byte{0}) continue;
    last_ = last_ << 8 | std::to_integer<std::uint64_t>(b);
    if (last_ == document_type || last_ == entity) return false;
  }
  return true;
}

void flat_data::feed(bytes_view bytes) {
  while (!bytes.empty()) {
    const auto at = static_cast<std::size_t>(position_ % step);
    std::size_t n = std::min(bytes.size(), step - at);
    if (at < sample_.size()) {
      n = std::min(n, sample_.size() - at);
      std::copy_n(bytes.begin(), n, sample_.begin() + static_cast<std::ptrdiff_t>(at));
      const bool full = at + n == sample_.size();
      if (full && std::equal(sample_.begin(), sample_.begin() + period, sample_.begin() + period)) ++flat_;
    }
    position_ += n;
    bytes = bytes.subspan(n);
  }
}

}  // namespace uploadgate::formats::pdf
