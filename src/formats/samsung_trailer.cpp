#include "samsung_trailer.hpp"

#include "endian.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

constexpr std::size_t block_head = 8;       // two zero bytes, the type, the length of the name
constexpr std::size_t directory_head = 12;  // SEFH, version, number of blocks
constexpr std::size_t entry = 12;           // two zero bytes, the type, the distance, the size
constexpr std::size_t end_mark = 8;         // the length of the directory, SEFT
constexpr std::uint32_t longest_name = 64;
constexpr std::uint16_t motion_photo = 0x0A30;

}  // namespace

bool samsung_trailer::begins_with(bytes_view first) {
  return first.size() >= block_head + 1 && le16(first, 0) == 0 && le16(first, 2) != 0 && le32(first, 4) > 0 &&
         le32(first, 4) <= longest_name && u8(first, 8) >= 'A' && u8(first, 8) <= 'z';
}

void samsung_trailer::begin(std::uint64_t offset, image_metadata& meta) {
  offset_ = offset;
  size_ = 0;
  meta.begin_text(offset, "the Samsung trailer");
}

result samsung_trailer::feed(context& ctx, image_metadata& meta, bytes_view piece) {
  for (std::size_t i = 0; i < std::min(piece.size(), kept); ++i) {
    const std::size_t back = std::min(piece.size(), kept) - i;
    last_[(size_ + piece.size() - back) % kept] = piece[piece.size() - back];
  }
  size_ += piece.size();
  return meta.stored_text(ctx, piece, offset_);
}

result samsung_trailer::finish(context& ctx, image_metadata& meta) {
  if (result r = meta.end_text(ctx); !r.ok()) return r;
  const result unread{errc::trailing_data, "no Samsung trailer: its directory does not cover it", offset_};
  std::array<std::byte, kept> bytes{};
  const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(size_, kept));
  for (std::size_t i = 0; i < n; ++i) bytes[i] = last_[(size_ - n + i) % kept];
  const bytes_view tail = bytes_view{bytes}.first(n);
  if (n < directory_head + end_mark || as_text(tail.last(4)) != "SEFT") return unread;
  const std::uint32_t length = le32(tail, n - end_mark);
  if (length < directory_head || length > n - end_mark) return unread;
  const bytes_view directory = tail.subspan(n - end_mark - length, length);
  const std::uint32_t blocks = le32(directory, 8);
  if (as_text(directory.first(4)) != "SEFH" || blocks == 0 || blocks != (length - directory_head) / entry ||
      (length - directory_head) % entry != 0) {
    return unread;
  }
  // Distances count back from SEFH; the blocks stand in order, each where the one before ends.
  std::uint64_t left = size_ - end_mark - length;
  for (std::uint32_t i = 0; i < blocks; ++i) {
    const std::size_t at = directory_head + entry * i;
    const std::uint32_t distance = le32(directory, at + 4);
    const std::uint32_t size = le32(directory, at + 8);
    if (distance != left || size > left || size < block_head) return unread;
    left -= size;
    if (le16(directory, at + 2) == motion_photo) {
      ctx.examined_only(examined::prefix, "the video in the Samsung trailer was not read");
    }
  }
  return left == 0 ? result{} : unread;
}

}  // namespace uploadgate::formats
