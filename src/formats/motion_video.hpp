// The video of a motion photo, behind the image or in its trailer: a movie that ends where its boxes end.
#pragma once

#include "grammar.hpp"

#include <cstdint>

namespace uploadgate::formats {

class motion_video {
 public:
  // The most bytes that begins_with and begin_box look at.
  static constexpr std::size_t look_ahead = 16;

  // begins_with: whether these are the first bytes of a movie that says what it is.
  static bool begins_with(bytes_view first);

  // The video begins at `offset` with these bytes, and belongs to the file of `outer`.
  motion_video(context& outer, bytes_view first, std::uint64_t offset);

  // begin_box looks at the bytes ahead where left() is zero: false where the video ends there, because the
  // file does or because Samsung's trailer follows.
  bool begin_box(bytes_view ahead);
  // left: bytes of the box that are still to be fed.
  [[nodiscard]] std::uint64_t left() const { return left_; }
  // feed reads at most left() bytes, and finish the end of the video; offsets are those of the outer file.
  result feed(context& outer, bytes_view piece);
  result finish(context& outer);

 private:
  result outside(context& outer) const;

  std::uint64_t offset_;
  std::uint64_t left_ = 0;
  parse inner_;
};

}  // namespace uploadgate::formats
