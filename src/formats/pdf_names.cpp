#include "pdf_names.hpp"

#include "word_table.hpp"

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
constexpr word_table known{spellings};

}  // namespace

name find_name(std::string_view text) { return static_cast<name>(known.find(text)); }

std::string_view text(name n) {
  return n == name::other ? std::string_view{} : spellings[static_cast<std::size_t>(n) - 1];
}

}  // namespace uploadgate::formats::pdf
