#include "registry.hpp"

#include "grammars.hpp"

#include <algorithm>
#include <array>

namespace uploadgate::formats {
namespace {

using words = std::span<const std::string_view>;

template <fixed_bytes... Names>
inline constexpr std::array<std::string_view, sizeof...(Names)> list{Names.view()...};

// RIFF, a size, and the kind of file.
template <fixed_bytes Kind>
match riff_of(bytes_view first) {
  const match container = starts_with<"RIFF">(first);
  if (container != match::yes || first.size() <= 8) return container == match::no ? match::no : match::more;
  return starts_with<Kind>(first.subspan(8));
}

// clang-format off
constexpr std::array rows{
    // name, extensions, media types, signature, grammar, libmagic's other names, text
    // --- images ---
    format{"png", list<"png", "apng">, list<"image/png", "image/apng", "image/vnd.mozilla.apng", "image/x-png">,
           starts_with<"\x89PNG\r\n\x1a\n">, png},
    format{"jpeg", list<"jpg", "jpeg", "jpe", "jfif">, list<"image/jpeg", "image/jpg", "image/pjpeg">,
           starts_with<"\xFF\xD8\xFF">, jpeg},
    format{"gif", list<"gif">, list<"image/gif">, starts_with<"GIF8">, gif},
    format{"webp", list<"webp">, list<"image/webp">, riff_of<"WEBP">, webp},
    // --- documents ---
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
