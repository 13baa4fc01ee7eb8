// One setting by its name, so that each of the policies that share a reading can be asked for its own value.
#pragma once

#include <uploadgate/limits.hpp>

#include <cstdint>
#include <variant>

namespace uploadgate::formats {

template <class T>
class setting {
 public:
  template <class Group>
  constexpr setting(T Group::*member) : member_{member} {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] constexpr T of(const structure_limits& all) const {
    if (const auto* const m = std::get_if<0>(&member_)) return all.image.**m;
    if (const auto* const m = std::get_if<1>(&member_)) return all.archive.**m;
    return all.document.**std::get_if<2>(&member_);
  }
  constexpr T operator()(const structure_limits& all) const { return of(all); }
  bool operator==(const setting&) const = default;

 private:
  std::variant<T image_limits::*, T archive_limits::*, T document_rules::*> member_;
};

using limit = setting<std::uint64_t>;

// What is done about something that is legal and often unwanted: what a setting says, or the same in every
// policy.
class choice {
 public:
  constexpr choice(handling always) : always_{always} {}  // NOLINT(google-explicit-constructor)
  template <class Group>
  constexpr choice(handling Group::*member)  // NOLINT(google-explicit-constructor)
      : setting_{member}, chosen_{true} {}

  // The same, with a warning where the setting rejects.
  [[nodiscard]] constexpr choice at_most_warn() const {
    choice c = *this;
    c.softened_ = true;
    return c;
  }
  // Whether it is the same in every policy.
  [[nodiscard]] constexpr bool fixed() const { return !chosen_; }
  [[nodiscard]] constexpr handling of(const structure_limits& all) const {
    const handling how = chosen_ ? setting_.of(all) : always_;
    return softened_ && how == handling::reject ? handling::warn : how;
  }
  bool operator==(const choice&) const = default;

 private:
  handling always_ = handling::reject;
  setting<handling> setting_ = &document_rules::macros;
  bool chosen_ = false;
  bool softened_ = false;
};

// What decides how the bytes are read, and not only what is said about them: policies that differ in it share
// no reading.
struct manner {
  uploadgate::depth depth;
  std::uint64_t max_window;
  std::uint64_t max_completed_window;
  std::uint64_t max_depth;  // of document_rules
  handling legacy_encodings;
  bool list_parts;

  static constexpr manner of(const structure_limits& all) {
    return {all.depth,
            all.archive.max_window,
            all.archive.max_completed_window,
            all.document.max_depth,
            all.document.legacy_encodings,
            all.list_parts};
  }
  bool operator==(const manner&) const = default;
};

}  // namespace uploadgate::formats
