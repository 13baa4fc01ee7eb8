// GIF87a and GIF89a: CompuServe, Graphics Interchange Format, version 89a.
#include "endian.hpp"
#include "gif_lzw.hpp"
#include "grammars.hpp"
#include "image_metadata.hpp"
#include "zeros.hpp"

#include <memory>

namespace uploadgate::formats {
namespace {

// A script that begins inside the header's own fields ("GIF89a;<?php") would be refused for its size; it is
// refused for what it is.
constexpr std::size_t looked_at_first = 13;

constexpr std::uint8_t extension = 0x21, image = 0x2C, trailer = 0x3B;
constexpr std::size_t max_padding = 1024;  // of zeros behind the trailer, as some tools fill a sector
constexpr std::uint8_t plain_text = 0x01, graphic_control = 0xF9, comment = 0xFE, application = 0xFF;

constexpr std::size_t table_bytes(std::uint8_t flags) {
  return (flags & 0x80) != 0 ? std::size_t{3} << ((flags & 7) + 1) : 0;
}

// The length that the first sub-block of an extension must have; 0 where it may be any.
constexpr std::uint8_t first_block(std::uint8_t label) {
  return label == plain_text ? 12 : label == graphic_control ? 4 : label == application ? 11 : 0;
}
constexpr std::string_view name_of(std::uint8_t label) {
  return label == comment ? "a comment" : label == application ? "an application extension" : "an extension";
}

// A chain of sub-blocks: a length, so many bytes, ... until a length of 0.
class sub_blocks {
 public:
  // hop answers how many bytes of the window belong to the chain; done() is set at its end.
  std::size_t hop(bytes_view window) {
    const auto* const bytes = at(window, 0);
    std::size_t i = 0;
    while (i < window.size()) {
      if (left_ == 0) {
        left_ = bytes[i++];
        if (left_ == 0) {
          done_ = true;
          return i;
        }
      }
      const std::size_t n = std::min(left_, window.size() - i);
      left_ -= n;
      i += n;
    }
    return i;
  }
  // decode does the same, and gives the data to LZW.
  std::size_t decode(bytes_view window, std::uint64_t offset, gif_lzw& lzw, result& wrong) {
    std::size_t i = 0;
    while (i < window.size() && wrong.ok()) {
      if (left_ == 0) {
        left_ = u8(window, i++);
        done_ = left_ == 0;
        if (done_) break;
      }
      const std::size_t n = std::min(left_, window.size() - i);
      wrong = lzw.feed(window.subspan(i, n), offset + i);
      left_ -= n;
      i += n;
    }
    return i;
  }
  [[nodiscard]] bool done() const { return done_; }

