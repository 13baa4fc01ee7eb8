/// \file limits.hpp
/// The limits and switches that the formats obey. docs/limits.md says why each number is what it is.
#pragma once

#include <uploadgate/bytes.hpp>

#include <cstdint>

namespace uploadgate {

/// handling says what is done about something that is legal and often unwanted.
enum class handling : std::uint8_t {
  reject,  ///< refuse the file
  warn,    ///< accept it, with a line in facts::warnings
  allow,   ///< accept it
};

/// image_limits bounds what an image may make its reader do. Pixels are width times height, whatever their
/// depth.
struct image_limits {
  std::uint64_t max_pixels = 250'000'000;          ///< of one frame
  std::uint64_t max_frames = 2'000;                ///< frames or pages
  std::uint64_t max_total_pixels = 2'000'000'000;  ///< over all frames
  std::uint64_t max_metadata = 16 * MiB;  ///< bytes of comments, EXIF, XMP, ICC and the like, as stored
  std::uint64_t max_unpacked_metadata = 16 * MiB;  ///< bytes that compressed metadata unpacks to
  handling payload_text = handling::reject;  ///< metadata with text that looks like code (rule `metadata`)
  bool operator==(const image_limits&) const = default;
};

/// archive_limits bounds archives and the office files that are archives.
struct archive_limits {
  std::uint64_t max_entries = 10'000;
  std::uint64_t max_unpacked = 1 * GiB;  ///< bytes that really come out, over all entries and depths
  std::uint64_t max_ratio = 200;         ///< unpacked bytes for one packed byte
  std::uint64_t ratio_floor = 8 * MiB;   ///< below so many unpacked bytes the ratio is not judged
  std::uint64_t max_entry_name = 1024;   ///< bytes of one entry's whole path
  std::uint64_t max_depth = 1;           ///< archives within archives: 0 refuses any nested one
  std::uint64_t max_window = 8 * MiB;    ///< bytes of history an xz or zstd decoder may keep, at each depth
  std::uint64_t max_completed_window = 64 * MiB;  ///< the same of a 7z or RAR decoder, on a completed file
  handling links = handling::warn;         ///< links of a tar that stay inside it; others are always refused
  handling encrypted = handling::reject;   ///< anything but reject leaves `examined` at prefix
  handling executables = handling::allow;  ///< entries whose name is that of a program or script
  bool operator==(const archive_limits&) const = default;
};

/// document_rules says what documents may contain.
struct document_rules {
  handling macros = handling::reject;               ///< VBA, XLM, ODF Basic
  handling javascript = handling::reject;           ///< JavaScript in PDF
  handling automatic_actions = handling::reject;    ///< OpenAction or AA that does more than go to a page
  handling launch = handling::reject;               ///< Launch actions, DDE
  handling external_references = handling::reject;  ///< remote templates, linked content; not hyperlinks
  handling hyperlinks = handling::allow;            ///< what opens only when a person clicks on it
  handling embedded_files = handling::reject;       ///< files, packages and OLE objects inside a document
  handling rich_media = handling::reject;           ///< RichMedia, Movie, Sound, 3D with scripts
  handling dynamic_forms = handling::reject;        ///< XFA
  handling activex = handling::reject;
  handling formulas = handling::warn;  ///< CSV and TSV cells that spreadsheets run
  handling encrypted = handling::reject;
  /// A PDF whose cross-references name other places than those where its objects stand: readers that follow
  /// them see objects that others do not.
  handling inconsistent_references = handling::reject;
  handling legacy_encodings = handling::warn;  ///< text that is neither UTF-8 nor UTF-16 with a mark
  handling program_text = handling::reject;    ///< plain text that begins as a program: "#!/", "<?php", "<%@"
  std::uint64_t max_depth = 256;               ///< nesting of XML elements, JSON values, PDF objects
  bool operator==(const document_rules&) const = default;
};

/// depth says how far compressed payload is decoded.
enum class depth : std::uint8_t {
  standard,  ///< containers are read whole; compressed pixels are claimed, not decoded
  deep,      ///< pixels of PNG, JPEG, GIF, WebP and BMP are decoded as far as proves where they end
};

/// structure_limits is all that a format needs to know of the policy.
struct structure_limits {
  uploadgate::depth depth = uploadgate::depth::standard;
  image_limits image{};
  archive_limits archive{};
  document_rules document{};
  bool list_parts = false;  ///< facts::parts is wanted
  bool operator==(const structure_limits&) const = default;
};

}  // namespace uploadgate
