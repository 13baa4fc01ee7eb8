// One JPEG image between SOI and EOI: its tables, frame and scans (ITU-T T.81, annex B).
#pragma once

#include "grammar.hpp"

#include <array>
#include <bitset>
#include <cstdint>

namespace uploadgate::formats {

namespace jpeg_marker {
inline constexpr std::uint8_t tem = 0x01, sof0 = 0xC0, dht = 0xC4, jpg = 0xC8, dac = 0xCC, sof15 = 0xCF,
                              rst0 = 0xD0, rst7 = 0xD7, soi = 0xD8, eoi = 0xD9, sos = 0xDA, dqt = 0xDB,
                              dnl = 0xDC, dri = 0xDD, dhp = 0xDE, exp = 0xDF, app0 = 0xE0, app15 = 0xEF,
                              jpg0 = 0xF0, jpg13 = 0xFD, com = 0xFE;
}  // namespace jpeg_marker

class jpeg_image {
 public:
  // The longest segment of tables: eight Huffman tables of 256 codes are 2,184 bytes.
  static constexpr std::size_t longest_tables = 4096;
  // Scans of one image. Progressive encoders write about ten; each costs a decoder a pass over all pixels.
  static constexpr unsigned max_scans = 256;

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
  result scan(bytes_view content, std::uint64_t offset);
  bool in_scan(std::uint8_t b, std::uint64_t offset, result& wrong);

  std::uint8_t frame_marker_ = 0;
  std::uint16_t height_ = 0;
  std::uint8_t components_ = 0;
  std::array<std::uint8_t, 255> names_{};
  std::bitset<256> scanned_;
  unsigned scans_ = 0;
  std::uint16_t restart_interval_ = 0;
  // Within a scan.
  bool after_ff_ = false;
  std::uint8_t next_restart_ = 0;
  std::uint8_t found_ = 0;
};

}  // namespace uploadgate::formats
