/// \file difference.hpp
/// What changes when one policy takes the place of another: in settings, and in the files of a store.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/maintenance/capture.hpp>
#include <uploadgate/policy_file.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate {

/// setting_effect says in which direction a setting went.
enum class setting_effect : std::uint8_t {
  neutral,    ///< accepts the same files ("name", "version", "digest")
  tightened,  ///< refuses more
  loosened,   ///< accepts more
  mixed,      ///< both: a list of extensions that lost some and gained others
};

/// name gives the word for it.
UPLOADGATE_EXPORT std::string_view name(setting_effect e) noexcept;

/// setting_change is one setting that differs.
struct setting_change {
  std::string key;            ///< as it stands in the file: "image.max_pixels"
  std::string before, after;  ///< "5 MiB", "reject", "jpg png"; of extensions, those that went and came
  setting_effect effect = setting_effect::neutral;
  bool operator==(const setting_change&) const = default;
};

/// compare gives the settings that differ, in the order of a policy file.
[[nodiscard]] UPLOADGATE_EXPORT std::vector<setting_change> compare(const policy_document& before,
                                                                    const policy_document& after);

/// in_words gives a change as a sentence without a full stop.
[[nodiscard]] UPLOADGATE_EXPORT std::string in_words(const setting_change& c);

/// policy_answer is what a policy says of a file.
struct policy_answer {
  bool accepted = false;
  std::string rule{}, reason{};  ///< where it does not accept
  bool operator==(const policy_answer&) const = default;
};

/// file_outcome is what becomes of one file.
enum class file_outcome : std::uint8_t {
  same,
  newly_refused,
  newly_accepted,
  reason_changed,  ///< refused before and after, for different reasons
  gone,            ///< known before and not there, or not readable, after
  appeared,        ///< there after, and not known before
};

/// name gives the word for it ("newly_refused").
UPLOADGATE_EXPORT std::string_view name(file_outcome o) noexcept;

/// file_change is one file of which the two answers differ.
struct file_change {
  std::string path;
  file_outcome outcome = file_outcome::same;
  policy_answer before{}, after{};
};

/// store_difference counts what becomes of the files of a store.
struct store_difference {
  std::uint64_t files = 0;
  std::uint64_t same = 0;
  std::uint64_t newly_refused = 0;
  std::uint64_t newly_accepted = 0;
  std::uint64_t reason_changed = 0;
  std::uint64_t gone = 0;
  std::uint64_t appeared = 0;
  std::uint64_t unreadable = 0;  ///< before and after
  /// refused_for counts the newly refused files by their new reason.
  std::map<std::string, std::uint64_t, std::less<>> refused_for{};
  void add(const file_change& c);
  bool operator==(const store_difference&) const = default;
};

/// change_sink is given the files of which the answers differ, by one thread at a time.
using change_sink = std::function<void(const file_change&)>;

/// compare_files judges each item by both policies, for the cost of one read, and gives what differs to
/// `sink`. The policies are asked as if they were enforced, whatever their mode.
UPLOADGATE_EXPORT store_difference compare_files(const policy_document& before, const policy_document& after,
                                                 const item_source& source, const capture_options& options,
                                                 const change_sink& sink);

/// compare_baselines joins two baselines of one store by path, for stores that were judged elsewhere. It
/// keeps about 64 bytes for each file of the first one. Errors as for_each_entry.
UPLOADGATE_EXPORT store_difference compare_baselines(const std::string& before, const std::string& after,
                                                     const change_sink& sink);

}  // namespace uploadgate
