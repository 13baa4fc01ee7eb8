// Text in metadata that a server or a browser would run.
//
// A comment, a text chunk or EXIF may hold any bytes and is never shown by a decoder, so it is where a script
// is hidden in a valid image. What is looked for is text that acts: opening tags of PHP, ASP, JSP and server
// side includes, HTML that runs script, a shebang, PHAR's stub. No magic numbers: MZ and PK stand by chance
// in a third of real pictures, and XMP legally holds <?xpacket and <x:xmpmeta. Short tags count only where
// text follows them, so that a thumbnail's bytes do not match by chance (under one in 10^8 a byte).
#pragma once

#include <uploadgate/bytes.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace uploadgate::formats {

class payload_text {
 public:
  struct hit {
    std::string_view what;  // "<?php"
    std::uint64_t offset;   // of its first byte
  };

  // begin starts one text whose first byte stands at `offset`.
  void begin(std::uint64_t offset);
  // feed reads the next bytes of it, and finish its end. Both answer the first hit since begin(), if any.
  const std::optional<hit>& feed(bytes_view piece);
  const std::optional<hit>& finish();

 private:
  // A position is judged by so many bytes once they are here, which makes the answer the same at every split.
  static constexpr std::size_t look_ahead = 64;

  void scan(bytes_view bytes, std::size_t positions);
  void judge(bytes_view rest, std::uint64_t offset);
  void follow_tag(char c, bytes_view rest, std::uint64_t offset);

  // Where in an HTML tag's attributes the text stands, so that <svg/onload = ...> is seen at any length.
  enum class tag : std::uint8_t { outside, inside, boundary, o, on, name, equals };

  std::array<std::byte, 2 * look_ahead> carry_{};
  std::size_t carried_ = 0;
  std::uint64_t offset_ = 0;  // of the first carried byte
  std::uint64_t handler_ = 0;
  tag tag_ = tag::outside;
  std::optional<hit> hit_;
};

}  // namespace uploadgate::formats