 private:
  std::size_t left_ = 0;
  bool done_ = false;
};

struct screen {
  std::uint64_t width;
  std::uint64_t height;
};

result judge_frame(context& ctx, const screen& s, bytes_view d, std::uint64_t offset) {
  const std::uint64_t right = std::uint64_t{le16(d, 0)} + le16(d, 4);
  const std::uint64_t bottom = std::uint64_t{le16(d, 2)} + le16(d, 6);
  if (result r = count_frame(ctx, le16(d, 4), le16(d, 6), offset + 4); !r.ok()) return r;
  // Decoders widen the screen or cut the frame, so what they may have to hold is judged.
  if (right > s.width || bottom > s.height) {
    ctx.warn("a frame reaches beyond the screen");
    return judge_size(ctx, std::max(right, s.width), std::max(bottom, s.height), offset);
  }
  return {};
}

}  // namespace

grammar gif(reader& in, context& ctx) {
  image_metadata meta;
  const bytes_view first = co_await in.peek(looked_at_first);
  const std::string_view version = as_text(first).substr(0, 6);
  if (version.size() == 6 && version != "GIF87a" && version != "GIF89a")
    co_return in.object(errc::bad_signature);
  if (result r = meta.whole_text(ctx, first, 0, "the header"); !r.ok()) co_return r;
  ctx.part("header", 0);
  co_await in.skip(6);
  const bytes_view descriptor = co_await in.take(7);
  const screen canvas{le16(descriptor, 0), le16(descriptor, 2)};
  const std::size_t global = table_bytes(u8(descriptor, 4));
  // The text in the colour table may begin in the two free bytes before it.
  meta.begin_text(11, "the colour table");
  if (result r = meta.text(ctx, descriptor.subspan(5)); !r.ok()) co_return r;
  // A screen of no size takes that of the first frame, in browsers as in giflib.
  if (canvas.width > 0 && canvas.height > 0) {
    if (result r = judge_size(ctx, canvas.width, canvas.height, 6); !r.ok()) co_return r;
  }
  const bytes_view colours = co_await in.take(global);
  if (result r = meta.text(ctx, colours); !r.ok()) co_return r;
  if (result r = meta.end_text(ctx); !r.ok()) co_return r;

  for (;;) {
    const std::uint64_t at = in.offset();
    const bytes_view introducer = co_await in.take(1);
    const std::uint8_t kind = u8(introducer, 0);
    if (kind == trailer) {
      ctx.part("trailer", at);
      if (!ctx.found.frames) co_return in.object(errc::missing_part, "no image", 1);
      const bytes_view rest = co_await in.peek(max_padding + 1);
      if (rest.size() <= max_padding && all_zero(rest)) in.consume(rest.size());
      co_return result{};
    }
    if (kind == extension) {
      const bytes_view label = co_await in.take(1);
      const std::uint8_t what = u8(label, 0);
      ctx.part(what == graphic_control ? "graphic control" : name_of(what), at);
      const std::uint8_t wanted = first_block(what);
      const bytes_view size = co_await in.peek(1);
      // Apple's software writes profiles whose name and data share a block.
      const bool longer = what == application && !size.empty() && u8(size, 0) > wanted;
      if (!size.empty() && wanted != 0 && u8(size, 0) != wanted && !longer) {
        co_return in.object(errc::bad_length, "first block of " + std::string{name_of(what)});
      }
      meta.begin_text(in.offset(), name_of(what));
      for (sub_blocks chain; !chain.done();) {
        const bytes_view window = co_await in.window();
        if (window.empty()) co_return in.object(errc::truncated, "within an extension");
        const std::size_t n = chain.hop(window);
        if (result r = meta.stored_text(ctx, window.first(n), at); !r.ok()) co_return r;
        in.consume(n);
      }
      if (result r = meta.end_text(ctx); !r.ok()) co_return r;
      continue;
    }
    if (kind != image) co_return in.object(errc::unclaimed_data, "no block begins here", 1);

    ctx.part("image", at);
    const bytes_view frame = co_await in.take(9);
    const std::size_t local = table_bytes(u8(frame, 8));
    const std::uint64_t pixels = std::uint64_t{le16(frame, 4)} * le16(frame, 6);
    if (result r = judge_frame(ctx, canvas, frame, at + 1); !r.ok()) co_return r;
    const std::uint64_t table_at = in.offset();
    const bytes_view own_colours = co_await in.take(local);
    if (result r = meta.whole_text(ctx, own_colours, table_at, "the colour table"); !r.ok()) co_return r;
    const bytes_view code_size = co_await in.take(1);
    const std::uint8_t bits = u8(code_size, 0);
    if (bits < 1 || bits > 8) co_return in.object(errc::bad_value, "LZW minimum code size", 1);
    std::unique_ptr<gif_lzw> lzw;
    if (ctx.manner.depth == depth::deep) lzw = std::make_unique<gif_lzw>(bits, pixels);
    for (sub_blocks chain; !chain.done();) {
      const bytes_view window = co_await in.window();
      if (window.empty()) co_return in.object(errc::truncated, "within an image");
      result wrong;
      const std::size_t n = lzw ? chain.decode(window, in.offset(), *lzw, wrong) : chain.hop(window);
      if (!wrong.ok()) co_return wrong;
      in.consume(n);
    }
    if (lzw) {
      if (result r = lzw->finish(in.offset() - 1); !r.ok()) co_return r;
    }
  }
}

}  // namespace uploadgate::formats
