// PNG and APNG: W3C, Portable Network Graphics (third edition).
#include "crc32.hpp"
#include "endian.hpp"
#include "grammars.hpp"
#include "png_file.hpp"

namespace uploadgate::formats {

grammar png(reader& in, context& ctx) {
  const bytes_view signature = co_await in.take(8);
  if (as_text(signature) != "\x89PNG\r\n\x1a\n") co_return result{errc::bad_signature, {}, 0};
  ctx.part("signature", 0);
  png_file file{ctx};
  do {
    const std::uint64_t at = in.offset();
    const bytes_view head = co_await in.take(8);
    ctx.part(as_text(head.subspan(4)), at);
    std::uint32_t crc = crc32(0, head.subspan(4));
    if (result r = file.open(head, at); !r.ok()) co_return r;
    for (std::uint64_t left = file.length(); left > 0;) {
      const bytes_view piece = co_await in.some(left);
      left -= piece.size();
      crc = crc32(crc, piece);
      if (result r = file.data(piece); !r.ok()) co_return r;
    }
    if (result r = file.close(); !r.ok()) co_return r;
    const bytes_view stored = co_await in.take(4);
    if (be32(stored, 0) != crc) co_return in.object(errc::checksum_mismatch, "CRC of a chunk", 4);
  } while (!file.ended());
  co_return result{};
}

}  // namespace uploadgate::formats
