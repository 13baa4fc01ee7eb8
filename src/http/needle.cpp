#include "http/needle.hpp"

#include <algorithm>
#include <cstring>

namespace uploadgate::http {

needle::needle(std::string_view text) noexcept : size_{std::min(text.size(), max_size)} {
  std::copy_n(text.begin(), size_, text_.begin());
  for (std::size_t i = 1, k = 0; i < size_; ++i) {
    k = step(k, text_[i]);
    fallback_[i + 1] = static_cast<std::uint8_t>(k);
  }
  // The first byte is a hyphen, which most files are poor in; behind it come the bytes that the needle itself
  // has fewest of, from its end, so that a flood of its own beginnings meets no two of them.
  std::array<unsigned, 256> count{};
  for (const char c : this->text()) ++count[static_cast<unsigned char>(c)];
  for (std::size_t i = 1; i < size_; ++i) order_[i] = static_cast<std::uint8_t>(size_ - i);
  std::stable_sort(order_.begin() + 1, order_.begin() + static_cast<std::ptrdiff_t>(size_),
                   [&](std::uint8_t a, std::uint8_t b) {
                     return count[static_cast<unsigned char>(text_[a])] <
                            count[static_cast<unsigned char>(text_[b])];
                   });
}

std::size_t needle::find_scalar(std::string_view data) const noexcept {
  std::size_t matched = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    matched = step(matched, data[i]);
    if (matched == size_) return i + 1 - size_;
  }
  return data.size();
}

std::size_t needle::begun(std::string_view data) const noexcept {
  const std::size_t tail = std::min(data.size(), size_ - 1);
  data.remove_prefix(data.size() - tail);
  const void* first = data.empty() ? nullptr : std::memchr(data.data(), text_[0], data.size());
  if (!first) return 0;
  std::size_t matched = 0;
  for (const char* p = static_cast<const char*>(first); p != data.data() + data.size(); ++p)
    matched = step(matched, *p);
  return matched;
}

}  // namespace uploadgate::http
