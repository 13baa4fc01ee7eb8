// A fixed list of words that is asked for every name of a file: an open-addressing hash table, made by the
// compiler.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uploadgate::formats {

template <std::size_t Words>
class word_table {
 public:
  // Of words of 1 to 31 bytes.
  constexpr explicit word_table(const std::array<std::string_view, Words>& words) : words_{words} {
    for (std::size_t i = 0; i < Words; ++i) {
      const std::string_view word = words[i];
      std::size_t at = hash(word);
      while (table_[at] != 0) at = (at + 1) % slots;
      table_[at] = static_cast<std::uint8_t>(i + 1);
      lengths_[static_cast<std::uint8_t>(word.front())] |= std::uint32_t{1} << word.size();
    }
  }

  // The word's place in the list, from 1 on; 0 for other texts.
  [[nodiscard]] constexpr std::size_t find(std::string_view text) const {
    if (text.empty() || text.size() > longest) return 0;
    if ((lengths_[static_cast<std::uint8_t>(text.front())] >> text.size() & 1U) == 0) return 0;
    for (std::size_t at = hash(text); table_[at] != 0; at = (at + 1) % slots) {
      if (same(words_[table_[at] - 1U], text)) return table_[at];
    }
    return 0;
  }
  [[nodiscard]] constexpr bool has(std::string_view text) const { return find(text) != 0; }

 private:
  static constexpr std::size_t longest = 31;
  static constexpr std::size_t slots = std::bit_ceil(4 * Words);
  static_assert(Words < 256);

  // Most words are so short that a call costs more than the loop.
  static constexpr bool same(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    std::size_t i = 0;
    while (i < a.size() && a[i] == b[i]) ++i;
    return i == a.size();
  }
  static constexpr std::size_t hash(std::string_view s) {
    const auto byte = [&](std::size_t i) { return std::size_t{static_cast<std::uint8_t>(s[i])}; };
    return (byte(0) * 7 + byte(s.size() - 1) * 31 + byte(s.size() / 2) * 3 + s.size() * 61) % slots;
  }

  std::array<std::string_view, Words> words_;
  std::array<std::uint8_t, slots> table_{};
  // The lengths of the words that begin with each byte, one bit each: most other texts end here.
  std::array<std::uint32_t, 256> lengths_{};
};

template <std::size_t Words>
word_table(const std::array<std::string_view, Words>&) -> word_table<Words>;

}  // namespace uploadgate::formats
