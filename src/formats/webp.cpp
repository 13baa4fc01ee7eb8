// WebP: RFC 9649, with the headers of VP8 (RFC 6386, section 9.1) and VP8L.
#include "endian.hpp"
#include "grammars.hpp"
#include "image_metadata.hpp"
#include "webp_pixels.hpp"

#include <array>
#include <bitset>
#include <optional>

namespace uploadgate::formats {
namespace {

enum class chunk : std::uint8_t { vp8, vp8l, vp8x, alph, anim, anmf, iccp, exif, xmp, unknown };
constexpr std::array<std::string_view, 9> names{"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM",
                                                "ANMF", "ICCP", "EXIF", "XMP "};
chunk find(std::string_view name) {
  return static_cast<chunk>(std::ranges::find(names, name) - names.begin());
}

struct size2 {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
  bool operator==(const size2&) const = default;
};

// How many bytes of a chunk are read; the others are skipped or looked through.
constexpr std::size_t head_bytes(chunk c) {
  switch (c) {
    case chunk::vp8:
    case chunk::vp8x:
      return 10;
    case chunk::vp8l:
      return 5;
    case chunk::alph:
      return 1;
    case chunk::anim:
      return 6;
    case chunk::anmf:
      return 16;
    default:
      return 0;
  }
}

// What is known while the chunks come.
class webp_file {
 public:
  // place judges where a chunk stands; `frame` says that it lies in an ANMF.
  result place(chunk c, bool in_frame, std::uint64_t at);
  // head judges the first bytes of its content, which has `length` bytes.
  result head(context& ctx, chunk c, bytes_view h, std::uint64_t length, bool in_frame, std::uint64_t at);
  result end_frame(std::uint64_t at);
  [[nodiscard]] result end(std::uint64_t at) const;
  // pixels makes what reads the rest of a chunk in deep reading, by the head that has been judged.
  [[nodiscard]] std::optional<webp_pixels> pixels(chunk c, bytes_view h, std::uint64_t length) const;

 private:
  result picture(context& ctx, size2 size, bool in_frame, std::uint64_t at);
  result extended(context& ctx, bytes_view h, std::uint64_t at);
  result frame(context& ctx, bytes_view h, std::uint64_t at);

