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
    format{"png", list<"png", "apng">, list<"image/png", "image/apng", "image/vnd.mozilla.apng", "image/x-png">,
           starts_with<"\x89PNG\r\n\x1a\n">, png},
    format{"jpeg", list<"jpg", "jpeg", "jpe", "jfif">, list<"image/jpeg", "image/jpg", "image/pjpeg">,
           starts_with<"\xFF\xD8\xFF">, jpeg},
    // --- documents ---
    format{"pdf", list<"pdf">, list<"application/pdf", "application/x-pdf">, pdf_signature, pdf_grammar},
    // --- archives and office files ---
    format{"gzip", list<"gz", "gzip", "tgz", "taz">, list<"application/gzip", "application/x-gzip", "application/x-tgz", "application/x-compressed-tar", "application/x-gtar-compressed">, starts_with<"\x1F\x8B\x08">, gzip, {}, false, true},
    format{"svgz", list<"svgz">, list<"image/svg+xml-compressed">, starts_with<"\x1F\x8B\x08">, gzip, list<"application/gzip", "application/x-gzip">, false, true},
    format{"bzip2", list<"bz2", "tbz2", "tbz">, list<"application/x-bzip2", "application/x-bzip", "application/bzip2", "application/x-bzip-compressed-tar">, bzip2_signature, bzip2, {}, false, true},
    format{"xz", list<"xz", "txz">, list<"application/x-xz", "application/x-xz-compressed-tar">, starts_with<"\xFD""7zXZ\0">, xz, {}, false, true},
    format{"zstd", list<"zst", "zstd", "tzst">, list<"application/zstd", "application/x-zstd", "application/x-zstd-compressed-tar">, zstd_signature, zstd, {}, false, true},
    format{"tar", list<"tar">, list<"application/x-tar", "application/x-gtar", "application/x-ustar", "application/tar">, tar_signature, tar, {}, false, true},
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
