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
  // Says how many bytes stand before the header. Offsets may count from either (readers count from the
  // header).
  void header_at(std::uint64_t offset) { lead_ = offset; }
  // An object that stands at that offset. A cross-reference stream is taken out again by section_stream():
  // some writers list it, some do not.
  void object(std::uint64_t number, std::uint64_t generation, std::uint64_t offset);
  // An entry in use.
  void entry(std::uint64_t number, std::uint64_t generation, std::uint64_t offset);
  // A table begins at that offset.
  void section(std::uint64_t offset);
  // The last object is an object stream.
  void object_stream();
  // The last object is a section.
  void section_stream();
  // A section's entries are all there.
  void section_ends();
  // An offset at which startxref, Prev or XRefStm says that a section stands; `at` is where it says so.
  void claim(std::uint64_t offset, std::uint64_t at);

  // Whether the entries of the sections are the objects. They may be listed by several sections in turn
  // (incremental updates, linearised files), or all again (hybrid files, 7.5.8.4).
  [[nodiscard]] bool agrees() const;
  // Where an offset is claimed at which no section stands.
  [[nodiscard]] std::optional<std::uint64_t> false_claim() const;
  // Where the last section begins.
  [[nodiscard]] std::optional<std::uint64_t> last_section() const;
  // Whether more sections came than can be remembered.
  [[nodiscard]] bool overflowed() const { return overflowed_; }

 private:
  static constexpr std::size_t max_sections = 64;
  static constexpr std::size_t max_claims = 32;
  struct claimed {
    std::uint64_t offset = 0;
    std::uint64_t at = 0;
  };

  struct place {
    std::uint64_t number = 0;
    std::uint64_t generation = 0;
    std::uint64_t offset = 0;
  };
  // Entries may point at the white space before an object: so many bytes before it, the same for all. The
  // last one is for offsets that count from the header.
  static constexpr std::size_t shifts = 4;
  [[nodiscard]] std::uint64_t shift(std::size_t i) const { return i + 1 < shifts ? i : lead_; }
  using sums = std::array<std::uint64_t, shifts>;

  std::uint64_t lead_ = 0;
  place last_;                   // the last object
  std::array<place, 2> held_{};  // the last entries, not yet summed
  sums standing_{};              // sums over all objects
  sums in_tables_{};             // ... without object streams, which hybrid files leave out of their tables
  sums unlisted_{};              // ... and over those that no section has listed
  std::uint64_t listed_ = 0;     // sum over this section's entries
  // The first cross-reference streams behind a table: it may have listed them before anybody could know what
  // they are (linearised hybrid files, as Adobe's PDF Library writes them).
  static constexpr std::size_t max_foretold = 3;
  std::array<place, max_foretold> foretold_{};
  std::size_t foretellings_ = 0;
  [[nodiscard]] bool settles(std::size_t shift_index) const;
  void sum(const place& entry);
  [[nodiscard]] bool stands(std::uint64_t offset) const;
  std::size_t sections_ = 0;
  std::size_t claims_ = 0;
  bool overflowed_ = false;
  std::array<std::uint64_t, max_sections> section_{};
  std::array<claimed, max_claims> claim_{};
};

}  // namespace uploadgate::formats::pdf
