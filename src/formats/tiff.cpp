// TIFF 6.0 and BigTIFF: directories, the values and the pixels that they lead to, and nothing else.
#include "grammars.hpp"
#include "tiff_walk.hpp"
#include "zeros.hpp"

#include <algorithm>
#include <charconv>
#include <memory>

namespace uploadgate::formats {
namespace {

// GDAL's note on the order of the parts (Cloud Optimized GeoTIFF driver), whose length stands in it.
constexpr std::string_view gdal_note = "GDAL_STRUCTURAL_METADATA_SIZE=";
constexpr std::size_t gdal_note_bytes = gdal_note.size() + 6 + std::string_view{" bytes\n"}.size();
constexpr std::uint64_t max_gdal_note = 4000;
constexpr std::size_t max_padding = 16;  // of zeros behind the last part
constexpr std::size_t gdal_trailer = 4;  // the length of the last tile again, where the note says so

bool known_layout(bytes_view head, tiff_layout& layout) {
  const std::string_view mark = as_text(head.first(4));
  layout = {.big_endian = mark[0] == 'M', .wide = (mark[2] | mark[3]) == 0x2B};
  return mark == std::string_view{"II*\0", 4} || mark == std::string_view{"MM\0*", 4} ||
         mark == std::string_view{"II+\0", 4} || mark == std::string_view{"MM\0+", 4};
}

std::uint64_t gdal_bytes(bytes_view first) {
  const std::string_view text = as_text(first);
  if (text.size() < gdal_note_bytes || !text.starts_with(gdal_note)) return 0;
  std::uint64_t n = 0;
  const char* digits = text.data() + gdal_note.size();
  if (std::from_chars(digits, digits + 6, n).ptr != digits + 6 || n > max_gdal_note) return 0;
  return gdal_note_bytes + n;
}

}  // namespace

grammar tiff(reader& in, context& ctx) {
  const bytes_view head = co_await in.take(8);
  tiff_layout layout;
  if (!known_layout(head, layout)) co_return result{errc::bad_signature, {}, 0};
  std::uint64_t first = layout.number(head, 4, 4);
  if (layout.wide) {  // BigTIFF: the size of offsets stands here, and the offset behind it
    if (layout.number(head, 4, 2) != 8 || layout.number(head, 6, 2) != 0) {
      co_return result{errc::bad_value, "size of offsets", 4};
    }
    const bytes_view more = co_await in.take(8);
    first = layout.number(more, 0, 8);
  }
  const auto walk = std::make_unique<tiff_walk>(ctx, layout);
  const std::uint64_t header = in.offset();
  constexpr std::size_t look_ahead = 32;
  if (first < header) co_return result{errc::bad_value, "offset of the first directory", layout.wide ? 8 : 4};
  walk->begin(header, first);
  bool noted = false;
  const bytes_view note = co_await in.peek(gdal_note_bytes);
  if (const std::uint64_t n = gdal_bytes(note); n > 0) {
    if (result r = walk->claim_text(header, n); !r.ok()) co_return r;
    const bytes_view whole = co_await in.take(static_cast<std::size_t>(n));
    noted = true;
    if (result r = walk->look(whole, header); !r.ok()) co_return r;
  }

  for (bool over = false; !over;) {
    const std::optional<tiff_walk::item> item = walk->next();
    over = !item;
    if (item && item->at < in.offset()) {
      if (result r = walk->behind(*item); !r.ok()) co_return r;
      continue;
    }
    const std::uint64_t to = item ? item->at : std::max(walk->end(), in.offset());
    while (in.offset() < to) {
      const std::uint64_t known = walk->known(in.offset(), to - in.offset());
      if (known > 0) {
        if (walk->looks_on(in.offset())) {
          const bytes_view pixels = co_await in.peek(look_ahead);
          if (result r = walk->look_on(pixels); !r.ok()) co_return r;
        }
        co_await in.skip(known);
        continue;
      }
      const std::uint64_t end = in.offset() + walk->unknown(in.offset(), to - in.offset());
      while (in.offset() < end) {
        const std::uint64_t at = in.offset();
        const bytes_view piece = co_await in.some(end - at);
        walk->pass(piece, at);
      }
    }
    if (!item || !walk->lost().empty()) break;
    switch (item->what) {
      case tiff_walk::kind::directory:
      case tiff_walk::kind::branch:
      case tiff_walk::kind::attachment: {
        if (walk->known(item->at, 1) > 0) {
          co_return in.object(errc::overlap, "a directory within another part");
        }
        const std::size_t count_bytes = layout.count_bytes();
        const bytes_view count = co_await in.peek(count_bytes);
        if (count.size() < count_bytes) co_return in.object(errc::truncated);
        const std::uint64_t size = walk->directory_bytes(count);
        if (size == 0) co_return in.object(errc::bad_value, "a directory of too many entries");
        const bytes_view bytes = co_await in.take(static_cast<std::size_t>(size));
        if (result r = walk->look(bytes, item->at); !r.ok()) co_return r;
        if (result r = walk->directory(bytes, *item); !r.ok()) co_return r;
        break;
      }
      case tiff_walk::kind::text:
        for (std::uint64_t left = item->bytes; left > 0;) {
          const std::uint64_t at = in.offset();
          const bytes_view piece = co_await in.some(left);
          left -= piece.size();
          if (result r = walk->look(piece, at); !r.ok()) co_return r;
        }
        break;
      default:
        for (std::uint64_t left = item->bytes; left > 0;) {
          const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left, reader::max_take));
          const std::uint64_t at = in.offset();
          const bytes_view piece = co_await in.take(n);
          left -= n;
          if (result r = walk->look(piece, at); !r.ok()) co_return r;
          if (result r = walk->values(piece, *item); !r.ok()) co_return r;
        }
        if (result r = walk->end_values(*item); !r.ok()) co_return r;
    }
    if (!walk->lost().empty()) break;
  }

  if (walk->lost().empty()) {
    if (result r = walk->finish(); !r.ok()) co_return r;
  }
  if (!walk->lost().empty()) {
    ctx.examined_only(examined::prefix, walk->lost());
    for (bytes_view rest = co_await in.window(); !rest.empty(); rest = co_await in.window()) {
      in.consume(rest.size());
    }
    co_return result{};
  }
  const bytes_view rest = co_await in.peek(max_padding + 1);
  if ((rest.size() <= max_padding && all_zero(rest)) || (noted && rest.size() == gdal_trailer))
    in.consume(rest.size());
  co_return result{};
}

match tiff_signature(bytes_view first) {
  match best = match::no;
  for (const match m : {starts_with<fixed_bytes{"II*\0"}>(first), starts_with<fixed_bytes{"MM\0*"}>(first),
                        starts_with<fixed_bytes{"II+\0"}>(first), starts_with<fixed_bytes{"MM\0+"}>(first)}) {
    best = std::max(best, m);
  }
  return best;
}

}  // namespace uploadgate::formats
