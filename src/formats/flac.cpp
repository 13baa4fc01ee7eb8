// FLAC (RFC 9639): metadata blocks, then frames, each with a CRC-8 over its header and a CRC-16 over all of
// it.
#include "endian.hpp"
#include "grammars.hpp"
#include "id3.hpp"
#include "image_metadata.hpp"

#include <boost/crc.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace uploadgate::formats {
namespace {

constexpr std::size_t stream_info = 34;
constexpr std::size_t longest_header = 16;  // section 9.1: 4, number 7, size 2, rate 2, CRC 1

enum block : unsigned { info = 0, picture = 6, invalid = 127 };

struct header {
  std::size_t size = 0;      // with its CRC-8; 0: no header
  std::uint64_t number = 0;  // of the frame, or of its first sample
  bool variable = false;
};

// Section 9.1, with the coded number of section 9.1.5. `b` has longest_header bytes, or fewer at the end.
header frame_header(bytes_view b) {
  if (b.size() < 6 || u8(b, 0) != 0xFF || (u8(b, 1) & 0xFE) != 0xF8) return {};
  const unsigned block_size = u8(b, 2) >> 4U;
  const unsigned rate = u8(b, 2) & 15U;
  const unsigned channels = u8(b, 3) >> 4U;
  const unsigned depth = u8(b, 3) >> 1U & 7U;
  if (block_size == 0 || rate == 15 || channels > 10 || depth == 3 || (u8(b, 3) & 1)) return {};
  header h{.variable = (u8(b, 1) & 1) != 0};
  const unsigned lead = u8(b, 4);
  std::size_t more = 0;
  while (more < 7 && (lead << more & 0x80)) ++more;
  if (more == 1 || more > 7) return {};
  h.number = more == 0 ? lead : lead & (0x7FU >> more);
  const std::size_t length = std::max<std::size_t>(more, 1);
  std::size_t i = 4 + length;
  if (i + 5 > longest_header + 1) return {};
  for (std::size_t k = 5; k < i; ++k) {
    if (k >= b.size() || (u8(b, k) & 0xC0) != 0x80) return {};
    h.number = h.number << 6 | (u8(b, k) & 0x3FU);
  }
  i += block_size == 6 ? 1U : block_size == 7 ? 2U : 0U;
  i += rate == 12 ? 1U : rate > 12 ? 2U : 0U;
  if (i >= b.size()) return {};
  boost::crc_optimal<8, 0x07, 0, 0, false, false> sum;
  sum.process_bytes(b.data(), i);
  if (sum.checksum() != u8(b, i)) return {};
  h.size = i + 1;
  return h;
}

using frame_sum = boost::crc_optimal<16, 0x8005, 0, 0, false, false>;

}  // namespace

grammar flac(reader& in, context& ctx) {
  image_metadata metadata;
  // Some taggers write ID3v2 in front, which the specification does not know (section 3).
  const bytes_view start = co_await in.peek(id3_header);
  if (start.size() == id3_header && as_text(start.first(3)) == "ID3") {
    const bytes_view head = co_await in.take(id3_header);
    id3_tag tag;
    if (result r = read_id3(head, 0, ctx, tag); !r.ok()) co_return r;
    if (result r = metadata.claim(ctx, tag.size, 0); !r.ok()) co_return r;
    const std::uint64_t end = in.offset() + tag.size;
    metadata.begin_text(in.offset(), "ID3v2");
    while (in.offset() < end) {
      const bytes_view piece = co_await in.some(end - in.offset());
      if (result r = metadata.text(ctx, piece); !r.ok()) co_return r;
    }
    if (result r = metadata.end_text(ctx); !r.ok()) co_return r;
  }
  const bytes_view magic = co_await in.take(4);
  if (as_text(magic) != "fLaC") co_return in.object(errc::bad_signature, {}, 4);

  std::uint64_t samples = 0;
  std::uint32_t block_size = 0;
  for (bool first = true, last = false; !last; first = false) {
    const bytes_view head = co_await in.take(4);
    last = u8(head, 0) & 0x80;
    const unsigned type = u8(head, 0) & 0x7FU;
    const std::uint64_t size = be24(head, 1);
    const std::uint64_t at = in.offset() - 4;
    if ((type == info) != first)
      co_return result{errc::bad_order, "STREAMINFO must stand first, and once", at};
    if (type == invalid) co_return result{errc::bad_value, "type of a metadata block", at};
    if (type == info) {
      if (size != stream_info) co_return result{errc::bad_length, "STREAMINFO", at + 1};
      const bytes_view b = co_await in.take(stream_info);
      block_size = be16(b, 2);
      if (be16(b, 0) < 16 || block_size < be16(b, 0))
        co_return result{errc::bad_value, "block sizes", at + 4};
      if (be24(b, 10) >> 4 == 0) co_return result{errc::bad_value, "no sample rate", at + 14};
      samples = (u8(b, 13) & 15ULL) << 32 | be32(b, 14);
      continue;
    }
    if (result r = metadata.claim(ctx, size, at); !r.ok()) co_return r;
    const std::uint64_t end = in.offset() + size;
    if (type == picture) {
      if (size < 32) co_return result{errc::bad_length, "PICTURE", at + 1};
      const bytes_view b = co_await in.take(8);
      if (be32(b, 4) > size - 32) co_return result{errc::bad_length, "a picture's media type", at + 8};
    }
    metadata.begin_text(in.offset(), "a metadata block");
    while (in.offset() < end) {
      const bytes_view piece = co_await in.some(end - in.offset());
      if (result r = metadata.text(ctx, piece); !r.ok()) co_return r;
    }
    if (result r = metadata.end_text(ctx); !r.ok()) co_return r;
  }

  if (!(co_await in.more())) {
    if (samples > 0) co_return in.object(errc::truncated, "there is no frame");
    co_return result{};
  }
  frame_sum sum;
  std::uint64_t frame_at = 0;
  std::uint64_t frames = 0;
  std::uint64_t last_number = 0;
  bool variable = false;
  for (;;) {
    // A header is one where its CRC-8 fits, its number follows, and what came before ends in its CRC-16.
    const bytes_view ahead = co_await in.peek(longest_header);
    if (ahead.empty()) break;
    const header h = frame_header(ahead);
    const bool follows = frames == 0 || (h.variable == variable && sum.checksum() == 0 &&
                                         (variable ? h.number > last_number : h.number == last_number + 1));
    if (h.size && follows) {
      frame_at = in.offset();
      variable = h.variable;
      last_number = h.number;
      ++frames;
      sum.reset();
    } else if (frames == 0) {
      co_return in.object(errc::bad_structure, "there is no frame behind the metadata");
    }
    // To the next byte that may begin a header.
    const std::size_t step = h.size && follows ? h.size : 1;
    const bytes_view passed = co_await in.take(step);
    sum.process_bytes(passed.data(), passed.size());
    for (;;) {
      const bytes_view window = co_await in.window();
      const auto sync = std::ranges::find(window, std::byte{0xFF});
      const auto n = static_cast<std::size_t>(sync - window.begin());
      sum.process_bytes(window.data(), n);
      in.consume(n);
      if (window.empty() || sync != window.end()) break;
    }
  }
  if (sum.checksum() != 0) {
    co_return result{errc::checksum_mismatch, "the last frame is cut, or bytes follow it", frame_at};
  }
  if (samples && !variable && frames < samples / std::max<std::uint32_t>(block_size, 1)) {
    co_return in.object(errc::truncated, "there are fewer frames than STREAMINFO says");
  }
  co_return result{};
}

}  // namespace uploadgate::formats
