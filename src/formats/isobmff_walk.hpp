// The boxes that are open, and what each of them has held so far.
#pragma once

#include "image_metadata.hpp"
#include "isobmff_box.hpp"
#include "isobmff_items.hpp"
#include "isobmff_movie.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace uploadgate::formats::isobmff {

class walk {
 public:
  static constexpr std::size_t max_depth = 16;  // real files reach 9
  static constexpr std::uint64_t to_the_end = UINT64_MAX;

  explicit walk(context& ctx);

  // The open box that is innermost; only where depth() > 0.
  [[nodiscard]] std::size_t depth() const { return depth_; }
  [[nodiscard]] std::uint32_t parent() const { return depth_ ? open_[depth_ - 1].type : top; }
  [[nodiscard]] std::uint64_t end() const { return depth_ ? open_[depth_ - 1].end : to_the_end; }

  // Judges the header of a box that begins at `at` and has `size` bytes (0: to the end of the file), and says
  // how to read it.
  result enter(std::uint32_t type, std::uint64_t at, std::uint64_t size, std::uint64_t header, box& how,
               std::uint64_t& box_end);
  result push(std::uint32_t type, std::uint64_t at, std::uint64_t end);
  // How many bytes stand before the boxes in this container, and what they say.
  [[nodiscard]] static std::size_t preamble(std::uint32_t type);
  std::size_t counted(bytes_view head);
  // Closes the innermost box.
  result close();

  // Reads the next piece of a leaf.
  step begin(leaf& l, std::uint64_t at);
  step next(leaf& l, bytes_view bytes, std::uint64_t at);
  // A leaf was read.
  void done(const leaf& l);
  result brands(bytes_view payload, std::uint64_t at);
  result finish(std::uint64_t size);
  // Whether what came so far could be a whole file.
  [[nodiscard]] bool complete() const { return moov_ || items_.seen; }
  [[nodiscard]] bool in_file_meta() const { return depth_ > 0 && open_[0].type == code("meta"); }

  [[nodiscard]] items& pictures() { return items_; }
  // Bytes that are claimed and not understood, and the items that hold Exif, XMP and the like.
  [[nodiscard]] image_metadata& metadata() { return metadata_; }
  void payload(std::uint64_t bytes) { payload_ += bytes; }

 private:
  struct frame {
    std::uint32_t type = 0;
    std::uint32_t seen = 0;
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    std::uint64_t count = 0;  // children that came
    std::uint64_t told = 0;   // children that were announced
    bool counts = false;
  };
  result judge_top(std::uint32_t type, std::uint64_t at, std::uint64_t size);
  [[nodiscard]] bool is_item_box(std::uint32_t type) const;

  context& ctx_;
  isobmff::family family_;
  movie movie_;
  items items_;
  std::array<frame, max_depth> open_{};
  std::size_t depth_ = 0;
  std::uint32_t seen_ = 0;  // at the top
  bool moov_ = false;
  bool file_meta_ = false;
  image_metadata metadata_;
  std::uint64_t payload_ = 0;
};

// Signatures of the registry's rows.
enum class brand : std::uint8_t { avif, heif, quicktime, audio, phone, movie };
bool is_brand(brand b, std::uint32_t code);

}  // namespace uploadgate::formats::isobmff
