// The coded data of one JPEG image, walked code by code: that each scan holds what the frame promises, and
// nothing more (ITU-T T.81, annexes F and G). Coefficients are not kept, nor is anything transformed.
#pragma once

#include <uploadgate/verdict.hpp>

#include "jpeg_bits.hpp"
#include "jpeg_frame.hpp"
#include "jpeg_history.hpp"
#include "jpeg_huffman.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>

namespace uploadgate::formats {

class jpeg_entropy {
 public:
  jpeg_entropy();

  // The most components of a progressive image, and of one scan (B.2.2, B.2.3).
  static constexpr std::size_t most_components = 4;

  // table takes one Huffman table of a DHT segment.
  result table(std::uint8_t class_and_number, bytes_view counts, bytes_view symbols, std::uint64_t offset);
  // begin starts a scan by the content of its SOS segment, which has been judged, at `offset`.
  result begin(const jpeg_frame& frame, bytes_view sos, std::uint16_t restart_interval, std::uint64_t offset);
  // read reads coded data up to the marker behind the scan, and answers how many bytes it has claimed, the
  // marker's among them. found() is that marker, 0 as long as there is none.
  std::size_t read(bytes_view window, std::uint64_t offset, result& wrong);
  [[nodiscard]] std::uint8_t found() const { return found_; }
  // end judges the end of the image.
  [[nodiscard]] result end(const jpeg_frame& frame, std::uint64_t offset) const;

 private:
  enum class step : std::uint8_t { done, starved, broken };
  enum class kind : std::uint8_t { sequential, first_dc, first_ac, refine_dc, refine_ac };
  struct unit {  // of an MCU: one block
    const jpeg_huffman* dc = nullptr;
    const jpeg_huffman* ac = nullptr;
  };
  static constexpr std::size_t most_units = 10;  // B.2.3
  static constexpr std::int8_t not_scanned = -1;

  result band(const jpeg_frame& frame, bytes_view sos, std::uint64_t offset);
  result components(const jpeg_frame& frame, bytes_view sos, std::uint64_t offset);
  result progress(std::size_t component, std::uint64_t offset);
  void begin_interval();
  void end_block();
  step walk();
  template <bool WithAc>
  step blocks();
  step first_ac();
  step refine_dc();
  step refine_ac();
  step skip();
  step undefined_code(const jpeg_bits& bits) const;
  step next_ac(jpeg_huffman::code& c, bool& ends_band);
  bool ended_run(const jpeg_huffman::code& c);
  result boundary(bool& waits);
  result restarted();
  result restarted_at_end();
  [[nodiscard]] result stopped(step s) const;

  std::array<std::unique_ptr<jpeg_huffman>, 8> tables_;  // four for DC, four for AC
  std::array<jpeg_history, most_components> history_;
  // The lowest bit of each coefficient that has been scanned, of a progressive image.
  std::array<std::array<std::int8_t, 64>, most_components> lowest_;
  std::bitset<255> scanned_;  // components of a sequential image

  // The scan.
  kind kind_ = kind::sequential;
  std::array<unit, most_units> units_{};
  unsigned unit_count_ = 0;
  jpeg_history* known_ = nullptr;
  unsigned first_ = 0;  // coefficients of the band
  unsigned last_ = 0;
  std::int8_t high_ = 0;  // successive approximation
  std::int8_t low_ = 0;
  std::uint64_t interval_ = 0;  // MCUs between restarts
  std::uint64_t left_ = 0;      // MCUs before the next restart, or the end
  std::uint64_t behind_ = 0;    // MCUs behind that
  bool full_ = false;           // the interval is as long as DRI says
  std::uint8_t next_restart_ = 0;
  std::uint8_t found_ = 0;

  // Where the walk stands.
  jpeg_bits bits_;
  bool coding_ = false;
  bool padded_ = false;
  unsigned unit_ = 0;
  unsigned k_ = 0;             // the next coefficient
  std::uint64_t block_ = 0;    // in the component, where the scan is of one
  std::uint64_t run_ = 0;      // blocks that the last code has ended too (EOBn)
  std::uint64_t skip_ = 0;     // bits of known coefficients before the next code
  std::uint64_t nonzero_ = 0;  // coefficients found in this block
};

}  // namespace uploadgate::formats
