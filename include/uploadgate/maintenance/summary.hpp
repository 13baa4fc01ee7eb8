/// \file summary.hpp
/// A baseline in numbers.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/maintenance/baseline.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate {

/// baseline_count is how many files something is true of.
struct baseline_count {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t rejected = 0;           ///< of the files, by the policy as a whole
  std::vector<std::string> examples{};  ///< the first few paths, at most baseline_summary::max_examples
  bool operator==(const baseline_count&) const = default;
};

/// baseline_summary counts the entries of a baseline. What parts of a store add up to is what the whole store
/// gives, in any order but for the examples. Memory is bounded: of one kind of word max_words are kept apart,
/// all others are counted under "(other)".
class UPLOADGATE_EXPORT baseline_summary {
 public:
  static constexpr std::size_t max_words = 2'000;
  static constexpr std::size_t max_examples = 3;
  using counts = std::map<std::string, baseline_count, std::less<>>;

  void add(const baseline_entry& e);
  void merge(const baseline_summary& other);

  std::uint64_t files = 0;  ///< all entries, the unreadable among them
  std::uint64_t bytes = 0;
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t unreadable = 0;
  std::uint64_t mismatches = 0;  ///< files whose content is not what their extension says
  std::uint64_t largest = 0;     ///< bytes

  counts types;       ///< by what the content is; "(unknown)" where nobody knows
  counts extensions;  ///< by what the name says; "(none)" where it says nothing
  counts rules;       ///< by the rule that objects by itself, whichever objects first
  counts reasons;     ///< by the reason of the policy as a whole
  counts names;       ///< by what is wrong with the name
  counts features;    ///< by what switches decide about
  counts failures;    ///< by why files could not be read
  counts policies;    ///< by policy_id
  /// sizes[i] counts the files of less than 2^i bytes that are not in sizes[i - 1].
  std::array<std::uint64_t, 65> sizes{};

  bool operator==(const baseline_summary&) const = default;
};

/// to_json gives the summary as one object on one line.
[[nodiscard]] UPLOADGATE_EXPORT std::string to_json(const baseline_summary& s);

/// summarize reads a baseline, or several that were put one behind the other; "-" is standard input. It
/// throws configuration_error with the number of the line at fault, std::system_error where the file cannot
/// be read. A last line that was torn off is left out.
[[nodiscard]] UPLOADGATE_EXPORT baseline_summary summarize(const std::string& path);

/// for_each_entry calls `each` with every entry of a baseline, one line in memory at a time, and is true
/// where a torn last line was left out; throws as summarize does.
UPLOADGATE_EXPORT bool for_each_entry(const std::string& path,
                                      const std::function<void(const baseline_entry&)>& each);

}  // namespace uploadgate
