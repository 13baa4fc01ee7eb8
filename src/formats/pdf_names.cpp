#include "pdf_names.hpp"

#include "pdf_name_table.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace uploadgate::formats::pdf {
namespace {

constexpr std::array spellings{
#define UPLOADGATE_PDF_NAME(n) \
  std::string_view{#n} == "three_d" ? std::string_view{"3D"} : std::string_view{#n},
    UPLOADGATE_PDF_NAMES(UPLOADGATE_PDF_NAME)
#undef UPLOADGATE_PDF_NAME
};

}  // namespace

constinit const name_table known_names{spellings};

name find_name(std::string_view text) {
  std::array<char, name_table::longest> padded{};
  if (text.size() > padded.size()) return name::other;
  std::ranges::copy(text, padded.begin());
  return known_names.find(padded.data(), text.size());
}

std::string_view text(name n) {
  return n == name::other ? std::string_view{} : spellings[static_cast<std::size_t>(n) - 1];
}

}  // namespace uploadgate::formats::pdf
