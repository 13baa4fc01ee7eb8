// What gzip, bzip2, xz and zstd files have in common: packed streams that follow one another, and what comes
// out of them, measured and judged.
#pragma once

#include "contained.hpp"
#include "grammar.hpp"
#include "unpack_budget.hpp"
#include "unpacker.hpp"

#include <cstdint>

namespace uploadgate::formats {

class packed {
 public:
  // What must be inside follows from the row that was chosen.
  packed(context& ctx, unpacker::method m);

  // read gives the window that `in` shows to the decoder, at most to the end of the budget's step, and
  // consumes what it took. Objections carry the step's offset; an empty window is the end of the file.
  result read(reader& in, bytes_view window);
  // more: whether the stream has not ended yet.
  [[nodiscard]] bool more() const { return unpacker_.state() == unpacker::status::more; }
  // size and crc32 of what came out of this stream (crc32 only of deflate, which leaves it to its wrapping).
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::uint32_t crc32() const { return crc32_; }
  // next begins another stream whose content continues the last one's.
  void next();
  // finish judges the end of the content, and sets the facts.
  result finish(std::uint64_t offset);

 private:
  result came_out(bytes_view piece, std::uint64_t offset);
  result state_at(std::uint64_t offset) const;

  context* ctx_;
  unpack_budget budget_;
  unpacker unpacker_;
  contained content_;
  bool checked_;
  std::uint64_t size_ = 0;
  std::uint32_t crc32_ = 0;
};

}  // namespace uploadgate::formats
