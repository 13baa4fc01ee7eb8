#include "dib.hpp"

#include "endian.hpp"

#include <algorithm>
#include <array>

namespace uploadgate::formats {
namespace {

// BITMAPCOREHEADER, OS/2 2 short and long, INFO, V2, V3, V4, V5.
constexpr std::array<std::uint32_t, 8> sizes{12, 16, 40, 52, 56, 64, 108, 124};
enum : std::uint32_t { rgb = 0, rle8 = 1, rle4 = 2, bitfields = 3, jpeg = 4, png = 5, alpha_bitfields = 6 };
constexpr std::uint32_t profile_embedded = 0x4D424544;  // 'MBED'
constexpr std::uint32_t profile_linked = 0x4C494E4B;    // 'LINK'

result judge_bits(const dib_header& h, std::uint64_t offset) {
  constexpr std::array<std::uint16_t, 7> known{1, 2, 4, 8, 16, 24, 32};
  if (std::ranges::find(known, h.bits) == known.end())
    return {errc::bad_value, "bits of a pixel", offset + 14};
  const bool fits = h.compression == rle8              ? h.bits == 8
                    : h.compression == rle4            ? h.bits == 4
                    : h.compression == bitfields       ? h.bits == 16 || h.bits == 32
                    : h.compression == alpha_bitfields ? h.bits == 16 || h.bits == 32
                                                       : h.compression == rgb;
  if (h.compression == jpeg || h.compression == png) {
    return {errc::unsupported_feature, "JPEG or PNG within a bitmap, as printers take it", offset + 16};
  }
  return fits ? result{} : result{errc::bad_value, "compression", offset + 16};
}

}  // namespace

bool dib_size_known(std::uint32_t size) { return std::ranges::find(sizes, size) != sizes.end(); }

result read_dib(bytes_view b, std::uint64_t offset, bool icon, dib_header& h) {
  h = {};
  h.size = le32(b, 0);
  if (h.size == 12) {
    h.width = le16(b, 4);
    h.height = le16(b, 6);
    h.bits = le16(b, 10);
    if (le16(b, 8) != 1) return {errc::bad_value, "planes", offset + 8};
  } else {
    const auto width = static_cast<std::int32_t>(le32(b, 4));
    const auto height = static_cast<std::int32_t>(le32(b, 8));
    if (width <= 0) return {width == 0 ? errc::zero_pixels : errc::bad_value, "width", offset + 4};
    h.width = static_cast<std::uint32_t>(width);
    h.top_down = height < 0;
    h.height = h.top_down ? 0U - static_cast<std::uint32_t>(height) : static_cast<std::uint32_t>(height);
    h.bits = le16(b, 14);
    if (le16(b, 12) != 1) return {errc::bad_value, "planes", offset + 12};
  }
  if (h.size >= 40) {
    h.compression = le32(b, 16);
    h.image_bytes = le32(b, 20);
    h.colours = le32(b, 32);
    if (h.size == 40) h.masks = h.compression == bitfields ? 12 : h.compression == alpha_bitfields ? 16 : 0;
  }
  if (icon) {
    if (h.height % 2 != 0)
      return {errc::bad_value, "height of an icon, which counts its mask too", offset + 8};
    h.height /= 2;
  }
  if (result r = judge_bits(h, offset); !r.ok()) return r;
  if (h.bits <= 8) {
    const std::uint32_t most = 1U << h.bits;
    if (h.colours > most) return {errc::bad_value, "more colours than the pixels can name", offset + 32};
    if (h.colours == 0) h.colours = most;
  } else if (h.colours > 256) {
    return {errc::bad_value, "colours of a bitmap without a palette", offset + 32};
  }
  if (h.size == 124) {
    const std::uint32_t space = le32(b, 56);
    if (space == profile_linked) {
      return {errc::external_reference, "the colour profile is another file", offset + 56};
    }
    if (space == profile_embedded) {
      h.profile_at = le32(b, 112);
      h.profile_bytes = le32(b, 116);
    }
  }
  return {};
}

}  // namespace uploadgate::formats
