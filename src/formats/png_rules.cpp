#include "png_rules.hpp"

#include "endian.hpp"

#include <algorithm>
#include <array>

namespace uploadgate::formats::png_rules {
namespace {

using enum rule::place;
using enum content;

// clang-format off
constexpr std::array table{
    rule{"IHDR", first,          true,  fixed,    13, 13},
    rule{"PLTE", before_data,    true,  fixed,    3, 768},
    rule{"IDAT", anywhere,       false, pixels,   0, longest_chunk},
    rule{"IEND", last,           true,  fixed,    0, 0},
    rule{"cHRM", before_palette, true,  fixed,    32, 32},
    rule{"cICP", before_palette, true,  fixed,    4, 4},
    rule{"gAMA", before_palette, true,  fixed,    4, 4},
    rule{"iCCP", before_palette, true,  text,     1, longest_chunk},
    rule{"mDCV", before_palette, true,  fixed,    24, 24},
    rule{"cLLI", before_palette, true,  fixed,    8, 8},
    rule{"sBIT", before_palette, true,  fixed,    1, 4},
    rule{"sRGB", before_palette, true,  fixed,    1, 1},
    rule{"bKGD", after_palette,  true,  fixed,    1, 6},
    rule{"hIST", after_palette,  true,  fixed,    2, 512},
    rule{"tRNS", after_palette,  true,  fixed,    1, 256},
    rule{"eXIf", anywhere,       true,  metadata, 4, longest_chunk},
    rule{"pHYs", before_data,    true,  fixed,    9, 9},
    rule{"sPLT", before_data,    false, text,     3, longest_chunk},
    rule{"acTL", before_data,    true,  fixed,    8, 8},
    rule{"fcTL", anywhere,       false, fixed,    26, 26},
    rule{"fdAT", anywhere,       false, pixels,   4, longest_chunk},
    rule{"tIME", anywhere,       true,  fixed,    7, 7},
    rule{"iTXt", anywhere,       false, text,     5, longest_chunk},
    rule{"tEXt", anywhere,       false, text,     1, longest_chunk},
    rule{"zTXt", anywhere,       false, text,     3, longest_chunk},
    rule{"oFFs", before_data,    true,  fixed,    9, 9},
    rule{"pCAL", before_data,    true,  metadata, 14, longest_chunk},
    rule{"sCAL", before_data,    true,  metadata, 4, longest_chunk},
    rule{"sTER", before_data,    true,  fixed,    1, 1},
    rule{"gIFg", anywhere,       false, fixed,    4, 4},
    rule{"", anywhere,           false, metadata, 0, longest_chunk},
};
// clang-format on
static_assert(table.size() == static_cast<std::size_t>(chunk::unknown) + 1);

constexpr std::uint16_t depths(std::uint8_t colour) {  // a bit for each allowed depth
  switch (colour) {
    case 0:
    case 3:
      return 1 << 1 | 1 << 2 | 1 << 4 | 1 << 8;
    case 2:
    case 4:
    case 6:
      return 1 << 8;
    default:
      return 0;
  }
}

result wrong_length(chunk c, std::size_t n, std::uint64_t offset) {
  return {errc::bad_length, std::string{rule_of(c).name} + " of " + std::to_string(n) + " bytes", offset};
}
result wrong_value(chunk c, std::string_view what, std::uint64_t offset) {
  return {errc::bad_value, std::string{rule_of(c).name} + ": " + std::string{what}, offset};
}

result judge_transparency(bytes_view data, std::uint64_t offset, const image_header& h,
                          std::uint32_t palette) {
  if (h.colour == 4 || h.colour == 6) {
    return {errc::bad_structure, "tRNS in an image with an alpha channel", offset};
  }
  const bool fits = h.has_palette() ? data.size() <= palette : data.size() == std::size_t{2} * h.channels();
  return fits ? result{} : wrong_length(chunk::tRNS, data.size(), offset);
}

result judge_background(bytes_view data, std::uint64_t offset, const image_header& h, std::uint32_t palette) {
  const std::size_t wanted = h.has_palette() ? 1 : (h.colour & 2U) != 0 ? 6 : 2;
  if (data.size() != wanted) return wrong_length(chunk::bKGD, data.size(), offset);
  if (h.has_palette() && u8(data, 0) >= palette) {
    return wrong_value(chunk::bKGD, "no such palette entry", offset);
  }
  return {};
}

result judge_significant_bits(bytes_view data, std::uint64_t offset, const image_header& h) {
  const std::size_t wanted = h.has_palette() ? 3 : h.channels();
  if (data.size() != wanted) return wrong_length(chunk::sBIT, data.size(), offset);
  const unsigned most = h.has_palette() ? 8 : h.depth;
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (u8(data, i) == 0 || u8(data, i) > most) return wrong_value(chunk::sBIT, "bits", offset + i);
  }
  return {};
}

result judge_time(bytes_view data, std::uint64_t offset) {
  const bool good =
      u8(data, 2) <= 12 && u8(data, 3) <= 31 && u8(data, 4) <= 23 && u8(data, 5) <= 59 && u8(data, 6) <= 60;
  return good ? result{} : wrong_value(chunk::tIME, "no such time", offset);
}

}  // namespace

