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

bool samsung_trailer::ends_with(bytes_view first) { return as_text(first).starts_with("SEFH"); }

void samsung_trailer::begin(std::uint64_t offset, image_metadata& meta) {
  offset_ = offset;
  begin_block(meta);
}

void samsung_trailer::begin_block(image_metadata& meta) {
  if (at_content_) video_to_ = size_;
  at_content_ = false;
  meta.begin_text(offset_ + size_, "the Samsung trailer");
}

void samsung_trailer::no_video(image_metadata& meta) {
  begin_block(meta);
  video_to_ = 0;
}

void samsung_trailer::keep(bytes_view piece) {
  foreign_.feed(piece);
  const std::size_t n = std::min(piece.size(), kept);
  size_ += piece.size();
  for (std::size_t back = n; back > 0; --back) last_[(size_ - back) % kept] = piece[piece.size() - back];
}

void samsung_trailer::video(bytes_view piece) { keep(piece); }

result samsung_trailer::feed(context& ctx, image_metadata& meta, bytes_view piece, std::size_t& read) {
  read = piece.size();
  at_content_ = video_head_.feed(piece, read);
  const bytes_view text = piece.first(read);
  if (result r = meta.stored_text(ctx, text, offset_); !r.ok()) return r;
  keep(text);
  if (!at_content_) return {};
  video_from_ = size_ - video_head.size() - 2;
  if (found_) return {errc::duplicate_part, "a second video in the Samsung trailer", offset_ + video_from_};
  found_ = true;
  return meta.end_text(ctx);
}

result samsung_trailer::finish(context& ctx, image_metadata& meta) {
  if (result r = meta.end_text(ctx); !r.ok()) return r;
  // Who opens the file from its end would find an archive here.
  if (result r = foreign_.judge(offset_, "the Samsung trailer"); !r.ok()) return r;
  result unread{errc::trailing_data, "no Samsung trailer: its directory does not cover it", offset_};
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
  const std::uint64_t body = size_ - end_mark - length;
  std::uint64_t left = body;
  bool video_listed = false;
  for (std::uint32_t i = 0; i < blocks; ++i) {
    const std::size_t at = directory_head + entry * i;
    const std::uint32_t distance = le32(directory, at + 4);
    const std::uint32_t size = le32(directory, at + 8);
    if (distance != left || size > left || size < block_head) return unread;
    const std::uint64_t from = body - left;
    left -= size;
    if (le16(directory, at + 2) != motion_photo) continue;
    if (!found_ || from != video_from_) {
      ctx.examined_only(examined::prefix, "the video in the Samsung trailer was not read");
      continue;
    }
    video_listed = true;
    if (video_to_ != 0 && from + size != video_to_) return unread;
  }
  return left == 0 && video_listed == found_ ? result{} : unread;
}

}  // namespace uploadgate::formats
