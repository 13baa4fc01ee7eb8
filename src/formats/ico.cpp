// ICO and CUR: a directory, then a PNG or a DIB for each of its entries.
#include "dib.hpp"
#include "endian.hpp"
#include "grammars.hpp"
#include "image_metadata.hpp"
#include "zeros.hpp"

#include <algorithm>
#include <array>
#include <memory>

namespace uploadgate::formats {
namespace {

// Real icons hold about ten images; the directory is kept while they are read.
constexpr std::size_t max_images = 128;
constexpr std::uint64_t max_gap = 4;         // between images, of zeros: some writers align them
constexpr std::uint64_t max_padding = 4096;  // behind the last image, of zeros

struct entry {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};
struct directory {
  std::array<entry, max_images> entries{};
  std::size_t count = 0;
};

// Bytes of a DIB in an icon: header, palette, pixels, and a mask of one bit. The mask may be left out where
// the pixels carry alpha.
// Some cursors come with a mask of twice as long rows, of which the rest is looked through as metadata.
struct extent {
  std::uint64_t least;
  std::uint64_t usual;
  std::uint64_t most;
};
extent extent_of(const dib_header& h) {
  const std::uint64_t pixels = h.size + h.masks + h.palette_bytes() + h.pixel_bytes();
  const std::uint64_t mask = (std::uint64_t{h.width} + 31) / 32 * 4 * h.height;
  return {h.bits == 32 ? pixels : pixels + mask, pixels + mask,
          pixels + 2 * mask + 4 * std::uint64_t{h.height}};
}

}  // namespace

grammar ico(reader& in, context& ctx) {
  const bytes_view head = co_await in.take(6);
  const std::uint16_t kind = le16(head, 2);
  if (le16(head, 0) != 0 || (kind != 1 && kind != 2)) co_return result{errc::bad_signature, {}, 0};
  const auto dir = std::make_unique<directory>();
  dir->count = le16(head, 4);
  if (dir->count == 0) co_return result{errc::missing_part, "no image", 4};
  const auto too_many = [&](std::uint64_t) {
    return "the directory has " + std::to_string(dir->count) + " entries";
  };
  if (result r = within(ctx, dir->count, &image_limits::max_frames, errc::too_many_frames, too_many, 4);
      !r.ok()) {
    co_return r;
  }
  if (dir->count > max_images) co_return result{errc::too_many_frames, too_many(max_images), 4};
  const std::uint64_t data = 6 + 16 * dir->count;
  for (std::size_t i = 0; i < dir->count; ++i) {
    const std::uint64_t at = in.offset();
    const bytes_view e = co_await in.take(16);
    dir->entries[i] = {le32(e, 12), le32(e, 8)};
    if (dir->entries[i].size == 0) co_return result{errc::bad_length, "an image of no bytes", at + 8};
    if (dir->entries[i].offset < data)
      co_return result{errc::overlap, "an image within the directory", at + 12};
  }
  image_metadata meta;
  std::sort(dir->entries.begin(), dir->entries.begin() + static_cast<std::ptrdiff_t>(dir->count),
            [](const entry& a, const entry& b) { return a.offset < b.offset; });

  for (std::size_t i = 0; i < dir->count; ++i) {
    const entry e = dir->entries[i];
    if (e.offset < in.offset()) co_return in.object(errc::overlap, "two images share bytes");
    const std::uint64_t gap = e.offset - in.offset();
    if (gap > max_gap) co_return in.object(errc::unclaimed_data, "a gap before an image");
    const bytes_view between = co_await in.take(static_cast<std::size_t>(gap));
    if (!all_zero(between)) co_return in.object(errc::unclaimed_data, "a gap before an image", gap);

    const bytes_view first = co_await in.peek(std::min<std::uint64_t>(8, e.size));
    if (as_text(first) == "\x89PNG\r\n\x1a\n") {
      parse inner{png, ctx.limits_for_contained(), nullptr, ctx.nesting};
      const auto outside = [&](objection why) {
        why.offset = e.offset + why.offset.value_or(0);
        return why;
      };
      result r;
      for (std::uint64_t left = e.size; left > 0 && r.ok();) {
        const bytes_view piece = co_await in.some(left);
        left -= piece.size();
        r = inner.feed(piece);
        r = said_inside(ctx, inner, outside);
      }
      if (r.ok()) {
        r = inner.finish();
        r = said_inside(ctx, inner, outside);
      }
      if (!r.ok()) co_return r;
      if (result c = count_frame(ctx, *inner.found().width, *inner.found().height, e.offset + 16); !c.ok())
        co_return c;
      continue;
    }
    if (first.size() < 4) co_return in.object(errc::bad_length, "no room for a bitmap");
    const std::uint32_t size = le32(first, 0);
    if (!dib_size_known(size) || size > e.size)
      co_return in.object(errc::bad_structure, "neither PNG nor bitmap");
    const bytes_view bytes = co_await in.take(size);
    dib_header dib;
    if (result r = read_dib(bytes, e.offset, true, dib); !r.ok()) co_return r;
    if (dib.packed()) co_return result{errc::bad_value, "a packed bitmap in an icon", e.offset + 16};
    if (result r = count_frame(ctx, dib.width, dib.height, e.offset + 4); !r.ok()) co_return r;
    const extent x = extent_of(dib);
    if (e.size < x.least) co_return result{errc::bad_length, "an image of too few bytes", e.offset};
    if (e.size > x.most) {
      co_return result{errc::unclaimed_data, "an image of too many bytes", e.offset + x.usual};
    }
    const std::uint64_t known = std::min<std::uint64_t>(e.size, x.usual);
    co_await in.skip(known - size);
    meta.begin_text(in.offset(), "the mask");
    for (std::uint64_t left = e.size - known; left > 0;) {
      const bytes_view piece = co_await in.some(left);
      left -= piece.size();
      if (result r = meta.text(ctx, piece); !r.ok()) co_return r;
    }
    if (result r = meta.end_text(ctx); !r.ok()) co_return r;
  }
  for (std::uint64_t room = max_padding;;) {
    const bytes_view window = co_await in.window();
    const bytes_view padding = window.first(std::min<std::uint64_t>(window.size(), room));
    const auto end = std::ranges::find_if(padding, [](std::byte b) { return b != std::byte{0}; });
    const auto n = static_cast<std::size_t>(end - padding.begin());
    if (n == 0) co_return result{};
    room -= n;
    in.consume(n);
  }
}

}  // namespace uploadgate::formats
