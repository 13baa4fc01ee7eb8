// MP4, QuickTime, 3GP, HEIF and AVIF: one grammar of boxes (ISO/IEC 14496-12).
#include "grammars.hpp"
#include "isobmff_walk.hpp"
#include "media_text.hpp"
#include "zeros.hpp"

#include <algorithm>
#include <optional>

namespace uploadgate::formats {
namespace {

using namespace isobmff;

// The longest tail of a ZIP: its end record and a comment.
constexpr std::uint64_t archive_tail = 22 + 65'535;

// Versions and flags stand in front of every leaf but these.
bool is_full(const leaf& l) {
  return l.parent != code("stsd") && l.parent != code("iref") && l.type != code("idat");
}

}  // namespace

grammar isobmff_file(reader& in, context& ctx) {
  walk w{ctx};
  for (;;) {
    while (w.depth() > 0 && in.offset() == w.end()) {
      if (result r = w.close(); !r.ok()) co_return r;
    }
    const std::uint64_t at = in.offset();
    if (w.depth() == 0) {
      const bytes_view ahead = co_await in.peek(8);
      if (ahead.empty()) break;
      if (ahead.size() < 8 && w.complete()) co_return in.object(errc::trailing_data);
    } else if (w.end() - at < 8) {
      // QuickTime ends user data with four zero bytes.
      const std::uint64_t rest = w.end() - at;
      const bytes_view tail = co_await in.take(static_cast<std::size_t>(rest));
      if (!all_zero(tail)) {
        co_return in.object(errc::bad_length, "'" + name(w.parent()) + "' ends within a box", rest);
      }
      continue;
    }
    const bytes_view header = co_await in.take(8);
    std::uint64_t size = be32(header, 0);
    const std::uint32_t type = be32(header, 4);
    if (w.parent() == code("udta") && size == 0) {
      if (result r = w.metadata().claim(ctx, w.end() - in.offset(), at); !r.ok()) co_return r;
      w.metadata().begin_text(in.offset(), "user data");
      foreign_file foreign;
      while (in.offset() < w.end()) {
        const bytes_view piece = co_await in.some(w.end() - in.offset());
        foreign.feed(piece);
        if (result r = w.metadata().text(ctx, piece); !r.ok()) co_return r;
      }
      if (result r = w.metadata().end_text(ctx); !r.ok()) co_return r;
      if (result r = foreign.judge(at); !r.ok()) co_return r;
      continue;
    }
    std::uint64_t header_size = 8;
    if (size == 1) {
      if (w.end() - at < 16) co_return in.object(errc::bad_length, "a 64-bit size does not fit", 8);
      const bytes_view large = co_await in.take(8);
      size = be64(large, 0);
      header_size = 16;
      if (size == 0) co_return in.object(errc::bad_length, "a 64-bit size of zero", 16);
    }
    if (w.depth() == 0) ctx.part([&] { return name(type); }, at);
    box how;
    std::uint64_t end = 0;
    if (result r = w.enter(type, at, size, header_size, how, end); !r.ok()) co_return r;

    if (type == code("ftyp")) {
      if (end - in.offset() > reader::max_take) co_return in.object(errc::bad_length, "ftyp is too long", 8);
      const std::uint64_t where = in.offset();
      const bytes_view payload = co_await in.take(static_cast<std::size_t>(end - where));
      if (result r = w.brands(payload, where); !r.ok()) co_return r;
      continue;
    }

    if (how.kind == kind::container) {
      if (result r = w.push(type, at, end); !r.ok()) co_return r;
      std::size_t want = walk::preamble(type);
      if (type == code("meta") && end - in.offset() >= 8) {
        // In QuickTime it is a plain box, in ISO files a full one.
        const bytes_view ahead = co_await in.peek(8);
        if (ahead.size() < 8) co_return in.object(errc::truncated);
        if (be32(ahead, 4) != code("hdlr")) want = 4;
      }
      while (want > 0) {
        if (want > end - in.offset())
          co_return in.object(errc::bad_length, "'" + name(type) + "' is too short");
        const bytes_view head = co_await in.take(want);
        want = type == code("meta") ? 0 : w.counted(head);
      }
      continue;
    }

    if (type == code("mpvd")) {
      // Google's motion photo: a whole movie inside.
      if (ctx.nesting > 0) co_return in.object(errc::nested_too_deep, "a movie inside a movie", header_size);
      const std::uint64_t start = in.offset();
      parse inner{isobmff_file, ctx.limits_for_contained(), nullptr, ctx.nesting + 1};
      const auto outside = [&](objection why) {
        why.offset = start + why.offset.value_or(0);
        return why;
      };
      result last;
      while (last.ok() && in.offset() < end) {
        const bytes_view piece = co_await in.some(end - in.offset());
        last = inner.feed(piece);
        last = said_inside(ctx, inner, outside);
      }
      if (last.ok()) {
        last = inner.finish();
        last = said_inside(ctx, inner, outside);
      }
      if (!last.ok()) co_return last;
      const facts& movie = inner.found();
      if (movie.examined != examined::whole) ctx.examined_only(movie.examined, movie.examined_note);
      warn_outside(ctx, inner);
      continue;
    }

    if (how.kind == kind::payload) {
      const std::uint64_t start = in.offset();
      if (type == code("mdat")) {
        if (result r = w.pictures().payload(start, end); !r.ok()) co_return r;
      }
      for (;;) {
        const items::place next = w.pictures().next_place(in.offset(), end);
        if (next.kind == items::look::none) break;
        co_await in.skip(next.from - in.offset());
        if (next.kind == items::look::grid) {
          const bytes_view description = co_await in.take(static_cast<std::size_t>(next.length));
          if (result r = w.pictures().grid(description, next.from); !r.ok()) co_return r;
          continue;
        }
        if (result r = w.metadata().claim(ctx, next.length, next.from); !r.ok()) co_return r;
        w.metadata().begin_text(next.from, "an item");
        while (in.offset() < next.from + next.length) {
          const bytes_view piece = co_await in.some(next.from + next.length - in.offset());
          if (result r = w.metadata().text(ctx, piece); !r.ok()) co_return r;
        }
        if (result r = w.metadata().end_text(ctx); !r.ok()) co_return r;
      }
      if (end == walk::to_the_end) {
        for (;;) {
          const bytes_view window = co_await in.window();
          if (window.empty()) break;
          in.consume(window.size());
        }
        w.pictures().payload_ends(in.offset());
      } else {
        // An archive behind the samples would end here.
        const std::uint64_t left = end - in.offset();
        if (left > archive_tail) co_await in.skip(left - archive_tail);
        foreign_file foreign;
        while (in.offset() < end) {
          const bytes_view piece = co_await in.some(end - in.offset());
          foreign.feed(piece);
        }
        if (result r = foreign.judge(at); !r.ok()) co_return r;
      }
      if (type == code("mdat")) w.payload(in.offset() - start);
      continue;
    }

    leaf l{.type = type, .parent = w.parent(), .start = at, .end = end};
    if (how.kind == kind::leaf) {
      if (is_full(l)) {
        if (end - in.offset() < 4) co_return in.object(errc::bad_length, "'" + name(type) + "' is too short");
        const bytes_view full = co_await in.take(4);
        l.version = u8(full, 0);
        l.flags = be24(full, 1);
      }
      step s = w.begin(l, in.offset());
      while (s.why.ok() && s.want > 0) {
        if (s.want > end - in.offset())
          co_return in.object(errc::bad_length, "'" + name(type) + "' is too short");
        const std::uint64_t where = in.offset();
        const bytes_view bytes = co_await in.take(s.want);
        s = w.next(l, bytes, where);
      }
      if (!s.why.ok()) co_return s.why;
      w.done(l);
      co_await in.skip(l.unlooked);
    }
    if (result r = w.metadata().claim(ctx, end - in.offset(), at); !r.ok()) co_return r;
    w.metadata().begin_text(in.offset(), "a box");
    foreign_file foreign;
    while (in.offset() < end) {
      const bytes_view piece = co_await in.some(end - in.offset());
      foreign.feed(piece);
      if (result r = w.metadata().text(ctx, piece); !r.ok()) co_return r;
    }
    if (result r = w.metadata().end_text(ctx); !r.ok()) co_return r;
    if (result r = foreign.judge(at); !r.ok()) co_return r;
  }
  if (in.offset() == 0) co_return in.object(errc::truncated);
  co_return w.finish(in.offset());
}

}  // namespace uploadgate::formats
