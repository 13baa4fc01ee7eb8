#include "registry.hpp"

#include "grammars.hpp"
#include "pdf.hpp"

#include <algorithm>
#include <array>

namespace uploadgate::formats {
namespace {

using words = std::span<const std::string_view>;

template <fixed_bytes... Names>
inline constexpr std::array<std::string_view, sizeof...(Names)> list{Names.view()...};

// clang-format off
constexpr std::array rows{
    // name, extensions, media types, signature, grammar, libmagic's other names, text
    // --- images ---
    // --- documents ---
    format{"pdf", list<"pdf">, list<"application/pdf", "application/x-pdf">, pdf_signature, pdf_grammar},
    // --- archives and office files ---
    // --- media ---
    // --- text ---
    format{"text", list<"txt", "text", "log">, list<"text/plain">, nullptr, nullptr, {}, true},
};
// clang-format on

}  // namespace

std::span<const format> registry() { return rows; }

const format* find_extension(std::string_view extension) {
  for (const format& f : rows) {
    if (std::ranges::find(f.extensions, extension) != f.extensions.end()) return &f;
  }
  return nullptr;
}

const format* find_media_type(std::string_view media_type) {
  for (const format& f : rows) {
    if (std::ranges::find(f.media_types, media_type) != f.media_types.end()) return &f;
  }
  return nullptr;
}

const format* find_signature(bytes_view first, bool& undecided) {
  undecided = false;
  for (const format& f : rows) {
    if (!f.signature) continue;
    const match m = f.signature(first.first(std::min(first.size(), signature_window)));
    if (m == match::yes) return &f;
    if (m == match::more) undecided = true;
  }
  return nullptr;
}

}  // namespace uploadgate::formats
