// gzip (RFC 1952): members, each a header, deflate data and a trailer, and nothing between or behind them.
#include "crc32.hpp"
#include "endian.hpp"
#include "entry_name.hpp"
#include "grammars.hpp"
#include "image_metadata.hpp"
#include "media_text.hpp"
#include "packed.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace uploadgate::formats {
namespace {

// The flags of a member (section 2.3.1). FTEXT is a hint and says nothing that could be judged.
enum flag : unsigned { fhcrc = 0x02, fextra = 0x04, fname = 0x08, fcomment = 0x10, reserved = 0xE0 };

constexpr unsigned deflate = 8;
// Comments are for people; nothing known writes one, so this is generous.
constexpr std::size_t max_comment = 4096;

// The extra field is a run of subfields: two identifying bytes, a length, and so many bytes (2.3.1.1).
bool extra_adds_up(bytes_view extra) {
  while (!extra.empty()) {
    if (extra.size() < 4) return false;
    const std::size_t length = le16(extra, 2);
    if (length > extra.size() - 4) return false;
    extra = extra.subspan(4 + length);
  }
  return true;
}

}  // namespace

grammar gzip(reader& in, context& ctx) {
  packed content{ctx, unpacker::method::deflate};
  image_metadata texts;
  std::string text;
  for (bool first = true;; first = false) {
    const bytes_view start = co_await in.peek(10);
    if (start.size() < 2 || u8(start, 0) != 0x1F || u8(start, 1) != 0x8B) {
      co_return in.object(first ? errc::bad_signature : errc::trailing_data);
    }
    const bytes_view header = co_await in.take(10);
    if (u8(header, 2) != deflate) co_return in.object(errc::bad_value, "compression method", 8);
    const unsigned flags = u8(header, 3);
    if (flags & reserved) co_return in.object(errc::bad_value, "reserved flags", 7);
    std::uint32_t header_crc = crc32(0, header);

    if (flags & fextra) {
      const bytes_view two = co_await in.take(2);
      header_crc = crc32(header_crc, two);
      const std::size_t length = le16(two, 0);
      // Subfields of real files (bgzip, dictzip) are read whole; what take() cannot join is refused.
      if (length > reader::max_take) co_return in.object(errc::bad_length, "extra field", 2);
      const bytes_view extra = co_await in.take(length);
      header_crc = crc32(header_crc, extra);
      if (!extra_adds_up(extra)) co_return in.object(errc::bad_length, "extra field", length);
      const std::uint64_t begin = in.offset() - length;
      result r = texts.whole_text(ctx, extra, begin, "the extra field");
      foreign_file other;
      other.feed(extra);
      if (r.ok()) r = other.judge(begin, "the extra field");
      if (!r.ok()) co_return r;
    }
    for (const unsigned field : {fname, fcomment}) {
      if (!(flags & field)) continue;
      const std::uint64_t at = in.offset();
      const std::uint64_t longest = std::min(ctx.most(limit{&archive_limits::max_entry_name}), SIZE_MAX - 1);
      const std::size_t most = field == fname ? longest : max_comment;
      text.clear();
      for (bool ended = false; !ended;) {
        const bytes_view window = co_await in.window();
        if (window.empty()) co_return in.object(errc::truncated);
        const std::string_view view = as_text(window.first(std::min(window.size(), most + 1 - text.size())));
        const std::size_t zero = view.find('\0');
        ended = zero != std::string_view::npos;
        const std::size_t used = ended ? zero + 1 : view.size();
        header_crc = crc32(header_crc, window.first(used));
        text += view.substr(0, ended ? zero : used);
        in.consume(used);
        if (field == fname) {
          result r = within(ctx, text.size(), &archive_limits::max_entry_name, errc::name_too_long,
                            "original name", at);
          if (!r.ok()) co_return r;
        } else if (text.size() > most) {
          co_return result{errc::metadata_too_large, "comment", at};
        }
      }
      if (text.empty()) continue;
      result r = field == fname ? judge_entry_name(ctx, text, name_encoding::unknown, at)
                                : texts.whole_text(ctx, as_bytes(text), at, "the comment");
      if (!r.ok()) co_return r;
    }
    if (flags & fhcrc) {
      const bytes_view two = co_await in.take(2);
      if (le16(two, 0) != (header_crc & 0xFFFF)) co_return in.object(errc::checksum_mismatch, "header", 2);
    }

    while (content.more()) {
      const bytes_view window = co_await in.window();
      result r = content.read(in, window);
      if (!r.ok()) co_return r;
    }
    const bytes_view trailer = co_await in.take(8);
    if (le32(trailer, 0) != content.crc32()) co_return in.object(errc::checksum_mismatch, "content", 8);
    if (le32(trailer, 4) != (content.size() & 0xFFFFFFFF)) {
      co_return in.object(errc::bad_length, "the size in the trailer", 4);
    }
    const bool another = co_await in.more();
    if (!another) break;
    content.next();
  }
  co_return content.finish(in.offset());
}

}  // namespace uploadgate::formats
