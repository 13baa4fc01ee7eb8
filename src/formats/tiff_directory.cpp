#include "tiff_directory.hpp"

#include <array>
#include <string>

namespace uploadgate::formats {
namespace {

// Bytes of a value of each type: TIFF 6.0, section 2; 13 is IFD (Adobe PageMaker 6.0 TIFF notes), 16 to 18
// are BigTIFF's.
constexpr std::array<std::uint8_t, 19> type_bytes{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

bool is_number(std::uint64_t type) {
  return type == 1 || type == 3 || type == 4 || type == 13 || type == 16 || type == 18;
}

}  // namespace

result read_entry(tiff_layout layout, bytes_view bytes, std::uint64_t at, tiff_entry& entry) {
  entry = {};
  entry.tag = static_cast<tiff_tag>(layout.number(bytes, 0, 2));
  const std::uint64_t type = layout.number(bytes, 2, 2);
  entry.width = type < type_bytes.size() ? type_bytes[type] : 0;
  const auto named = [&] { return "tag " + std::to_string(static_cast<unsigned>(entry.tag)); };
  if (entry.width == 0) return {errc::bad_value, named() + " is of an unknown type", at + 2};
  entry.count = layout.offset(bytes, 4);
  if (entry.count > UINT64_MAX / 8) return {errc::bad_length, named() + " has too many values", at + 4};
  entry.bytes = entry.count * entry.width;
  const std::size_t value_at = 4 + layout.offset_bytes();
  entry.within = entry.bytes <= layout.offset_bytes();
  if (!entry.within) {
    entry.value = layout.offset(bytes, value_at);
    if (entry.value > UINT64_MAX - entry.bytes) {
      return {errc::bad_length, named() + " leads too far", at + value_at};
    }
  } else if (is_number(type) && entry.count > 0) {
    entry.value = layout.number(bytes, value_at, entry.width);
  }
  return {};
}

}  // namespace uploadgate::formats
