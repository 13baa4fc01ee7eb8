// Zstandard (RFC 8878): frames, and frames that readers skip (section 3.1.2). libzstd checks the inside.
#include "endian.hpp"
#include "grammars.hpp"
#include "image_metadata.hpp"
#include "media_text.hpp"
#include "packed.hpp"
#include "registry.hpp"

#include <algorithm>
#include <string_view>

namespace uploadgate::formats {
namespace {

constexpr std::uint32_t frame_magic = 0xFD2FB528;
constexpr std::uint32_t skippable_magic = 0x184D2A50;  // the lowest four bits are free
// pzstd writes 12 bytes of it a frame, seekable files an index.
constexpr std::string_view skipped_frame = "a frame that readers skip";
constexpr std::uint64_t max_skippable = 1 * MiB;

bool skippable(std::uint32_t magic) { return (magic & 0xFFFFFFF0) == skippable_magic; }

}  // namespace

match zstd_signature(bytes_view first) {
  const match plain = starts_with<"\x28\xB5\x2F\xFD">(first);
  if (plain != match::no) return plain;
  // pzstd begins with a frame to skip. LZ4 has the same ones, so what follows decides.
  if (first.size() < 8) {
    return first.size() < 4
               ? starts_with<"\x2A\x4D\x18">(first.subspan(std::min<std::size_t>(first.size(), 1)))
           : skippable(le32(first, 0)) ? match::more
                                       : match::no;
  }
  if (!skippable(le32(first, 0))) return match::no;
  const std::uint64_t size = le32(first, 4);
  if (size > signature_window - 12) return match::no;
  return starts_with<"\x28\xB5\x2F\xFD">(first.subspan(std::min<std::size_t>(first.size(), 8 + size)));
}

grammar zstd(reader& in, context& ctx) {
  packed content{ctx, unpacker::method::zstd};
  image_metadata texts;
  std::uint64_t skipped = 0;
  std::uint64_t frames = 0;
  for (;;) {
    const bool another = co_await in.more();
    if (!another) break;
    const bytes_view start = co_await in.peek(4);
    if (start.size() < 4)
      co_return in.object(frames + skipped == 0 ? errc::bad_signature : errc::trailing_data);
    const std::uint32_t magic = le32(start, 0);
    if (skippable(magic)) {
      const bytes_view header = co_await in.take(8);
      const std::uint64_t size = le32(header, 4);
      skipped += 8 + size;
      if (skipped > max_skippable) {
        co_return in.object(errc::metadata_too_large, "frames that readers skip", 8);
      }
      const std::uint64_t begin = in.offset();
      texts.begin_text(begin, skipped_frame);
      foreign_file other;
      for (std::uint64_t left = size; left > 0;) {
        const bytes_view window = co_await in.window();
        if (window.empty()) co_return in.object(errc::truncated);
        const bytes_view piece =
            window.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, window.size())));
        other.feed(piece);
        result r = texts.text(ctx, piece);
        if (!r.ok()) co_return r;
        left -= piece.size();
        in.consume(piece.size());
      }
      result r = texts.end_text(ctx);
      if (r.ok()) r = other.judge(begin, skipped_frame);
      if (!r.ok()) co_return r;
      continue;
    }
    if (magic != frame_magic) {
      co_return in.object(frames + skipped == 0 ? errc::bad_signature : errc::trailing_data);
    }
    if (frames > 0) content.next();
    ++frames;
    while (content.more()) {
      const bytes_view window = co_await in.window();
      result r = content.read(in, window);
      if (!r.ok()) co_return r;
    }
  }
  if (frames == 0) co_return in.object(skipped == 0 ? errc::bad_signature : errc::missing_part, "no frame");
  co_return content.finish(in.offset());
}

}  // namespace uploadgate::formats
