// Streaming decompression of raw deflate, bzip2, xz and zstd, a piece at a time, in bounded memory.
#pragma once

#include <uploadgate/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace uploadgate::formats {

class unpacker {
 public:
  enum class method : std::uint8_t { deflate, bzip2, xz, zstd };
  // too_large: the stream asks for more memory than allowed. unsupported: a dictionary, filter or check that
  // the library does not have.
  enum class status : std::uint8_t { more, done, corrupt, too_large, unsupported };
  // The most that one unpack() gives.
  static constexpr std::size_t piece = 8 * KiB;

  // `max_window` bounds the history that an xz or zstd decoder keeps; deflate keeps 32 KiB, bzip2 3.6 MiB.
  // Throws std::bad_alloc.
  unpacker(method m, std::uint64_t max_window);
  ~unpacker();
  unpacker(unpacker&&) noexcept;
  unpacker& operator=(unpacker&&) noexcept;

  // unpack takes what it can from `in`, which it shortens, and gives what came out; the view lives until the
  // next call. Call it until the answer is empty. It gives all that can be known from the input so far, so
  // what came out never depends on how the input was cut. Bytes behind the stream's end are left in `in`.
  bytes_view unpack(bytes_view& in);
  [[nodiscard]] status state() const;
  // Begins another stream (for zstd: frame).
  void reset();

 private:
  struct decoder;
  std::unique_ptr<decoder> decoder_;
};

}  // namespace uploadgate::formats
