/// \file learn.hpp
/// The tightest policy that still accepts what a store holds.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/maintenance/baseline.hpp>
#include <uploadgate/policy_file.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace uploadgate {

/// learn_options say what is learnt.
struct learn_options {
  policy_document start{};  ///< the policy that the baseline was made under
  /// keep is how many of a million files that can be kept must be: 999'000 for 99.9 %. The largest and
  /// rarest go first.
  std::uint64_t keep = 1'000'000;
  /// loosen also lets in what `start` refuses, wherever a setting can: more extensions, higher limits,
  /// switches at warn. Danger: an attack that lies in the store is then what the policy learns from; read
  /// what was loosened, and look at the files.
  bool loosen = false;
};

/// learned_setting is one setting of the learned policy, and why it has its value.
struct learned_setting {
  std::string key;  ///< "image.max_pixels"
  std::string before, after;
  std::uint64_t files = 0;     ///< how many files told
  std::uint64_t left_out = 0;  ///< how many of them it refuses, as outliers
  bool operator==(const learned_setting&) const = default;
};

/// learned_policy is what policy_learner gives.
struct learned_policy {
  policy_document document;
  std::vector<learned_setting> settings{};  ///< those that were learnt, changed or not
  std::uint64_t files = 0;                  ///< entries seen
  std::uint64_t keepable = 0;               ///< files that some setting could accept
};

/// policy_learner learns from the entries of a baseline, in memory that does not grow with their number.
///
/// It learns: extensions, max_size, filename.max_length, max_pixels, max_frames, max_total_pixels,
/// max_entries, max_unpacked, and the switches of images, archives and documents but "hyperlinks". Limits are
/// rounded up to 1, 2 or 5 times a power of ten (of KiB, MiB or GiB where they are bytes), and are never
/// above those of `start` unless a kept file needs it. A switch is set to reject where no kept file has what
/// it is about. All other settings are those of `start`, since entries do not say enough about them; the size
/// of every page of a TIFF or an icon among that, so that with such files the pixel limits stay.
class UPLOADGATE_EXPORT policy_learner {
 public:
  explicit policy_learner(learn_options options);
  policy_learner(policy_learner&&) noexcept;
  policy_learner& operator=(policy_learner&&) noexcept;
  ~policy_learner();

  /// add throws configuration_error where the entry was made under another policy than `start`.
  void add(const baseline_entry& e);
  [[nodiscard]] learned_policy learn() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// expected_refusal is what a learned policy will say of a file.
struct expected_refusal {
  std::string reason;
  std::vector<std::string> settings{};  ///< those that could let it in; empty where none can
};

/// expect foretells, from the entry alone, why a learned policy refuses a file; nothing where it accepts.
[[nodiscard]] UPLOADGATE_EXPORT std::optional<expected_refusal> expect(const policy_document& learned,
                                                                       const baseline_entry& e);

}  // namespace uploadgate
