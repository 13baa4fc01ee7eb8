// What the application segments and comments of a JPEG say: JFIF, Exif, MPF, XMP.
#pragma once

#include "image_metadata.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace uploadgate::formats {

// phrase counts how often a text stands in a stream.
class phrase {
 public:
  explicit constexpr phrase(std::string_view text) : text_{text} {}
  void feed(bytes_view piece);
  void restart() { matched_ = 0; }
  [[nodiscard]] unsigned count() const { return count_; }

 private:
  std::string_view text_;
  std::size_t matched_ = 0;
  unsigned count_ = 0;
};

class jpeg_apps {
 public:
  // begin starts a segment (APPn or COM) whose content of n bytes begins at `offset`.
  result begin(context& ctx, std::uint8_t marker, std::uint64_t n, std::uint64_t offset);
  result feed(context& ctx, bytes_view piece);
  result finish(context& ctx);

  // more_images: how many further images MPF or XMP (Ultra HDR's container) announces behind this one.
  [[nodiscard]] unsigned more_images() const;
  // video: whether XMP announces one behind the image (MicroVideo, MotionPhoto).
  [[nodiscard]] bool video() const;

  image_metadata& metadata() { return meta_; }

 private:
  enum class kind : std::uint8_t { other, jfif, exif, mpf, xmp };
  [[nodiscard]] kind identify() const;
  [[nodiscard]] std::string part_name() const;
  result judge_jfif(bytes_view head) const;
  result judge_exif(bytes_view head) const;
  void read_mpf(bytes_view head);

  image_metadata meta_;
  std::uint8_t marker_ = 0;
  kind kind_ = kind::other;
  std::uint64_t offset_ = 0;
  std::uint64_t length_ = 0;
  std::array<char, 6> name_{};
  // The first bytes of the segment, in which all that is read of it stands.
  std::array<std::byte, 1024> head_;
  std::size_t had_ = 0;
  unsigned mpf_images_ = 0;
  std::array<phrase, 5> phrases_{phrase{"Mime=\"image/jpeg\""}, phrase{"Mime>image/jpeg<"},
                                 phrase{"MicroVideo"}, phrase{"MotionPhoto"}, phrase{"video/mp4"}};
};

}  // namespace uploadgate::formats
