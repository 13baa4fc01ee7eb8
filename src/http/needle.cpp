#include "http/needle.hpp"

#include <algorithm>
#include <cstring>

namespace uploadgate::http {

needle::needle(std::string_view text) noexcept : size_{std::min(text.size(), max_size)} {
  std::copy_n(text.begin(), size_, text_.begin());
  for (const char c : this->text()) has_[static_cast<unsigned char>(c)] = true;
  for (std::size_t i = 1, k = 0; i < size_; ++i) {
    k = step(k, text_[i]);
    fallback_[i + 1] = static_cast<std::uint8_t>(k);
  }
  // First comes the last byte that is no hyphen, so that a flood of the needle's own beginnings meets none of
  // it; then what the needle has fewest of, from its end; as the third its first hyphen, which texts are poor
  // in.
  std::array<unsigned, 256> count{};
  for (const char c : this->text()) ++count[static_cast<unsigned char>(c)];
  count[static_cast<unsigned char>('-')] = max_size;
  for (std::size_t i = 0; i < size_; ++i) order_[i] = static_cast<std::uint8_t>(size_ - 1 - i);
  const auto end = order_.begin() + static_cast<std::ptrdiff_t>(size_);
  const auto last = std::find_if(order_.begin(), end, [&](std::uint8_t i) { return text_[i] != '-'; });
  if (last == end) return;
  std::rotate(order_.begin(), last, last + 1);
  std::stable_sort(order_.begin() + 1, end, [&](std::uint8_t a, std::uint8_t b) {
    return count[static_cast<unsigned char>(text_[a])] < count[static_cast<unsigned char>(text_[b])];
  });
  const auto first = std::find(order_.begin(), end, std::uint8_t{0});
  if (first - order_.begin() > 2) std::rotate(order_.begin() + 2, first, first + 1);
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
  const std::size_t longest = std::min(data.size(), size_ - 1);
  data.remove_prefix(data.size() - longest);
  if (data.empty() || !has_[static_cast<unsigned char>(data.back())]) return 0;
  if (!std::memchr(data.data(), text_[0], data.size())) return 0;
  std::size_t n = 0;  // bytes behind the last line break
  while (n < longest && data[longest - 1 - n] != '\n') ++n;
  for (; n > 0; --n)
    if (data.back() == text_[n - 1] && data[longest - n] == text_[0] && data.ends_with(text().substr(0, n)))
      return n;
  return 0;
}

}  // namespace uploadgate::http
