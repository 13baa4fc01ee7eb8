#include "id3.hpp"

#include <algorithm>
#include <string>

namespace uploadgate::formats {
namespace {

bool syncsafe(bytes_view b, std::size_t i) {
  return !((u8(b, i) | u8(b, i + 1) | u8(b, i + 2) | u8(b, i + 3)) & 0x80);
}
std::uint64_t unsynced(bytes_view b, std::size_t i) {
  return static_cast<std::uint64_t>(u8(b, i)) << 21 | static_cast<std::uint64_t>(u8(b, i + 1)) << 14 |
         static_cast<std::uint64_t>(u8(b, i + 2)) << 7 | u8(b, i + 3);
}

}  // namespace

result read_id3(bytes_view h, std::uint64_t at, context& ctx, id3_tag& tag) {
  tag.version = u8(h, 3);
  const unsigned flags = u8(h, 5);
  if (tag.version < 2 || tag.version > 4) return {errc::bad_value, "version of ID3v2", at + 3};
  if (!syncsafe(h, 6)) return {errc::bad_length, "the size of ID3v2 is not syncsafe", at + 6};
  tag.size = unsynced(h, 6);
  if (result r =
          within(ctx, tag.size, &image_limits::max_metadata, errc::metadata_too_large, "ID3v2", at + 6);
      !r.ok()) {
    return r;
  }
  tag.extended = tag.version > 2 && flags & 0x40;
  tag.walkable = !(flags & 0x80) && !tag.extended;
  if (tag.version == 4 && flags & 0x10) {
    tag.size += id3_header;
    tag.walkable = false;
  }
  return {};
}

std::size_t id3_frame_header(const id3_tag& tag) { return tag.version == 2 ? 6 : 10; }

result read_id3_frame(const id3_tag& tag, bytes_view h, std::uint64_t room, std::uint64_t at,
                      id3_frame& frame) {
  const std::size_t id = tag.version == 2 ? 3 : 4;
  if (u8(h, 0) == 0) {
    frame.padding = true;
    return {};
  }
  const auto allowed = [](std::byte b) {
    const auto c = std::to_integer<unsigned char>(b);
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || c == 0;
  };
  if (!std::ranges::all_of(h.first(id), allowed))
    return {errc::bad_structure, "what follows is no ID3v2 frame", at};
  frame.size = tag.version == 2 ? be24(h, 3) : be32(h, 4);
  // iTunes wrote plain sizes into version 4.
  if (tag.version == 4 && syncsafe(h, 4) && unsynced(h, 4) <= room) frame.size = unsynced(h, 4);
  if (frame.size > room) {
    return {errc::bad_length,
            "ID3v2 frame '" + std::string{as_text(h.first(id))} + "' reaches beyond its tag", at};
  }
  return {};
}

}  // namespace uploadgate::formats
