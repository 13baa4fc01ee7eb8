// BMP: a file header, a DIB header, masks or a palette, the pixels, and perhaps a colour profile.
#include "bmp_runs.hpp"
#include "dib.hpp"
#include "endian.hpp"
#include "grammars.hpp"
#include "image_metadata.hpp"
#include "zeros.hpp"

namespace uploadgate::formats {
namespace {

constexpr std::uint64_t file_header = 14;
// Software aligns the pixels, or leaves room for a palette that is not used.
constexpr std::uint64_t max_gap = 1024;
// Photoshop and others round the file up to four bytes.
constexpr std::uint64_t max_padding = 4;

}  // namespace

grammar bmp(reader& in, context& ctx) {
  const bytes_view file = co_await in.take(file_header);
  if (as_text(file.first(2)) != "BM") co_return result{errc::bad_signature, {}, 0};
  // The file's size is wrong in so many files, and so little read, that only a plausible one is held to.
  const std::uint64_t pixels_at = le32(file, 10);
  image_metadata meta;
  meta.begin_text(0, "the header or the palette");
  if (result r = meta.text(ctx, file); !r.ok()) co_return r;
  const bytes_view size = co_await in.peek(4);
  if (size.size() < 4) co_return in.object(errc::truncated, {}, 0);
  const std::uint32_t header_size = le32(size, 0);
  if (!dib_size_known(header_size)) co_return in.object(errc::bad_value, "size of the bitmap's header");
  const bytes_view bytes = co_await in.take(header_size);
  if (result r = meta.text(ctx, bytes); !r.ok()) co_return r;
  dib_header dib;
  if (result r = read_dib(bytes, file_header, false, dib); !r.ok()) co_return r;
  if (result r = count_frame(ctx, dib.width, dib.height, file_header + 4); !r.ok()) co_return r;

  // Masks and the palette; a file may leave the palette out of what it counts.
  const std::uint64_t here = in.offset();
  const std::uint64_t wanted = here + dib.masks + (dib.bits <= 8 ? dib.palette_bytes() : 0);
  if (pixels_at < here + dib.masks || pixels_at > std::max(wanted, here + dib.palette_bytes()) + max_gap) {
    co_return result{errc::bad_value, "offset of the pixels", 10};
  }
  for (std::uint64_t left = pixels_at - here; left > 0;) {
    const bytes_view piece = co_await in.some(left);
    left -= piece.size();
    if (result r = meta.text(ctx, piece); !r.ok()) co_return r;
  }
  if (result r = meta.end_text(ctx); !r.ok()) co_return r;

  if (dib.packed()) {
    for (bmp_runs runs{dib, ctx.manner.depth == depth::deep}; !runs.done();) {
      const bytes_view window = co_await in.window();
      if (window.empty()) co_return in.object(errc::truncated, "within the runs");
      result wrong;
      const std::size_t n = runs.read(window, in.offset(), wrong);
      if (!wrong.ok()) co_return wrong;
      in.consume(n);
    }
    const std::uint64_t end = pixels_at + dib.image_bytes;
    if (in.offset() < end) {
      if (end - in.offset() > max_padding)
        co_return in.object(errc::unclaimed_data, "bytes behind the pixels");
      co_await in.skip(end - in.offset());
    }
  } else {
    const std::uint64_t needed = dib.pixel_bytes();
    if (dib.image_bytes > needed + max_padding) {
      co_return result{errc::unclaimed_data, "the pixels do not need so many bytes", pixels_at + needed};
    }
    co_await in.skip(needed);
  }
  if (dib.profile_bytes > 0) {
    if (file_header + dib.profile_at < in.offset()) co_return result{errc::overlap, "colour profile", 126};
    const std::uint64_t gap = file_header + dib.profile_at - in.offset();
    if (gap > max_padding) co_return in.object(errc::unclaimed_data, "bytes before the colour profile");
    co_await in.skip(gap);
    if (result r = meta.claim(ctx, dib.profile_bytes, in.offset()); !r.ok()) co_return r;
    meta.begin_text(in.offset(), "the colour profile");
    for (std::uint64_t left = dib.profile_bytes; left > 0;) {
      const bytes_view piece = co_await in.some(left);
      left -= piece.size();
      if (result r = meta.text(ctx, piece); !r.ok()) co_return r;
    }
    if (result r = meta.end_text(ctx); !r.ok()) co_return r;
  }
  // Zeros, or the end of a line that an editor or a transfer added.
  const bytes_view rest = co_await in.peek(max_padding + 1);
  const std::string_view line = as_text(rest);
  if ((rest.size() <= max_padding && all_zero(rest)) || line == "\n" || line == "\r\n")
    in.consume(rest.size());
  co_return result{};
}

// "BM" alone is how many a text begins.
match bmp_signature(bytes_view first) {
  constexpr std::size_t header_size_at = 14;
  const match mark = starts_with<"BM">(first);
  if (mark != match::yes) return mark;
  if (first.size() < header_size_at + 4) return match::more;
  return dib_size_known(le32(first, header_size_at)) ? match::yes : match::no;
}

}  // namespace uploadgate::formats