chunk find(std::string_view name) {
  if (name == "IDAT") return chunk::IDAT;
  const auto* it = std::ranges::find(table.begin(), table.end() - 1, name, &rule::name);
  return static_cast<chunk>(it - table.begin());
}

const rule& rule_of(chunk c) { return table[static_cast<std::size_t>(c)]; }

result read_header(bytes_view data, std::uint64_t offset, image_header& header) {
  header = {be32(data, 0), be32(data, 4), u8(data, 8), u8(data, 9), u8(data, 12) == 1};
  if (header.width > longest_chunk) return {errc::bad_value, "IHDR: width", offset};
  if (header.height > longest_chunk) return {errc::bad_value, "IHDR: height", offset + 4};
  const std::uint16_t allowed = depths(header.colour);
  if (allowed == 0) return {errc::bad_value, "IHDR: colour type", offset + 9};
  const bool sixteen = header.depth == 16 && !header.has_palette();
  if (!sixteen && (header.depth > 8 || (allowed >> header.depth & 1) == 0)) {
    return {errc::bad_value, "IHDR: bit depth", offset + 8};
  }
  if (u8(data, 10) != 0) return {errc::bad_value, "IHDR: compression method", offset + 10};
  if (u8(data, 11) != 0) return {errc::bad_value, "IHDR: filter method", offset + 11};
  if (u8(data, 12) > 1) return {errc::bad_value, "IHDR: interlace method", offset + 12};
  return {};
}

result judge_fixed(chunk c, bytes_view data, std::uint64_t offset, const image_header& header,
                   std::uint32_t palette) {
  switch (c) {
    case chunk::PLTE:
      if (header.colour == 0 || header.colour == 4) {
        return {errc::bad_structure, "PLTE in a greyscale image", offset};
      }
      if (data.size() % 3 != 0) return wrong_length(c, data.size(), offset);
      if (header.has_palette() && data.size() / 3 > (1U << header.depth)) {
        return wrong_length(c, data.size(), offset);
      }
      return {};
    case chunk::tRNS:
      return judge_transparency(data, offset, header, palette);
    case chunk::bKGD:
      return judge_background(data, offset, header, palette);
    case chunk::hIST:
      return data.size() == 2 * std::size_t{palette} ? result{} : wrong_length(c, data.size(), offset);
    case chunk::sBIT:
      return judge_significant_bits(data, offset, header);
    case chunk::sRGB:
      return u8(data, 0) <= 3 ? result{} : wrong_value(c, "rendering intent", offset);
    case chunk::pHYs:
    case chunk::oFFs:
      return u8(data, 8) <= 1 ? result{} : wrong_value(c, "unit", offset + 8);
    case chunk::sTER:
      return u8(data, 0) <= 1 ? result{} : wrong_value(c, "mode", offset);
    case chunk::tIME:
      return judge_time(data, offset);
    default:
      return {};
  }
}

}  // namespace uploadgate::formats::png_rules
