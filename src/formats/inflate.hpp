// Streaming inflate (RFC 1950, 1951, 1952) by zlib, a piece at a time into a small buffer of its own.
#pragma once

#include <uploadgate/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace uploadgate::formats {

class inflater {
 public:
  enum class wrapping : std::uint8_t { raw, zlib, gzip };
  enum class status : std::uint8_t { more, done, corrupt };
  // The most that one unpack() gives.
  static constexpr std::size_t piece = 8 * KiB;

  // Allocates zlib's state and window, about 40 KiB, and the piece. Throws std::bad_alloc.
  explicit inflater(wrapping w);
  ~inflater();
  inflater(inflater&&) noexcept;
  inflater& operator=(inflater&&) noexcept;

  // unpack takes what it can from `in`, which it shortens, and gives what came out; the view lives until the
  // next call. Call it until the answer is empty (it wants more input, or is done, or corrupt: ask state()).
  // Bytes behind the end of the stream are left in `in`.
  bytes_view unpack(bytes_view& in);
  [[nodiscard]] status state() const { return status_; }
  // Begins another stream, with the same memory.
  void reset();

 private:
  struct stream;
  std::unique_ptr<stream> stream_;
  status status_ = status::more;
};

}  // namespace uploadgate::formats
