// Whether the cross-reference sections agree with where objects really stand (ISO 32000-2, 7.5.4, 7.5.5).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace uploadgate::formats::pdf {

// Any number of objects and entries in constant memory: each is hashed, and the hashes are summed up. A
// reader finds objects through the entries, a stream meets them as they stand; both must be the same set.
class cross_references {
 public:
  // An object that stands at that offset.
  void object(std::uint64_t number, std::uint64_t generation, std::uint64_t offset);
  // An entry in use.
  void entry(std::uint64_t number, std::uint64_t generation, std::uint64_t offset);
  // A section (table, or stream object) that stands at that offset.
  void section(std::uint64_t offset);
  // An offset at which startxref, Prev or XRefStm says that a section stands; `at` is where it says so.
  void claim(std::uint64_t offset, std::uint64_t at);

  [[nodiscard]] bool agrees() const;
  // Where an offset is claimed at which no section stands.
  [[nodiscard]] std::optional<std::uint64_t> false_claim() const;
  // Whether more sections came than can be remembered.
  [[nodiscard]] bool overflowed() const { return overflowed_; }
  [[nodiscard]] bool any_entry() const { return entries_ > 0; }

 private:
  static constexpr std::size_t max_sections = 64;
  static constexpr std::size_t max_claims = 32;
  struct claimed {
    std::uint64_t offset = 0;
    std::uint64_t at = 0;
  };

  std::uint64_t objects_ = 0;
  std::uint64_t entries_ = 0;
  std::uint64_t standing_ = 0;  // sum over objects
  std::uint64_t listed_ = 0;    // sum over entries
  std::size_t sections_ = 0;
  std::size_t claims_ = 0;
  bool overflowed_ = false;
  std::array<std::uint64_t, max_sections> section_{};
  std::array<claimed, max_claims> claim_{};
};

}  // namespace uploadgate::formats::pdf
