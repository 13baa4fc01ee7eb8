// What is found out about streams that are claimed and not read.
#pragma once

#include <uploadgate/bytes.hpp>

#include "pdf_filter.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace uploadgate::formats::pdf {

// Metadata is XML (ISO 32000-2, 14.3.2), which readers parse; XMP has no document type (ISO 16684-1, 7.1).
class metadata_text final : public decoded {
 public:
  void begin() { last_ = 0; }
  // False where a document type or an entity is declared, in UTF-8 or UTF-16.
  bool take(bytes_view bytes) override;

 private:
  std::uint64_t last_ = 0;  // eight characters
};

// How much of Flate data repeats one short pattern. That is what a long run of one pattern deflates to, as in
// a bomb: each byte of it stands for up to 1,032 (RFC 1951, 3.2.5: 258 bytes in two bits). Looks at a
// sample in each 256 bytes, so that it costs next to nothing.
class flat_data {
 public:
  void begin() { position_ = flat_ = 0; }
  void feed(bytes_view bytes);
  // About how many bytes come out of the part that repeats.
  [[nodiscard]] std::uint64_t unpacked() const { return flat_ * step * 1032; }

 private:
  static constexpr std::size_t step = 256;
  static constexpr std::size_t period = 12;  // holds patterns of 1, 2, 3, 4 and 6 bytes
  std::uint64_t position_ = 0;
  std::uint64_t flat_ = 0;  // samples
  std::array<std::byte, 2 * period> sample_{};
};

}  // namespace uploadgate::formats::pdf
