// What is known of a PNG while its chunks come: order, multiplicity, animation, metadata.
#pragma once

#include "image_metadata.hpp"
#include "png_pixels.hpp"
#include "png_rules.hpp"
#include "png_text.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>

namespace uploadgate::formats {

class png_file {
 public:
  explicit png_file(context& ctx) : ctx_{ctx} {}

  // open judges a chunk by its length and name, whose eight bytes stand at `at`, before its content comes.
  result open(bytes_view head, std::uint64_t at);
  // data reads the next bytes of its content, close its end.
  result data(bytes_view piece);
  result close();

  [[nodiscard]] std::uint32_t length() const { return length_; }
  [[nodiscard]] bool ended() const { return kind_ == png_rules::chunk::IEND; }

 private:
  using chunk = png_rules::chunk;

  [[nodiscard]] bool seen(chunk c) const { return seen_[static_cast<std::size_t>(c)]; }
  [[nodiscard]] bool is_pixels() const { return kind_ == chunk::IDAT || kind_ == chunk::fdAT; }
  result judge_place(const png_rules::rule& rule);
  result open_pixels();
  result end_pixels();
  result sequence(std::uint32_t number, std::uint64_t at);
  result close_fixed();
  result read_animation(bytes_view content);
  result read_frame(bytes_view content);
  result judge_end();

  context& ctx_;
  image_metadata meta_;
  png_text text_;
  std::optional<png_pixels> pixels_;
  png_rules::image_header header_;
  std::bitset<32> seen_;

  // The chunk at hand.
  chunk kind_ = chunk::unknown;
  std::array<char, 4> name_{};
  std::uint32_t length_ = 0;
  std::uint64_t content_ = 0;  // where its content begins
  std::uint64_t had_ = 0;      // of its content
  std::array<std::byte, png_rules::max_fixed> fixed_;

  std::uint32_t palette_ = 0;
  bool data_over_ = false;  // another chunk came after IDAT

  // Animation (section 11.3.5): fcTL and fdAT share one sequence.
  std::uint32_t frames_promised_ = 0;
  std::uint32_t frames_ = 0;
  std::uint32_t sequence_ = 0;
  bool frame_open_ = false;  // an fcTL stands, and its data has not come
  std::uint32_t frame_width_ = 0;
  std::uint32_t frame_height_ = 0;
};

}  // namespace uploadgate::formats
