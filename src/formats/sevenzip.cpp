// 7z (7zFormat.txt of the LZMA SDK): a header at each end with checksums, and packed streams between. They
// are described at the end, so that only a completed file can be looked into.
#include "crc32.hpp"
#include "endian.hpp"
#include "grammars.hpp"
#include "sevenzip_contents.hpp"

#include <algorithm>
#include <limits>

namespace uploadgate::formats {
namespace {

constexpr std::string_view magic{"7z\xBC\xAF\x27\x1C", 6};
constexpr unsigned header_mark = 0x01;
constexpr unsigned packed_header_mark = 0x17;
// 7-Zip's own header takes about 100 bytes an entry.
constexpr std::uint64_t header_bytes_an_entry = 4096;

}  // namespace

grammar sevenzip(reader& in, context& ctx) {
  const bytes_view start = co_await in.peek(magic.size());
  if (as_text(start) != magic) co_return in.object(errc::bad_signature);
  const bytes_view head = co_await in.take(32);
  if (u8(head, 6) != 0) co_return in.object(errc::unsupported_feature, "a newer version", 26);
  if (crc32(0, head.subspan(12)) != le32(head, 8)) {
    co_return in.object(errc::checksum_mismatch, "start header", 24);
  }
  const std::uint64_t offset = le64(head, 12);
  const std::uint64_t size = le64(head, 20);
  const std::uint32_t wanted = le32(head, 28);
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (offset > most || size > most - offset) co_return in.object(errc::bad_length, "end header", 20);
  if (size == 0) {  // an archive of nothing
    if (offset != 0 || wanted != 0) co_return in.object(errc::bad_value, "an end header of no bytes", 20);
    ctx.found.entries = 0;
    co_return result{};
  }
  const auto end_header = [&](std::uint64_t) {
    return "an end header of " + std::to_string(size) + " bytes";
  };
  result r = within(ctx, size / header_bytes_an_entry, &archive_limits::max_entries, errc::too_many_entries,
                    end_header, in.offset() - 12);
  if (!r.ok()) co_return r;
  co_await in.skip(offset);
  const bytes_view mark = co_await in.peek(1);
  if (!mark.empty() && u8(mark, 0) != header_mark && u8(mark, 0) != packed_header_mark) {
    co_return in.object(errc::bad_structure, "end header");
  }
  std::uint32_t crc = 0;
  for (std::uint64_t left = size; left > 0;) {
    const bytes_view piece = co_await in.some(left);
    crc = crc32(crc, piece);
    left -= piece.size();
  }
  if (crc != wanted) co_return in.object(errc::checksum_mismatch, "end header", size);
  const completed_file* const file = co_await in.completed();
  if (file) co_return read_sevenzip(*file, ctx, {.offset = 32 + offset, .size = size, .crc = wanted});
  ctx.examined_only(examined::prefix,
                    "names, sizes and content of a 7z archive are read in a completed file only");
  co_return result{};
}

}  // namespace uploadgate::formats
