// The trailer that Samsung's phones write behind a JPEG: blocks, then a directory between SEFH and SEFT.
#pragma once

#include "image_metadata.hpp"
#include "media_text.hpp"

#include <array>
#include <cstdint>

namespace uploadgate::formats {

class samsung_trailer {
 public:
  // begins_with: whether the first 12 bytes behind an image are those of a first block.
  static bool begins_with(bytes_view first);
  // ends_with: whether these are the first bytes of the directory.
  static bool ends_with(bytes_view first);

  // begin starts the trailer at `offset`; feed reads all bytes to the end of the file, and finish holds the
  // directory against them: its blocks must cover all that stands before it, without a gap.
  void begin(std::uint64_t offset, image_metadata& meta);
  // feed reads the first `read` bytes of the piece: all of them, or those up to where the block of a motion
  // photo's video has its content. at_content() is then true, and one of the two that follow is next.
  result feed(context& ctx, image_metadata& meta, bytes_view piece, std::size_t& read);
  [[nodiscard]] bool at_content() const { return at_content_; }
  // no_video: the content only says where the video stands ("mpv2"), and is a text like the other blocks.
  void no_video(image_metadata& meta);
  // video passes the video's bytes, which another reads; begin_block says where it ended.
  void video(bytes_view piece);
  void begin_block(image_metadata& meta);
  result finish(context& ctx, image_metadata& meta);

 private:
  static constexpr std::size_t kept = 1024;  // enough for a directory of 80 blocks
  // Type, length of the name and name of the video's block, behind its two zero bytes.
  static constexpr std::string_view video_head{"\x30\x0A\x10\0\0\0MotionPhoto_Data", 22};

  void keep(bytes_view piece);

  std::uint64_t offset_ = 0;
  std::uint64_t size_ = 0;
  std::array<std::byte, kept> last_{};  // the last bytes; a ring
  word_finder video_head_{video_head};
  foreign_file foreign_;
  bool at_content_ = false;
  bool found_ = false;  // the block of the video, which begins and ends at these bytes of the trailer
  std::uint64_t video_from_ = 0;
  std::uint64_t video_to_ = 0;  // zero where its content is none
};

}  // namespace uploadgate::formats
