// What the PNG specification (third edition) says of each chunk: where it may stand, how often, how long.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/verdict.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace uploadgate::formats::png_rules {

// In the order of the table in png_rules.cpp.
enum class chunk : std::uint8_t {
  IHDR,
  PLTE,
  IDAT,
  IEND,
  cHRM,
  cICP,
  gAMA,
  iCCP,
  mDCV,
  cLLI,
  sBIT,
  sRGB,
  bKGD,
  hIST,
  tRNS,
  eXIf,
  pHYs,
  sPLT,
  acTL,
  fcTL,
  fdAT,
  tIME,
  iTXt,
  tEXt,
  zTXt,
  oFFs,
  pCAL,
  sCAL,
  sTER,
  gIFg,
  unknown,
};

enum class content : std::uint8_t {
  fixed,     // read whole, at most max_fixed bytes
  pixels,    // IDAT and fdAT
  text,      // a keyword, and text or packed data
  metadata,  // any bytes
};
inline constexpr std::size_t max_fixed = 768;

struct rule {
  std::string_view name;
  enum class place : std::uint8_t { first, before_palette, after_palette, before_data, anywhere, last } where;
  bool once;
  content holds;
  std::uint32_t shortest;
  std::uint32_t longest;
};

inline constexpr std::uint32_t longest_chunk = 0x7FFF'FFFF;  // section 5.3

struct image_header {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint8_t depth = 0;
  std::uint8_t colour = 0;
  bool interlaced = false;

  [[nodiscard]] bool has_palette() const { return colour == 3; }
  [[nodiscard]] unsigned channels() const { return colour == 2 ? 3 : colour == 4 ? 2 : colour == 6 ? 4 : 1; }
  [[nodiscard]] unsigned bits_per_pixel() const { return channels() * depth; }
};

// find: which chunk a name of four bytes is.
chunk find(std::string_view name);
const rule& rule_of(chunk c);

// read_header judges the 13 bytes of IHDR but for the size in pixels (section 11.2.1).
result read_header(bytes_view data, std::uint64_t offset, image_header& header);
// judge_fixed judges the content of a short chunk (section 11.3). `palette` is the number of its entries.
result judge_fixed(chunk c, bytes_view data, std::uint64_t offset, const image_header& header,
                   std::uint32_t palette);

}  // namespace uploadgate::formats::png_rules
