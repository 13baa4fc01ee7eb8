// The run lengths of a packed bitmap ([MS-WMF] 3.1.6; RLE8 and RLE4).
#pragma once

#include <uploadgate/verdict.hpp>

#include "dib.hpp"

#include <cstddef>
#include <cstdint>

namespace uploadgate::formats {

// It follows the runs to their end code; with `deep` it also counts the pixels, so that no run leaves its row
// and the end stands where the header says.
class bmp_runs {
 public:
  bmp_runs(const dib_header& dib, bool deep)
      : most_{dib.row_bytes() * 8 / dib.bits}, height_{dib.height}, halves_{dib.bits == 4}, deep_{deep} {}

  // read answers how many bytes of the window, which stands at `offset`, belong to the runs; done() is set
  // behind the end code.
  std::size_t read(bytes_view window, std::uint64_t offset, result& wrong);
  [[nodiscard]] bool done() const { return state_ == state::done; }

 private:
  enum class state : std::uint8_t { count, value, across, down, literal, done };

  result pixels(std::uint64_t n, std::uint64_t offset);
  result escape(std::uint8_t code, std::uint64_t offset);
  result end_row(std::uint64_t offset);
  result moved(std::uint64_t offset) const;
  result byte(std::uint8_t b, std::uint64_t offset);

  std::uint64_t most_;  // pixels of a row: some encoders fill it up to four bytes, as if it were not packed
  std::uint64_t height_;
  bool halves_;  // a byte holds two pixels
  bool deep_;
  state state_ = state::count;
  std::uint8_t count_ = 0;
  std::uint64_t literal_ = 0;  // bytes that are left
  std::uint64_t x_ = 0;
  std::uint64_t y_ = 0;
};

}  // namespace uploadgate::formats
