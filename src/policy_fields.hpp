// The keys of a policy file's sections and the members they stand for: one table for reading and writing.
#pragma once

#include <uploadgate/limits.hpp>
#include <uploadgate/policy_file.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace uploadgate::fields {

enum class measure : std::uint8_t { count, size };

template <class Section>
struct number {
  std::string_view key;
  std::uint64_t Section::*member;
  fields::measure measure;
  std::uint64_t least;  // 0 where nothing at all is a sensible limit
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
};

template <class Section>
struct choice {
  std::string_view key;
  handling Section::*member;
};

// In the order of the enumerations.
inline constexpr std::array<std::string_view, 3> handling_words{"reject", "warn", "allow"};
inline constexpr std::array<std::string_view, 3> structure_words{"strict", "partial", "off"};
inline constexpr std::array<std::string_view, 2> depth_words{"standard", "deep"};
inline constexpr std::array<std::string_view, 2> mode_words{"enforce", "report"};
inline constexpr std::string_view known_extensions = "known";

inline constexpr std::uint64_t max_filename_length = 4096;  // as path_guard

inline constexpr std::array filename_numbers{
    number<filename_rules>{"max_length", &filename_rules::max_length, measure::count, 1, max_filename_length},
};

inline constexpr std::array image_numbers{
    number<image_limits>{"max_pixels", &image_limits::max_pixels, measure::count, 1},
    number<image_limits>{"max_frames", &image_limits::max_frames, measure::count, 1},
    number<image_limits>{"max_total_pixels", &image_limits::max_total_pixels, measure::count, 1},
    number<image_limits>{"max_metadata", &image_limits::max_metadata, measure::size, 0},
    number<image_limits>{"max_unpacked_metadata", &image_limits::max_unpacked_metadata, measure::size, 0},
};
inline constexpr std::array image_choices{
    choice<image_limits>{"payload_text", &image_limits::payload_text},
};

inline constexpr std::array archive_numbers{
    number<archive_limits>{"max_entries", &archive_limits::max_entries, measure::count, 1},
    number<archive_limits>{"max_unpacked", &archive_limits::max_unpacked, measure::size, 1},
    number<archive_limits>{"max_ratio", &archive_limits::max_ratio, measure::count, 1},
    number<archive_limits>{"ratio_floor", &archive_limits::ratio_floor, measure::size, 0},
    number<archive_limits>{"max_entry_name", &archive_limits::max_entry_name, measure::count, 1},
    number<archive_limits>{"max_depth", &archive_limits::max_depth, measure::count, 0},
    number<archive_limits>{"max_window", &archive_limits::max_window, measure::size, 1},
    number<archive_limits>{"max_completed_window", &archive_limits::max_completed_window, measure::size, 1},
};
inline constexpr std::array archive_choices{
    choice<archive_limits>{"encrypted", &archive_limits::encrypted},
    choice<archive_limits>{"executables", &archive_limits::executables},
    choice<archive_limits>{"links", &archive_limits::links},
};

inline constexpr std::array document_numbers{
    number<document_rules>{"max_depth", &document_rules::max_depth, measure::count, 1},
};
inline constexpr std::array document_choices{
    choice<document_rules>{"macros", &document_rules::macros},
    choice<document_rules>{"javascript", &document_rules::javascript},
    choice<document_rules>{"automatic_actions", &document_rules::automatic_actions},
    choice<document_rules>{"launch", &document_rules::launch},
    choice<document_rules>{"external_references", &document_rules::external_references},
    choice<document_rules>{"hyperlinks", &document_rules::hyperlinks},
    choice<document_rules>{"embedded_files", &document_rules::embedded_files},
    choice<document_rules>{"rich_media", &document_rules::rich_media},
    choice<document_rules>{"dynamic_forms", &document_rules::dynamic_forms},
    choice<document_rules>{"activex", &document_rules::activex},
    choice<document_rules>{"formulas", &document_rules::formulas},
    choice<document_rules>{"encrypted", &document_rules::encrypted},
    choice<document_rules>{"inconsistent_references", &document_rules::inconsistent_references},
    choice<document_rules>{"legacy_encodings", &document_rules::legacy_encodings},
    choice<document_rules>{"program_text", &document_rules::program_text},
};

}  // namespace uploadgate::fields
