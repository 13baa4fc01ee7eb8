// What comes out of decoded streams: objects (ISO 32000-2, 7.5.7) and cross-reference entries (7.5.8).
#pragma once

#include <uploadgate/verdict.hpp>

#include "pdf_filter.hpp"
#include "pdf_lexer.hpp"
#include "pdf_rules.hpp"
#include "pdf_values.hpp"
#include "pdf_xref.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace uploadgate::formats::pdf {

// The objects of an object stream. Its header says where each begins; that must be where values begin, so
// that no reader begins to read within one.
class object_stream final : public decoded {
 public:
  object_stream(judge& rules, values& v) : judge_{rules}, values_{v} {}

  // Begins; false where the dictionary lacks what an object stream must say.
  bool begin(const head& dictionary, std::uint64_t offset);
  bool take(bytes_view bytes) override;
  // The stream is over.
  result finish();
  // The objection that made take() false, or none.
  [[nodiscard]] result outcome() const { return outcome_; }
  // Whether the objection is to what an object holds, and not to how the stream is written.
  [[nodiscard]] bool about_content() const { return about_content_; }

 private:
  // Numbers of objects that are remembered; for those behind, references to them are not followed.
  static constexpr std::size_t max_numbers = 256;
  static constexpr std::size_t max_offsets = 512;

  void pair(std::uint64_t number);
  void token(kind k);
  void value_token(kind k);
  [[nodiscard]] std::uint64_t number_at(std::uint64_t at) const;
  void judged(result r);
  void object(result r);
  void fail(std::string_view why);

  judge& judge_;
  values& values_;
  lexer lexer_;
  std::uint64_t offset_ = 0;  // of the stream, in the file
  std::uint64_t count_ = 0;
  std::uint64_t first_ = 0;
  std::uint64_t read_ = 0;  // numbers of the header
  std::uint64_t values_read_ = 0;
  std::uint64_t in_place_ = 0;  // values that begin where the header says, in its order
  // Whether values begin where the header says: each in the gap behind the one before it (in_place_), or,
  // where the header is not in order or too long to keep, the sum of hashes of their offsets is the same.
  std::uint64_t declared_ = 0;  // sum of hashes of offsets
  std::uint64_t standing_ = 0;
  std::uint64_t value_end_ = 0;
  bool about_content_ = false;
  result outcome_;
  std::array<std::uint32_t, max_numbers> numbers_{};
  std::array<std::uint32_t, max_offsets> offsets_{};
};

class reference_stream final : public decoded {
 public:
  explicit reference_stream(cross_references& x) : xref_{x} {}

  // Begins; false where the dictionary lacks what a cross-reference stream must say.
  bool begin(const head& dictionary);
  bool take(bytes_view bytes) override;
  // Whether the entries ended with the last section. Writers pad with a few bytes.
  [[nodiscard]] bool complete() const { return section_ * 2 >= sections_ && at_ == 0; }
  // Whether all sections could be kept.
  [[nodiscard]] bool known() const { return known_; }

 private:
  void entry();

  cross_references& xref_;
  bool known_ = true;
  std::size_t entry_size_ = 0;
  std::size_t at_ = 0;
  std::array<std::uint32_t, 3> width_{};
  std::array<std::uint8_t, 24> entry_{};
  // The sections: what the dictionary says, which stays as it is while entries come.
  const std::uint32_t* index_ = nullptr;
  std::array<std::uint32_t, 2> whole_{};
  std::size_t sections_ = 0;  // numbers in index_
  std::size_t section_ = 0;
  std::uint64_t in_section_ = 0;
};

}  // namespace uploadgate::formats::pdf