  std::bitset<10> seen_;
  bool extended_ = false;
  bool animated_ = false;
  bool alpha_ = false;    // an ALPH stands, and its VP8 has not come
  bool picture_ = false;  // of the file, or of the frame at hand
  size2 canvas_;
  size2 frame_;
  size2 coded_;  // of the picture at hand
};

result webp_file::place(chunk c, bool in_frame, std::uint64_t at) {
  const auto wrong = [&](std::string_view why) -> result { return {errc::bad_order, std::string{why}, at}; };
  const auto index = static_cast<std::size_t>(c);
  const bool first = seen_.none();
  if (first && c != chunk::vp8 && c != chunk::vp8l && c != chunk::vp8x) return wrong("no image comes first");
  if (!first && !extended_) return {errc::unclaimed_data, "a chunk behind the image of a simple file", at};
  const bool frame_part = c == chunk::vp8 || c == chunk::vp8l || c == chunk::alph;
  if (in_frame && !frame_part && c != chunk::unknown) return wrong("this chunk within a frame");
  if (!in_frame && frame_part && animated_) return wrong("an image beside the frames");
  if (c != chunk::unknown && c != chunk::anmf && !in_frame && seen_[index]) {
    return {errc::duplicate_part, std::string{names[index]}, at};
  }
  if (alpha_ && c != chunk::vp8 && c != chunk::unknown) return wrong("ALPH without its VP8");
  if (frame_part && picture_) return {errc::duplicate_part, "a second image", at};
  if (c == chunk::anim && !animated_) return wrong("ANIM in a file that is not animated");
  if (c == chunk::anmf && !seen_[static_cast<std::size_t>(chunk::anim)]) return wrong("ANMF before ANIM");
  if (c == chunk::iccp && (picture_ || seen_[static_cast<std::size_t>(chunk::anmf)])) {
    return wrong("ICCP behind the image");
  }
  seen_.set(index);
  return {};
}

result webp_file::head(context& ctx, chunk c, bytes_view h, std::uint64_t length, bool in_frame,
                       std::uint64_t at) {
  switch (c) {
    case chunk::vp8: {
      const std::uint32_t tag = le24(h, 0);
      if ((tag & 1) != 0) return {errc::bad_value, "VP8: no key frame", at};
      if ((tag >> 1 & 7) > 3) return {errc::bad_value, "VP8: version", at};
      if (be24(h, 3) != 0x9D012A) return {errc::bad_value, "VP8: start code", at + 3};
      if (tag >> 5 > length - head_bytes(c)) return {errc::bad_length, "VP8: first partition", at};
      return picture(ctx, {le16(h, 6) & 0x3FFFU, le16(h, 8) & 0x3FFFU}, in_frame, at + 6);
    }
    case chunk::vp8l: {
      const std::uint32_t bits = le32(h, 1);
      if (u8(h, 0) != 0x2F) return {errc::bad_value, "VP8L: signature", at};
      if (bits >> 29 != 0) return {errc::bad_value, "VP8L: version", at + 4};
      return picture(ctx, {(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1}, in_frame, at + 1);
    }
    case chunk::vp8x:
      return extended(ctx, h, at);
    case chunk::alph:
      if ((u8(h, 0) & 3) > 1) return {errc::bad_value, "ALPH: compression", at};
      alpha_ = true;
      coded_ = in_frame ? frame_ : canvas_;
      return {};
    case chunk::anmf:
      return frame(ctx, h, at);
    default:
      return {};
  }
}

result webp_file::extended(context& ctx, bytes_view h, std::uint64_t at) {
  extended_ = true;
  animated_ = (u8(h, 0) & 2) != 0;
  canvas_ = {std::uint64_t{le24(h, 4)} + 1, std::uint64_t{le24(h, 7)} + 1};
  return judge_size(ctx, canvas_.width, canvas_.height, at + 4);
}

result webp_file::frame(context& ctx, bytes_view h, std::uint64_t at) {
  frame_ = {std::uint64_t{le24(h, 6)} + 1, std::uint64_t{le24(h, 9)} + 1};
  const std::uint64_t x = 2 * std::uint64_t{le24(h, 0)};
  const std::uint64_t y = 2 * std::uint64_t{le24(h, 3)};
  if (x + frame_.width > canvas_.width || y + frame_.height > canvas_.height) {
    return {errc::bad_value, "ANMF: frame outside the canvas", at};
  }
  picture_ = false;
  return count_frame(ctx, frame_.width, frame_.height, at + 6);
}

result webp_file::picture(context& ctx, size2 size, bool in_frame, std::uint64_t at) {
  picture_ = true;
  alpha_ = false;
  coded_ = size;
  if (extended_ && size != (in_frame ? frame_ : canvas_)) {
    return {errc::bad_value, "the image is not of the size that its container says", at};
  }
  return in_frame ? result{} : count_frame(ctx, size.width, size.height, at);
}

std::optional<webp_pixels> webp_file::pixels(chunk c, bytes_view h, std::uint64_t length) const {
  if (c == chunk::vp8) return webp_pixels::lossy(h, coded_.width, coded_.height, length);
  if (c == chunk::vp8l) return webp_pixels::lossless(coded_.width, coded_.height);
  if (c == chunk::alph) return webp_pixels::alpha(u8(h, 0), coded_.width, coded_.height);
  return {};
}

result webp_file::end_frame(std::uint64_t at) {
  if (!picture_) return {errc::missing_part, "a frame without an image", at};
  picture_ = false;
  return {};
}

result webp_file::end(std::uint64_t at) const {
  if (animated_ ? !seen_[static_cast<std::size_t>(chunk::anmf)] : !picture_) {
    return {errc::missing_part, "no image", at};
  }
  return {};
}

}  // namespace

grammar webp(reader& in, context& ctx) {
  const bytes_view riff = co_await in.take(12);
  if (as_text(riff.first(4)) != "RIFF" || as_text(riff.subspan(8)) != "WEBP") {
    co_return result{errc::bad_signature, {}, 0};
  }
  ctx.part("RIFF header", 0);
  const std::uint64_t end = 8 + std::uint64_t{le32(riff, 4)};
  if (end < 12 || end % 2 != 0) co_return result{errc::bad_length, "RIFF", 4};
  webp_file file;
  image_metadata meta;
  std::uint64_t frame_end = 0;  // of the ANMF at hand
  while (in.offset() < end) {
    const std::uint64_t at = in.offset();
    const bool in_frame = frame_end > 0;
    const std::uint64_t limit = in_frame ? frame_end : end;
    if (limit - at < 8) co_return in.object(errc::bad_length, "no room for a chunk");
    const bytes_view header = co_await in.take(8);
    ctx.part(as_text(header.first(4)), at);
    const chunk kind = find(as_text(header.first(4)));
    const std::uint64_t length = le32(header, 4);
    const std::uint64_t padded = length + (length & 1);
    const std::size_t head = head_bytes(kind);
    if (length < head || padded > limit - at - 8)
      co_return result{errc::bad_length, "a chunk's length", at + 4};
    if (result r = file.place(kind, in_frame, at); !r.ok()) co_return r;
    const std::uint64_t content = in.offset();
    const bytes_view first = co_await in.take(head);
    if (result r = file.head(ctx, kind, first, length, in_frame, content); !r.ok()) co_return r;
    if (kind == chunk::anmf) {
      frame_end = content + padded;
    } else if (kind >= chunk::iccp) {
      if (result r = meta.claim(ctx, length, at); !r.ok()) co_return r;
      meta.begin_text(content,
                      kind == chunk::unknown ? "an unknown chunk" : names[static_cast<std::size_t>(kind)]);
      for (std::uint64_t left = length; left > 0;) {
        const bytes_view piece = co_await in.some(left);
        left -= piece.size();
        if (result r = meta.text(ctx, piece); !r.ok()) co_return r;
      }
      if (result r = meta.end_text(ctx); !r.ok()) co_return r;
      co_await in.skip(padded - length);
    } else {
      std::uint64_t left = length - head;
      std::optional<webp_pixels> pixels;
      if (ctx.manner.depth == depth::deep) pixels = file.pixels(kind, first, length);
      while (pixels) {
        const bytes_view piece = co_await in.some(left);
        left -= piece.size();
        if (result r = pixels->feed(piece, in.offset() - piece.size(), left == 0); !r.ok()) co_return r;
        if (left == 0) break;
      }
      if (pixels && !pixels->unproved().empty()) {
        ctx.examined_only(examined::prefix, std::string{pixels->unproved()});
      }
      co_await in.skip(left + (padded - length));
    }
    if (frame_end > 0 && in.offset() == frame_end) {
      if (result r = file.end_frame(frame_end); !r.ok()) co_return r;
      frame_end = 0;
    }
  }
  co_return file.end(end);
}

}  // namespace uploadgate::formats
