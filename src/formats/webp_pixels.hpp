// The coded pixels of one WebP chunk, in deep reading.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/verdict.hpp>

#include "vp8.hpp"
#include "vp8l.hpp"

#include <cstdint>
#include <string_view>
#include <variant>

namespace uploadgate::formats {

class webp_pixels {
 public:
  // lossy takes the head of the chunk, which has been judged, and the chunk's length.
  static webp_pixels lossy(bytes_view head, std::uint64_t width, std::uint64_t height, std::uint64_t length);
  // lossless, alpha: by the size of the picture; alpha's first byte says how it is packed (RFC
  // 9649, 2.7.1.2).
  static webp_pixels lossless(std::uint64_t width, std::uint64_t height);
  static webp_pixels alpha(std::uint8_t flags, std::uint64_t width, std::uint64_t height);

  // feed reads the next bytes behind the chunk's head, which stand at `offset`; `last` says that it ends with
  // them.
  result feed(bytes_view piece, std::uint64_t offset, bool last);
  // unproved: why it is not known where the pixels end; empty where it is known.
  [[nodiscard]] std::string_view unproved() const;

 private:
  // One byte a pixel.
  struct plain {
    std::uint64_t left;
    result feed(bytes_view piece, std::uint64_t offset, bool last);
  };
  std::variant<plain, vp8, vp8l> coded_;

  explicit webp_pixels(std::variant<plain, vp8, vp8l> coded) : coded_{std::move(coded)} {}
};

}  // namespace uploadgate::formats
