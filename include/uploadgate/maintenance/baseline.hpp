/// \file baseline.hpp
/// What is there now: one object for each file of a store, with what every rule of a policy would say.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/export.hpp>
#include <uploadgate/policy_file.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate {

/// rule_answer is what one rule says of a file by itself.
struct rule_answer {
  std::string rule;
  std::string reason{};  ///< the stable word; empty where the rule accepts
  bool operator==(const rule_answer&) const = default;
};

/// baseline_entry is one line of a baseline: one file, seen once. A text that is empty, and a number without
/// a value, was not learnt and is left out of the line.
struct baseline_entry {
  std::string path;          ///< as the system has it: any bytes but NUL
  std::string unreadable{};  ///< why it could not be read; then nothing else is known but the policy
  std::string policy{};      ///< baseline_judge::policy_id of the policy that was asked
  std::uint64_t size = 0;    ///< bytes that were read
  std::string sha256{};      ///< 64 lower-case hexadecimal digits

  std::string claimed{};    ///< the extension of the name, lower case, without a dot
  std::string type{};       ///< what the content is ("image/png"), whatever the name says
  bool mismatch = false;    ///< the content is not what the extension says
  std::string name{};       ///< what path_guard says against the name; empty where nothing
  std::string safe_name{};  ///< only where it is not the name itself

  std::optional<std::uint64_t> width{}, height{}, frames{}, entries{}, unpacked_size{};  ///< as in the facts
  examined seen = examined::none;  ///< how much of it a grammar has read
  /// features are reasons that switches of the policy decide ("macros", "formulas") and that apply here,
  /// whether the policy refuses, warns or allows. Not all of a rejected file, unless `loosened` was tried.
  std::vector<std::string> features{};

  bool accepted = false;                  ///< what the policy as a whole says
  std::string rule{};                     ///< where it does not accept: the rule that objects first
  std::string reason{};                   ///< and why
  std::string detail{};                   ///< in words
  std::optional<std::uint64_t> offset{};  ///< and at which byte
  std::vector<rule_answer> rules{};       ///< what every rule says by itself, in the policy's order

  /// loosened is what structure says with every switch at warn and every limit times limit_slack: "accepted",
  /// or the reason that stays. Tried only where structure refuses for a switch or a limit.
  std::string loosened{};

  bool operator==(const baseline_entry&) const = default;
};

/// limit_slack is the factor by which `loosened` stretches the limits of a policy.
inline constexpr std::uint64_t limit_slack = 8;

/// max_baseline_line is the most bytes of one line that is read back.
inline constexpr std::size_t max_baseline_line = 1 * MiB;

/// to_json writes one object on one line, without a line feed. A path that is not UTF-8 stands twice: "path"
/// for people, with U+FFFD, and "path_hex" with its bytes.
[[nodiscard]] UPLOADGATE_EXPORT std::string to_json(const baseline_entry& e);

/// parse_baseline_entry reads what to_json writes; keys that it does not know are passed over. It throws
/// configuration_error where the line is no such object.
[[nodiscard]] UPLOADGATE_EXPORT baseline_entry parse_baseline_entry(std::string_view line);

/// observation is one file on its way into a baseline: feed its bytes, then finish. One thread at a time.
class UPLOADGATE_EXPORT observation {
 public:
  observation(observation&&) noexcept;
  observation& operator=(observation&&) noexcept;
  ~observation();

  /// feed takes the next bytes; unlike an inspection it goes on after an objection, for the digest and the
  /// other rules.
  void feed(bytes_view chunk);
  /// finish gives the entry. Call it once, after the last byte. The file, where there is one, is for
  /// inspection::finish.
  [[nodiscard]] baseline_entry finish();
  [[nodiscard]] baseline_entry finish(const completed_file& file);
  /// needs_second_look is whether finish() has given an entry that loosen() would tell more about.
  [[nodiscard]] bool needs_second_look() const noexcept;

 private:
  friend class baseline_judge;
  struct state;
  explicit observation(std::unique_ptr<state> s) noexcept;
  baseline_entry finish_with(const completed_file* file);
  std::unique_ptr<state> state_;
};

/// baseline_judge asks all rules of one policy side by side, for the cost of one read. It is immutable, and
/// any number of threads may use one.
///
/// The policy is asked as if it were enforced, whatever its mode. Names are judged by their last component.
/// What it cannot see: the content type and the form field that a client would claim; who may upload.
class UPLOADGATE_EXPORT baseline_judge {
 public:
  /// baseline_judge throws configuration_error as make_policy does.
  explicit baseline_judge(const policy_document& document);

  /// observe begins with the file at a path; `size` is announced as an upload's size would be.
  [[nodiscard]] observation observe(std::string_view path, std::uint64_t size) const;
  /// observe_loosely begins a second look at a file, after which loosen() completes its entry.
  [[nodiscard]] inspection observe_loosely(std::string_view path, std::uint64_t size) const;
  /// loosen adds to an entry what the second look has found.
  static void loosen(baseline_entry& e, const verdict& v, const facts& f);

  /// policy_id is the first 16 hexadecimal digits of the SHA-256 of the policy's JSON (to_json).
  [[nodiscard]] const std::string& policy_id() const noexcept;

 private:
  friend class observation;
  struct state;
  std::shared_ptr<const state> state_;
};

/// policy_id gives what baseline_judge::policy_id gives.
[[nodiscard]] UPLOADGATE_EXPORT std::string policy_id(const policy_document& document);

}  // namespace uploadgate
