#include "registry.hpp"

#include "grammars.hpp"
#include "pdf.hpp"

#include <boost/algorithm/string/predicate.hpp>

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
    format{"jpeg", list<"jpg", "jpeg", "jpe", "jfif", "pjpeg", "pjp">, list<"image/jpeg", "image/jpg", "image/pjpeg">,
           starts_with<"\xFF\xD8\xFF">, jpeg},
    format{"gif", list<"gif">, list<"image/gif">, starts_with<"GIF8">, gif},
    format{"webp", list<"webp">, list<"image/webp">, riff_of<"WEBP">, webp},
    format{"bmp", list<"bmp", "dib">, list<"image/bmp", "image/x-ms-bmp", "image/x-bmp">, bmp_signature, bmp},
    format{"ico", list<"ico">, list<"image/vnd.microsoft.icon", "image/x-icon">,
           starts_with<fixed_bytes{"\0\0\1\0"}>, ico},
    format{"cur", list<"cur">, list<"image/x-win-bitmap", "image/x-cursor">,
           starts_with<fixed_bytes{"\0\0\2\0"}>, ico},
    format{"tiff", list<"tif", "tiff">, list<"image/tiff", "image/tiff-fx", "image/tif", "image/x-tiff">,
           tiff_signature, tiff},
    // --- documents ---
    format{"pdf", list<"pdf">, list<"application/pdf", "application/x-pdf">, pdf_signature, pdf_grammar},
    format{"rtf", list<"rtf">, list<"application/rtf", "text/rtf", "text/richtext">, starts_with<"{\\rtf">, rtf},
    // --- archives and office files ---
    format{"gzip", list<"gz", "gzip">, list<"application/gzip", "application/x-gzip", "application/x-tgz", "application/x-compressed-tar", "application/x-gtar-compressed">, starts_with<"\x1F\x8B\x08">, gzip, {}, false, true},
    // What the extension says is a tar inside; by signature and media type the rows before are found.
    format{"tar.gz", list<"tgz", "taz">, list<"application/gzip", "application/x-gzip", "application/x-tgz", "application/x-compressed-tar", "application/x-gtar-compressed">, starts_with<"\x1F\x8B\x08">, gzip, {}, false, true},
    format{"svgz", list<"svgz">, list<"image/svg+xml-compressed">, starts_with<"\x1F\x8B\x08">, gzip, list<"application/gzip", "application/x-gzip">, false, true},
    format{"bzip2", list<"bz2">, list<"application/x-bzip2", "application/x-bzip", "application/bzip2", "application/x-bzip-compressed-tar">, bzip2_signature, bzip2, {}, false, true},
    format{"tar.bz2", list<"tbz2", "tbz">, list<"application/x-bzip2", "application/x-bzip", "application/bzip2", "application/x-bzip-compressed-tar">, bzip2_signature, bzip2, {}, false, true},
    format{"xz", list<"xz">, list<"application/x-xz", "application/x-xz-compressed-tar">, starts_with<"\xFD""7zXZ\0">, xz, {}, false, true},
    format{"tar.xz", list<"txz">, list<"application/x-xz", "application/x-xz-compressed-tar">, starts_with<"\xFD""7zXZ\0">, xz, {}, false, true},
    format{"zstd", list<"zst", "zstd">, list<"application/zstd", "application/x-zstd", "application/x-zstd-compressed-tar">, zstd_signature, zstd, {}, false, true},
    format{"tar.zst", list<"tzst">, list<"application/zstd", "application/x-zstd", "application/x-zstd-compressed-tar">, zstd_signature, zstd, {}, false, true},
    format{"7z", list<"7z">, list<"application/x-7z-compressed">, starts_with<"7z\xBC\xAF\x27\x1C">, sevenzip, {}, false, true},
    format{"rar", list<"rar">, list<"application/vnd.rar", "application/x-rar-compressed", "application/x-rar">, rar_signature, rar, {}, false, true},
    format{"tar", list<"tar">, list<"application/x-tar", "application/x-gtar", "application/x-ustar", "application/tar">, tar_signature, tar, {}, false, true},
    // The families of ZIP share its signature; the grammar tells them apart.
    format{"zip", list<"zip">, list<"application/zip", "application/x-zip-compressed", "application/x-zip">, zip_signature, zip, {}, false, true},
    format{"docx", list<"docx">, list<"application/vnd.openxmlformats-officedocument.wordprocessingml.document">, zip_signature, zip, opc_magic},
    format{"dotx", list<"dotx">, list<"application/vnd.openxmlformats-officedocument.wordprocessingml.template">, zip_signature, zip, opc_magic},
    format{"docm", list<"docm">, list<"application/vnd.ms-word.document.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"dotm", list<"dotm">, list<"application/vnd.ms-word.template.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"xlsx", list<"xlsx">, list<"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet">, zip_signature, zip, opc_magic},
    format{"xltx", list<"xltx">, list<"application/vnd.openxmlformats-officedocument.spreadsheetml.template">, zip_signature, zip, opc_magic},
    format{"xlsm", list<"xlsm">, list<"application/vnd.ms-excel.sheet.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"xltm", list<"xltm">, list<"application/vnd.ms-excel.template.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"xlsb", list<"xlsb">, list<"application/vnd.ms-excel.sheet.binary.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"xlam", list<"xlam">, list<"application/vnd.ms-excel.addin.macroEnabled.12">, zip_signature, zip, opc_magic, false, false, true},
    format{"pptx", list<"pptx">, list<"application/vnd.openxmlformats-officedocument.presentationml.presentation">, zip_signature, zip, opc_magic},
    format{"potx", list<"potx">, list<"application/vnd.openxmlformats-officedocument.presentationml.template">, zip_signature, zip, opc_magic},
    format{"ppsx", list<"ppsx">, list<"application/vnd.openxmlformats-officedocument.presentationml.slideshow">, zip_signature, zip, opc_magic},
    format{"sldx", list<"sldx">, list<"application/vnd.openxmlformats-officedocument.presentationml.slide">, zip_signature, zip, opc_magic},
    format{"pptm", list<"pptm">, list<"application/vnd.ms-powerpoint.presentation.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"potm", list<"potm">, list<"application/vnd.ms-powerpoint.template.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"ppsm", list<"ppsm">, list<"application/vnd.ms-powerpoint.slideshow.macroEnabled.12">, zip_signature, zip, opc_magic},
    format{"ppam", list<"ppam">, list<"application/vnd.ms-powerpoint.addin.macroEnabled.12">, zip_signature, zip, opc_magic, false, false, true},
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
    format{"apk", list<"apk">, list<"application/vnd.android.package-archive">, zip_signature, zip, list<"application/zip", "application/java-archive", "application/x-java-archive">, false, true, true},
    format{"war", list<"war">, list<"application/x-webarchive">, zip_signature, zip, list<"application/zip", "application/java-archive">, false, true, true},
    format{"jar", list<"jar">, list<"application/java-archive", "application/x-java-archive">, zip_signature, zip, list<"application/zip", "application/x-java-archive">, false, true, true},
    // OLE2 (Compound File Binary), told apart by its streams.
    format{"doc", list<"doc", "dot">, list<"application/msword">, starts_with<ole2_mark>, ole2, ole2_magic},
    format{"xls", list<"xls", "xlt">, list<"application/vnd.ms-excel", "application/msexcel">, starts_with<ole2_mark>, ole2, ole2_magic},
    format{"ppt", list<"ppt", "pps", "pot">, list<"application/vnd.ms-powerpoint", "application/mspowerpoint">, starts_with<ole2_mark>, ole2, ole2_magic},
    format{"msg", list<"msg">, list<"application/vnd.ms-outlook">, starts_with<ole2_mark>, ole2, ole2_magic},
    // --- media ---
    format{"avif", list<"avif", "avifs">, list<"image/avif", "image/avif-sequence">, avif_signature, isobmff_file},
    format{"heic", list<"heic", "heif", "hif">, list<"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence">, heic_signature, isobmff_file},
    format{"mov", list<"mov", "qt">, list<"video/quicktime">, mov_signature, isobmff_file},
    format{"3gp", list<"3gp", "3g2", "3gpp">, list<"video/3gpp", "video/3gpp2", "audio/3gpp", "audio/3gpp2">, phone_signature, isobmff_file},
    format{"mp4", list<"mp4", "m4v">, list<"video/mp4", "video/x-m4v", "application/mp4">, mp4_signature, isobmff_file, list<"audio/mp4", "video/x-m4v", "application/octet-stream">},
    format{"m4a", list<"m4a", "m4b">, list<"audio/mp4", "audio/x-m4a", "audio/m4a", "audio/x-m4b">, m4a_signature, isobmff_file, list<"video/mp4", "video/3gpp">},
    format{"webm", list<"webm">, list<"video/webm", "audio/webm">, webm_signature, matroska},
    format{"mkv", list<"mkv", "mka">, list<"video/x-matroska", "video/matroska", "audio/x-matroska", "audio/matroska">, matroska_signature, matroska},
    format{"wav", list<"wav", "wave">, list<"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave">, wav_signature, riff},
    format{"avi", list<"avi">, list<"video/x-msvideo", "video/avi", "video/vnd.avi", "video/msvideo">, avi_signature, riff},
    format{"aiff", list<"aiff", "aif", "aifc">, list<"audio/aiff", "audio/x-aiff">, aiff_signature, aiff},
    format{"flac", list<"flac">, list<"audio/flac", "audio/x-flac">, starts_with<"fLaC">, flac, list<"audio/mpeg">},
    format{"opus", list<"opus">, list<"audio/opus">, opus_signature, ogg, list<"audio/ogg">},
    format{"ogv", list<"ogv">, list<"video/ogg">, ogv_signature, ogg, list<"application/ogg">},
    format{"ogg", list<"ogg", "oga", "spx">, list<"audio/ogg", "application/ogg">, ogg_signature, ogg, list<"video/ogg">},
    format{"midi", list<"mid", "midi">, list<"audio/midi", "audio/x-midi", "audio/mid">, starts_with<"MThd">, midi},
    format{"mp3", list<"mp3">, list<"audio/mpeg", "audio/mp3", "audio/x-mp3">, mp3_signature, mp3, list<"application/octet-stream">},
    format{"aac", list<"aac">, list<"audio/aac", "audio/x-aac", "audio/aacp">, adts_signature, adts, list<"audio/x-hx-aac-adts", "audio/mpeg">},
    // --- text ---
    format{"svg", list<"svg">, list<"image/svg+xml", "image/svg">, nullptr, svg, list<"text/xml", "application/xml", "text/html", "text/plain">, true},
    format{"xml", list<"xml">, list<"application/xml", "text/xml">, nullptr, xml, list<"text/plain", "text/html", "image/svg+xml", "application/rss+xml", "application/atom+xml">, true},
    format{"gpx", list<"gpx">, list<"application/gpx+xml">, nullptr, xml, list<"text/plain", "text/xml", "application/xml">, true},
    format{"kml", list<"kml">, list<"application/vnd.google-earth.kml+xml">, nullptr, xml, list<"text/plain", "text/xml", "application/xml">, true},
    format{"html", list<"html", "htm", "xhtml">, list<"text/html", "application/xhtml+xml">, nullptr, html, list<"text/plain", "text/xml", "application/xml">, true, false, true},
    format{"json", list<"json">, list<"application/json", "text/json">, nullptr, json, list<"text/plain", "application/x-ndjson">, true},
    format{"geojson", list<"geojson">, list<"application/geo+json", "application/json">, nullptr, json, list<"text/plain">, true},
    format{"ndjson", list<"ndjson", "jsonl">, list<"application/x-ndjson", "application/jsonl", "application/x-jsonlines">, nullptr, ndjson, list<"text/plain", "application/json">, true},
    format{"csv", list<"csv">, list<"text/csv", "application/csv", "application/vnd.ms-excel">, nullptr, csv, list<"text/plain">, true},
    format{"tsv", list<"tsv", "tab">, list<"text/tab-separated-values">, nullptr, tsv, list<"text/plain", "text/csv">, true},
    format{"markdown", list<"md", "markdown">, list<"text/markdown", "text/x-markdown">, nullptr, markdown, list<"text/plain", "text/html">, true},
    format{"calendar", list<"ics">, list<"text/calendar">, nullptr, calendar, list<"text/plain">, true},
    format{"contact", list<"vcf", "vcard">, list<"text/vcard", "text/x-vcard">, nullptr, contact, list<"text/plain">, true},
    format{"subrip", list<"srt">, list<"application/x-subrip", "text/srt">, nullptr, subrip, list<"text/plain">, true},
    format{"webvtt", list<"vtt">, list<"text/vtt">, nullptr, webvtt, list<"text/plain">, true},
    format{"yaml", list<"yaml", "yml">, list<"application/yaml", "text/yaml", "application/x-yaml", "text/x-yaml">, nullptr, text, list<"text/plain">, true},
    format{"text", list<"txt", "text", "log">, list<"text/plain">, nullptr, text, {}, true},
};
// clang-format on

}  // namespace

std::span<const format> registry() { return rows; }

bool contains(std::span<const std::string_view> media_types, std::string_view media_type) {
  return std::ranges::any_of(media_types,
                             [&](std::string_view m) { return boost::algorithm::iequals(m, media_type); });
}

const format* find_extension(std::string_view extension) {
  for (const format& f : rows) {
    if (std::ranges::find(f.extensions, extension) != f.extensions.end()) return &f;
  }
  return nullptr;
}

const format* find_media_type(std::string_view media_type) {
  for (const format& f : rows) {
    if (contains(f.media_types, media_type)) return &f;
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
