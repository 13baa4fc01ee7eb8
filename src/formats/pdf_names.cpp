#include "pdf_names.hpp"

#include <array>
#include <cstddef>

namespace uploadgate::formats::pdf {
namespace {

constexpr std::array spellings{std::string_view{},
#define UPLOADGATE_PDF_NAME(n) \
  std::string_view{#n} == "three_d" ? std::string_view{"3D"} : std::string_view{#n},
                               UPLOADGATE_PDF_NAMES(UPLOADGATE_PDF_NAME)
#undef UPLOADGATE_PDF_NAME
};

constexpr std::size_t slots = 512;

constexpr std::size_t hash(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(s[i])); };
  return (byte(0) * 7 + byte(s.size() - 1) * 31 + byte(s.size() / 2) * 3 + s.size() * 61) % slots;
}

// An open-addressing table, made by the compiler.
constexpr std::array<std::uint8_t, slots> table = [] {
  std::array<std::uint8_t, slots> t{};
  for (std::size_t i = 1; i < spellings.size(); ++i) {
    std::size_t at = hash(spellings[i]);
    while (t[at] != 0) at = (at + 1) % slots;
    t[at] = static_cast<std::uint8_t>(i);
  }
  return t;
}();

// The lengths of the spellings that begin with each byte, one bit each: most names end here.
constexpr std::size_t longest = 16;
constexpr std::array<std::uint32_t, 256> lengths = [] {
  std::array<std::uint32_t, 256> t{};
  for (std::size_t i = 1; i < spellings.size(); ++i) {
    t[static_cast<unsigned char>(spellings[i].front())] |= std::uint32_t{1} << spellings[i].size();
  }
  return t;
}();

}  // namespace

name find_name(std::string_view text) {
  if (text.empty() || text.size() > longest) return name::other;
  if ((lengths[static_cast<unsigned char>(text.front())] >> text.size() & 1U) == 0) return name::other;
  for (std::size_t at = hash(text); table[at] != 0; at = (at + 1) % slots) {
    if (spellings[table[at]] == text) return static_cast<name>(table[at]);
  }
  return name::other;
}

std::string_view text(name n) { return spellings[static_cast<std::size_t>(n)]; }

}  // namespace uploadgate::formats::pdf
