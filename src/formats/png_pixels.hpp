// The pixels of one PNG image: how many bytes they must unpack to, and, where asked, the proof.
#pragma once

#include "inflate.hpp"
#include "png_rules.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace uploadgate::formats {

// The rows of an image as they are stored: seven reduced images where it is interlaced (sections 7.2, 8).
struct png_rows {
  struct pass {
    std::uint64_t rows = 0;
    std::uint64_t row_bytes = 0;  // with the filter type before them
  };
  std::array<pass, 7> passes{};

  png_rows(const png_rules::image_header& header, std::uint64_t width, std::uint64_t height);
  [[nodiscard]] std::uint64_t bytes() const;
  [[nodiscard]] std::uint64_t rows() const;
  // most_packed is more than any encoder needs, so that longer data must hide something.
  [[nodiscard]] std::uint64_t most_packed() const;
};

// One zlib stream over any number of IDAT or fdAT chunks. Without `deep` it judges the zlib header and the
// length; with it, that the stream gives the promised bytes, that each row begins with a filter type, and
// that the stream ends where the chunks do.
class png_pixels {
 public:
  png_pixels(const png_rows& rows, bool deep);

  // feed reads the next compressed bytes, which stand at `offset`.
  result feed(bytes_view piece, std::uint64_t offset);
  // finish is called at the end of the last chunk.
  result finish(std::uint64_t offset);

 private:
  result header(bytes_view piece, std::uint64_t offset);
  result unpack(bytes_view piece, std::uint64_t offset);
  result rows_in(bytes_view out);

  png_rows rows_;
  std::uint64_t start_ = 0;  // where the stream begins; what is wrong inside it is said there
  std::uint64_t packed_ = 0;
  std::uint64_t most_packed_;
  std::uint8_t first_ = 0;
  std::size_t pass_ = 0;
  std::uint64_t row_ = 0;
  std::uint64_t left_in_row_ = 0;
  std::optional<inflater> inflater_;
};

}  // namespace uploadgate::formats
