#include "registry.hpp"

#include "grammars.hpp"

#include <algorithm>
#include <array>

namespace uploadgate::formats {
namespace {

using words = std::span<const std::string_view>;

template <fixed_bytes... Names>
inline constexpr std::array<std::string_view, sizeof...(Names)> list{Names.view()...};

// Every family of ZIP begins with a local header, or, where it is empty, with the end record.
match zip_signature(bytes_view first) {
  const match local = starts_with<"PK\x03\x04">(first);
  const match end = starts_with<"PK\x05\x06">(first);
  return local == match::yes || end == match::yes     ? match::yes
         : local == match::more || end == match::more ? match::more
                                                      : match::no;
}
constexpr fixed_bytes ole2_mark = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

// libmagic knows the first parts of usual writers only, and takes the others for plain archives.
constexpr words opc_magic = list<"application/zip", "application/octet-stream",
                                 "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                                 "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                                 "application/vnd.openxmlformats-officedocument.presentationml.presentation",
                                 "application/vnd.openxmlformats-officedocument">;
constexpr words odf_magic = list<"application/zip", "application/octet-stream">;
constexpr words ole2_magic =
    list<"application/CDFV2", "application/x-ole-storage", "application/vnd.ms-office", "application/msword",
         "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/vnd.ms-outlook">;

// clang-format off
constexpr std::array rows{
    // name, extensions, media types, signature, grammar, libmagic's other names, text
    // --- images ---
    // --- documents ---
    // --- archives and office files ---
    // The families of ZIP share its signature; the grammar tells them apart.
    format{"zip", list<"zip">, list<"application/zip", "application/x-zip-compressed", "application/x-zip">, zip_signature, zip, list<>},
    format{"docx", list<"docx">, list<"application/vnd.openxmlformats-officedocument.wordprocessingml.document">, zip_signature, zip, opc_magic},
    format{"dotx", list<"dotx">, list<"application/vnd.openxmlformats-officedocument.wordprocessingml.template">, zip_signature, zip, opc_magic},
    format{"docm", list<"docm">, list<"application/vnd.ms-word.document.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"dotm", list<"dotm">, list<"application/vnd.ms-word.template.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"xlsx", list<"xlsx">, list<"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet">, zip_signature, zip, opc_magic},
    format{"xltx", list<"xltx">, list<"application/vnd.openxmlformats-officedocument.spreadsheetml.template">, zip_signature, zip, opc_magic},
    format{"xlsm", list<"xlsm">, list<"application/vnd.ms-excel.sheet.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"xltm", list<"xltm">, list<"application/vnd.ms-excel.template.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"xlsb", list<"xlsb">, list<"application/vnd.ms-excel.sheet.binary.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"xlam", list<"xlam">, list<"application/vnd.ms-excel.addin.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"pptx", list<"pptx">, list<"application/vnd.openxmlformats-officedocument.presentationml.presentation">, zip_signature, zip, opc_magic},
    format{"potx", list<"potx">, list<"application/vnd.openxmlformats-officedocument.presentationml.template">, zip_signature, zip, opc_magic},
    format{"ppsx", list<"ppsx">, list<"application/vnd.openxmlformats-officedocument.presentationml.slideshow">, zip_signature, zip, opc_magic},
    format{"sldx", list<"sldx">, list<"application/vnd.openxmlformats-officedocument.presentationml.slide">, zip_signature, zip, opc_magic},
    format{"pptm", list<"pptm">, list<"application/vnd.ms-powerpoint.presentation.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"potm", list<"potm">, list<"application/vnd.ms-powerpoint.template.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"ppsm", list<"ppsm">, list<"application/vnd.ms-powerpoint.slideshow.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"ppam", list<"ppam">, list<"application/vnd.ms-powerpoint.addin.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"odt", list<"odt">, list<"application/vnd.oasis.opendocument.text">, zip_signature, zip, odf_magic},
    format{"ott", list<"ott">, list<"application/vnd.oasis.opendocument.text-template">, zip_signature, zip, odf_magic},
    format{"odm", list<"odm">, list<"application/vnd.oasis.opendocument.text-master">, zip_signature, zip, odf_magic},
    format{"ods", list<"ods">, list<"application/vnd.oasis.opendocument.spreadsheet">, zip_signature, zip, odf_magic},
    format{"ots", list<"ots">, list<"application/vnd.oasis.opendocument.spreadsheet-template">, zip_signature, zip, odf_magic},
    format{"odp", list<"odp">, list<"application/vnd.oasis.opendocument.presentation">, zip_signature, zip, odf_magic},
    format{"otp", list<"otp">, list<"application/vnd.oasis.opendocument.presentation-template">, zip_signature, zip, odf_magic},
    format{"odg", list<"odg">, list<"application/vnd.oasis.opendocument.graphics">, zip_signature, zip, odf_magic},
    format{"otg", list<"otg">, list<"application/vnd.oasis.opendocument.graphics-template">, zip_signature, zip, odf_magic},
    format{"odf", list<"odf">, list<"application/vnd.oasis.opendocument.formula">, zip_signature, zip, odf_magic},
    format{"odc", list<"odc">, list<"application/vnd.oasis.opendocument.chart">, zip_signature, zip, odf_magic},
    format{"epub", list<"epub">, list<"application/epub+zip">, zip_signature, zip, list<"application/zip", "application/octet-stream">},
    format{"apk", list<"apk">, list<"application/vnd.android.package-archive">, zip_signature, zip, list<"application/zip", "application/java-archive", "application/x-java-archive">},
    format{"war", list<"war">, list<"application/x-webarchive">, zip_signature, zip, list<"application/zip", "application/java-archive">},
    format{"jar", list<"jar">, list<"application/java-archive", "application/x-java-archive">, zip_signature, zip, list<"application/zip", "application/x-java-archive">},
    // OLE2 (Compound File Binary), told apart by its streams.
    format{"doc", list<"doc", "dot">, list<"application/msword">, starts_with<ole2_mark>, ole2, ole2_magic},
    format{"xls", list<"xls", "xlt">, list<"application/vnd.ms-excel", "application/msexcel">, starts_with<ole2_mark>, ole2, ole2_magic},
    format{"ppt", list<"ppt", "pps", "pot">, list<"application/vnd.ms-powerpoint", "application/mspowerpoint">, starts_with<ole2_mark>, ole2, ole2_magic},
    format{"msg", list<"msg">, list<"application/vnd.ms-outlook">, starts_with<ole2_mark>, ole2, ole2_magic},
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
