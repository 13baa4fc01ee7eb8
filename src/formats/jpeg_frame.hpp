// What the frame header of a JPEG says (ITU-T T.81, B.2.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace uploadgate::formats {

struct jpeg_frame {
  struct component {
    std::uint8_t name = 0;
    std::uint8_t across = 0;  // sampling factors
    std::uint8_t down = 0;
  };

  std::uint8_t marker = 0;  // 0: it has not come
  std::uint16_t width = 0;
  std::uint16_t height = 0;
  std::uint8_t count = 0;
  std::array<component, 255> components{};

  // find gives the first component of a name, or `count`.
  [[nodiscard]] std::size_t find(std::uint8_t name) const {
    std::size_t c = 0;
    while (c < count && components[c].name != name) ++c;
    return c;
  }
  [[nodiscard]] bool lossless() const { return (marker & 3) == 3; }
  [[nodiscard]] bool progressive() const { return (marker & 3) == 2; }
  [[nodiscard]] bool arithmetic() const { return marker >= 0xC8; }
};

}  // namespace uploadgate::formats
