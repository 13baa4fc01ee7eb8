// The known names of PDF as a perfect hash table, made by the compiler: one look, and no branch that depends
// on the name.
#pragma once

#include "endian.hpp"
#include "pdf_mix.hpp"
#include "pdf_names.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uploadgate::formats::pdf {

class name_table {
 public:
  static constexpr std::size_t longest = 16;

  template <std::size_t Words>
  constexpr explicit name_table(const std::array<std::string_view, Words>& words) {
    static_assert(Words < most);
    for (std::size_t i = 0; i < Words; ++i) words_[i + 1] = short_text::of(words[i]);
    while (!fill(Words)) factor_ = mix(factor_) | 1;
  }

  // The name that begins the text and has that many bytes; `text` has `longest` bytes at least.
  [[nodiscard]] name find(const char* text, std::size_t size) const {
    if (size > longest) return name::other;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text);
    const short_text wanted{boost::endian::load_little_u64(bytes) & kept[size][0],
                            boost::endian::load_little_u64(bytes + 8) & kept[size][1]};
    const std::size_t found = table_[slot(wanted)];
    const std::size_t same = words_[found] == wanted ? 1 : 0;
    return static_cast<name>(found & (0 - same));  // no branch: which names come is anybody's guess
  }

 private:
  static constexpr std::size_t most = 128;
  static constexpr unsigned table_bits = 10;

  // Behind the text stand zeros, which are in no name.
  struct short_text {
    std::uint64_t first = 0;
    std::uint64_t second = 0;

    static constexpr short_text of(std::string_view s) {
      short_text t;
      for (std::size_t i = 0; i < s.size(); ++i) {
        const std::uint64_t byte = static_cast<unsigned char>(s[i]);
        (i < 8 ? t.first : t.second) |= byte << i % 8 * 8;
      }
      return t;
    }
    bool operator==(const short_text& o) const { return ((first ^ o.first) | (second ^ o.second)) == 0; }
  };

  // Which bits of the two halves belong to a text of each size.
  static constexpr std::array<std::array<std::uint64_t, 2>, longest + 1> kept = [] {
    constexpr auto first_bytes = [](std::size_t n) {
      return n >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * n) - 1;
    };
    std::array<std::array<std::uint64_t, 2>, longest + 1> all{};
    for (std::size_t n = 0; n <= longest; ++n) all[n] = {first_bytes(n), first_bytes(n < 8 ? 0 : n - 8)};
    return all;
  }();

  [[nodiscard]] constexpr std::size_t slot(const short_text& t) const {
    return static_cast<std::size_t>((t.first + t.second * 3) * factor_ >> (64 - table_bits));
  }
  // Whether each word has a slot of its own.
  constexpr bool fill(std::size_t words) {
    table_ = {};
    for (std::size_t i = 1; i <= words; ++i) {
      std::uint8_t& place = table_[slot(words_[i])];
      if (place != 0) return false;
      place = static_cast<std::uint8_t>(i);
    }
    return true;
  }

  std::uint64_t factor_ = 1;
  std::array<short_text, most> words_{};
  std::array<std::uint8_t, std::size_t{1} << table_bits> table_{};
};

extern const name_table known_names;

}  // namespace uploadgate::formats::pdf
