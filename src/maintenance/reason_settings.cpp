#include "reason_settings.hpp"

#include <algorithm>
#include <array>

namespace uploadgate::maintenance {
namespace {

template <auto Member>
handling& of_document(policy_document& d) {
  return d.document.*Member;
}
template <auto Member>
auto& of_archive(policy_document& d) {
  return d.archive.*Member;
}
template <auto Member>
auto& of_image(policy_document& d) {
  return d.image.*Member;
}

using rules = document_rules;
constexpr std::array switches{
    reason_switch{errc::macros, "document.macros", of_document<&rules::macros>},
    reason_switch{errc::javascript, "document.javascript", of_document<&rules::javascript>},
    reason_switch{errc::automatic_action, "document.automatic_actions",
                  of_document<&rules::automatic_actions>},
    reason_switch{errc::launch_action, "document.launch", of_document<&rules::launch>},
    reason_switch{errc::dynamic_data_exchange, "document.launch", of_document<&rules::launch>},
    reason_switch{errc::external_reference, "document.external_references",
                  of_document<&rules::external_references>},
    reason_switch{errc::doctype, "document.external_references", of_document<&rules::external_references>},
    reason_switch{errc::embedded_file, "document.embedded_files", of_document<&rules::embedded_files>},
    reason_switch{errc::rich_media, "document.rich_media", of_document<&rules::rich_media>},
    reason_switch{errc::dynamic_form, "document.dynamic_forms", of_document<&rules::dynamic_forms>},
    reason_switch{errc::activex, "document.activex", of_document<&rules::activex>},
    reason_switch{errc::formulas, "document.formulas", of_document<&rules::formulas>},
    reason_switch{errc::encrypted, "document.encrypted", of_document<&rules::encrypted>},
    reason_switch{errc::encrypted, "archive.encrypted", of_archive<&archive_limits::encrypted>},
    reason_switch{errc::reference_mismatch, "document.inconsistent_references",
                  of_document<&rules::inconsistent_references>},
    reason_switch{errc::not_text, "document.legacy_encodings", of_document<&rules::legacy_encodings>},
    reason_switch{errc::script, "document.program_text", of_document<&rules::program_text>},
    reason_switch{errc::entry_link, "archive.links", of_archive<&archive_limits::links>},
    reason_switch{errc::entry_executable, "archive.executables", of_archive<&archive_limits::executables>},
    reason_switch{errc::payload_text, "image.payload_text", of_image<&image_limits::payload_text>},
};

std::uint64_t& max_size_of(policy_document& d) { return d.max_size; }
std::uint64_t& max_length_of(policy_document& d) { return d.filename.max_length; }
std::uint64_t& max_nesting_of(policy_document& d) { return d.document.max_depth; }

constexpr std::array limits{
    reason_limit{errc::size_exceeded, "max_size", max_size_of},
    reason_limit{errc::name_too_long, "filename.max_length", max_length_of},
    reason_limit{errc::too_many_pixels, "image.max_pixels", of_image<&image_limits::max_pixels>},
    reason_limit{errc::too_many_frames, "image.max_frames", of_image<&image_limits::max_frames>},
    reason_limit{errc::too_many_total_pixels, "image.max_total_pixels",
                 of_image<&image_limits::max_total_pixels>},
    reason_limit{errc::metadata_too_large, "image.max_metadata", of_image<&image_limits::max_metadata>},
    reason_limit{errc::metadata_too_large, "image.max_unpacked_metadata",
                 of_image<&image_limits::max_unpacked_metadata>},
    reason_limit{errc::too_many_entries, "archive.max_entries", of_archive<&archive_limits::max_entries>},
    reason_limit{errc::unpacked_too_large, "archive.max_unpacked", of_archive<&archive_limits::max_unpacked>},
    reason_limit{errc::ratio_exceeded, "archive.max_ratio", of_archive<&archive_limits::max_ratio>},
    reason_limit{errc::nested_too_deep, "archive.max_depth", of_archive<&archive_limits::max_depth>},
    reason_limit{errc::nested_too_deep, "document.max_depth", max_nesting_of},
};

constexpr std::size_t max_features = 32;

}  // namespace

std::span<const reason_switch> reason_switches() noexcept { return switches; }
std::span<const reason_limit> reason_limits() noexcept { return limits; }

std::vector<std::string_view> settings_for(std::string_view word) {
  std::vector<std::string_view> keys;
  for (const reason_switch& s : switches)
    if (reason(s.reason) == word) keys.push_back(s.key);
  for (const reason_limit& l : limits)
    if (reason(l.reason) == word) keys.push_back(l.key);
  if (word == reason(errc::extension_not_allowed)) keys.emplace_back("extensions");
  if (word == reason(errc::size_too_small) || word == reason(errc::empty_file)) keys.emplace_back("min_size");
  return keys;
}

bool decided_by_structure_setting(std::string_view word) {
  const std::vector<std::string_view> keys = settings_for(word);
  return std::ranges::any_of(keys, [](std::string_view key) {
    return key.starts_with("document.") || key.starts_with("archive.") || key.starts_with("image.");
  });
}

void add_feature(std::vector<std::string>& features, std::string_view word) {
  const bool known = std::ranges::any_of(switches, [&](const auto& s) { return reason(s.reason) == word; });
  if (!known || features.size() >= max_features || std::ranges::find(features, word) != features.end())
    return;
  features.insert(std::ranges::upper_bound(features, word), std::string{word});
}

void add_features(std::vector<std::string>& features, std::string_view warning) {
  while (!warning.empty()) {
    const std::size_t end = warning.find(": ");
    const std::string_view piece = warning.substr(0, end);
    add_feature(features, piece.substr(0, piece.find(" at ")));
    warning = end == std::string_view::npos ? std::string_view{} : warning.substr(end + 2);
  }
}

}  // namespace uploadgate::maintenance
