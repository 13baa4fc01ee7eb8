// One JPEG image between SOI and EOI: its tables, frame and scans (ITU-T T.81, annex B).
#pragma once

#include "grammar.hpp"
#include "jpeg_entropy.hpp"
#include "jpeg_frame.hpp"

#include <bitset>
#include <cstdint>
#include <memory>

namespace uploadgate::formats {

class jpeg_image {
 public:
  // The longest segment of tables: eight Huffman tables of 256 codes are 2,184 bytes.
  static constexpr std::size_t longest_tables = 4096;
  // Scans of one image. Progressive encoders write about ten; each costs a decoder a pass over all pixels.
  static constexpr unsigned max_scans = 256;

  // With `deep` the coded data is decoded as far as needed to prove where it ends.
  explicit jpeg_image(bool deep) {
    if (deep) coding_ = std::make_unique<jpeg_entropy>();
  }

  // segment judges the content of a marker segment that is neither APPn nor COM and that begins at `offset`.
  result segment(context& ctx, std::uint8_t marker, bytes_view content, std::uint64_t offset);
  // end judges EOI at `offset`.
  [[nodiscard]] result end(std::uint64_t offset) const;

  // entropy reads coded data until a marker that ends it, and answers how many bytes it has claimed, the
  // marker's among them. found() is that marker, 0 as long as there is none.
  std::size_t entropy(bytes_view window, std::uint64_t offset, result& wrong);
  [[nodiscard]] std::uint8_t found() const { return found_; }

 private:
  result quantisation(bytes_view content, std::uint64_t offset);
  result huffman(bytes_view content, std::uint64_t offset);
  result frame(context& ctx, std::uint8_t marker, bytes_view content, std::uint64_t offset);
  void judge_coding(context& ctx);
  result scan(bytes_view content, std::uint64_t offset);
  bool in_scan(std::uint8_t b, std::uint64_t offset, result& wrong);

  jpeg_frame frame_;
  std::bitset<256> scanned_;
  unsigned scans_ = 0;
  std::uint16_t restart_interval_ = 0;
  std::unique_ptr<jpeg_entropy> coding_;
  // Within a scan.
  bool after_ff_ = false;
  std::uint8_t next_restart_ = 0;
  std::uint8_t found_ = 0;
};

}  // namespace uploadgate::formats
