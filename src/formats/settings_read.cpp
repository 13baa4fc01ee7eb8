#include "settings_read.hpp"

#include "grammars.hpp"

#include <algorithm>
#include <array>

namespace uploadgate::formats {
namespace {

struct groups {
  bool image = true;
  bool archive = true;
  bool document = true;
  bool depth = true;
};

constexpr groups text_only{.image = false, .archive = false, .depth = false};
constexpr groups markup{.archive = false, .depth = false};
constexpr groups picture{.archive = false, .document = false};

struct reads {
  grammar_function grammar;
  groups read;
};

// Grammars that read other files inside theirs read all; so do those that are not listed.
constexpr std::array table{
    reads{text, text_only},     reads{csv, text_only},     reads{tsv, text_only},
    reads{json, text_only},     reads{ndjson, text_only},  reads{markdown, text_only},
    reads{calendar, text_only}, reads{contact, text_only}, reads{subrip, text_only},
    reads{webvtt, text_only},   reads{xml, markup},        reads{html, markup},
    reads{svg, markup},         reads{png, picture},       reads{gif, picture},
    reads{bmp, picture},        reads{webp, picture},      reads{ico, picture},
    reads{tiff, picture},
};

constexpr image_limits strictest_image{0, 0, 0, 0, 0, handling::reject};
constexpr archive_limits strictest_archive{.max_entries = 0,
                                           .max_unpacked = 0,
                                           .max_ratio = 0,
                                           .ratio_floor = 0,
                                           .max_entry_name = 0,
                                           .max_depth = 0,
                                           .max_window = 0,
                                           .max_completed_window = 0,
                                           .links = handling::reject,
                                           .encrypted = handling::reject,
                                           .executables = handling::reject};
constexpr document_rules strictest_document{.macros = handling::reject,
                                            .javascript = handling::reject,
                                            .automatic_actions = handling::reject,
                                            .launch = handling::reject,
                                            .external_references = handling::reject,
                                            .hyperlinks = handling::reject,
                                            .embedded_files = handling::reject,
                                            .rich_media = handling::reject,
                                            .dynamic_forms = handling::reject,
                                            .activex = handling::reject,
                                            .formulas = handling::reject,
                                            .encrypted = handling::reject,
                                            .inconsistent_references = handling::reject,
                                            .legacy_encodings = handling::reject,
                                            .max_depth = 0};

}  // namespace

structure_limits settings_for(const format& row, const structure_limits& all) {
  const auto* const known = std::ranges::find(table, row.read, &reads::grammar);
  const groups read = known == table.end() ? groups{} : known->read;
  structure_limits s = all;
  if (!read.image) s.image = strictest_image;
  if (!read.archive) s.archive = strictest_archive;
  if (!read.document) s.document = strictest_document;
  if (!read.depth) s.depth = depth::deep;
  return s;
}

}  // namespace uploadgate::formats
