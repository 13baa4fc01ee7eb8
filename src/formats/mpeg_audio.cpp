// MP3 (ISO/IEC 11172-3, 13818-3, with the tags around it) and AAC in ADTS (13818-7): a chain of frames.
#include "endian.hpp"
#include "grammars.hpp"
#include "id3.hpp"
#include "image_metadata.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace uploadgate::formats {
namespace {

constexpr std::size_t mp3_head = 4;
constexpr std::size_t adts_head = 7;
constexpr std::size_t id3v1 = 128;
constexpr std::size_t ape_head = 32;
constexpr std::uint64_t most_padding = 64 * KiB;  // zeros between a tag and the first frame

struct frame {
  std::size_t length = 0;
  std::uint32_t same = 0;  // what every frame of a file must have in common
  bool free = false;
};

// 11172-3, 2.4.1.3. Nothing where these are no header.
frame mp3_frame(bytes_view b) {
  static constexpr std::array<std::array<std::uint16_t, 15>, 3> kbits{{
      {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},  // version 1, layer II
      {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},   // III
      {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},       // version 2, layers II and III
  }};
  static constexpr std::array<std::uint32_t, 3> rates{44100, 48000, 32000};
  const std::uint32_t h = be32(b, 0);
  const unsigned version = h >> 19 & 3;  // 3: 1, 2: 2, 0: 2.5
  const unsigned layer = 4 - (h >> 17 & 3);
  const unsigned bits = h >> 12 & 15;
  const unsigned rate_index = h >> 10 & 3;
  // Layer I is in no .mp3, and its sync word is the byte order mark of UTF-16.
  if (h >> 21 != 0x7FF || version == 1 || layer == 4 || layer == 1 || bits == 15 || rate_index == 3)
    return {};
  frame f{.same = h & 0xFFFE0C00};
  if (bits == 0) {
    f.free = true;
    return f;
  }
  const bool first = version == 3;
  const std::uint32_t rate = rates[rate_index] >> (first ? 0 : version == 2 ? 1 : 2);
  const std::uint32_t kilobits = kbits[first ? layer - 2 : 2][bits];
  const unsigned pad = h >> 9 & 1;
  f.length = std::size_t{layer == 3 && !first ? 72U : 144U} * kilobits * 1000 / rate + pad;
  return f;
}

// 13818-7, 6.2.1.
frame adts_frame(bytes_view b) {
  const std::uint32_t h = be32(b, 0);
  if ((h & 0xFFF60000) != 0xFFF00000 || (h >> 10 & 15) > 12) return {};
  frame f{.same = h & 0xFFFEFDC0};  // sync, version, profile, rate, channels
  f.length = (u8(b, 3) & 3U) << 11 | static_cast<unsigned>(u8(b, 4)) << 3 | u8(b, 5) >> 5U;
  if (f.length < (h >> 16 & 1 ? 7U : 9U)) return {};
  return f;
}

enum class tail : std::uint8_t { none, trailer, ape, lyrics, id3v2, zeros };
tail tail_of(std::string_view ahead) {
  if (ahead.starts_with("TAG")) return tail::trailer;
  if (ahead.starts_with("APETAGEX")) return tail::ape;
  if (ahead.starts_with("LYRICSBEGIN")) return tail::lyrics;
  if (ahead.starts_with("ID3")) return tail::id3v2;
  if (ahead.starts_with('\0')) return tail::zeros;
  return tail::none;
}

// How many frames encoders say that follow, in a first frame without sound: "Xing" or "Info" behind the side
// information, flags, the number. 0 where nothing is said.
constexpr std::size_t info_window = 48;
std::uint64_t announced_frames(bytes_view first) {
  for (const std::size_t at : {std::size_t{13}, std::size_t{21}, std::size_t{36}}) {
    if (first.size() < at + 12) return 0;
    const std::string_view name = as_text(first.subspan(at, 4));
    if (name == "Xing" || name == "Info") return (be32(first, at + 4) & 1) != 0 ? be32(first, at + 8) : 0;
  }
  return 0;
}

using header_function = frame (*)(bytes_view);

grammar mpeg_audio(reader& in, context& ctx, header_function header, std::size_t header_size) {
  image_metadata metadata;
  std::uint64_t frames = 0;
  std::uint32_t same = 0;
  std::uint64_t announced = 0;
  bool behind = false;  // tags at the end have begun
  for (;;) {
    const bytes_view ahead = co_await in.peek(12);
    if (ahead.empty()) break;
    const std::uint64_t at = in.offset();
    const frame f = ahead.size() >= header_size && !behind ? header(ahead) : frame{};
    if (f.free) co_return in.object(errc::unsupported_feature, "a frame of free bit rate");
    if (f.length) {
      if (frames > 0 && f.same != same) {
        co_return in.object(errc::bad_value, "a frame of another version, layer or sample rate");
      }
      same = f.same;
      if (frames == 0) {
        const bytes_view first = co_await in.peek(info_window);
        announced = announced_frames(first);
      }
      ++frames;
      for (std::size_t left = f.length; left > 0;) {
        const bytes_view window = co_await in.window();
        if (window.empty()) {
          if (announced > frames) {
            co_return in.object(errc::truncated, std::to_string(announced) + " frames are announced");
          }
          // Common at the end of real files, and every decoder stops there.
          ctx.warn("the last frame is cut");
          break;
        }
        const std::size_t n = std::min(left, window.size());
        in.consume(n);
        left -= n;
      }
      continue;
    }
    const tail t = tail_of(as_text(ahead));
    if (t == tail::id3v2) {
      const bytes_view head = co_await in.take(id3_header);
      id3_tag tag;
      if (result r = read_id3(head, at, ctx, tag); !r.ok()) co_return r;
      if (result r = metadata.claim(ctx, tag.size, at); !r.ok()) co_return r;
      const std::uint64_t end = in.offset() + tag.size;
      const std::size_t frame_header = id3_frame_header(tag);
      while (tag.walkable && end - in.offset() >= frame_header) {
        const std::uint64_t where = in.offset();
        const bytes_view b = co_await in.take(frame_header);
        id3_frame inner;
        if (result r = read_id3_frame(tag, b, end - in.offset(), where, inner); !r.ok()) co_return r;
        if (inner.padding) break;
        const std::uint64_t inner_end = in.offset() + inner.size;
        metadata.begin_text(in.offset(), "an ID3v2 frame");
        while (in.offset() < inner_end) {
          const bytes_view piece = co_await in.some(inner_end - in.offset());
          if (result r = metadata.text(ctx, piece); !r.ok()) co_return r;
        }
        if (result r = metadata.end_text(ctx); !r.ok()) co_return r;
      }
      metadata.begin_text(in.offset(), "ID3v2");
      while (in.offset() < end) {
        const bytes_view piece = co_await in.some(end - in.offset());
        if (result r = metadata.text(ctx, piece); !r.ok()) co_return r;
      }
      if (result r = metadata.end_text(ctx); !r.ok()) co_return r;
      behind = frames > 0;
      continue;
    }
    if (t == tail::zeros) {
      // Zeros between parts; counted, so that they cannot hide a length.
      std::uint64_t zeros = 0;
      for (;;) {
        const bytes_view window = co_await in.window();
        const auto end = std::ranges::find_if(window, [](std::byte b) { return b != std::byte{0}; });
        const auto n = static_cast<std::size_t>(end - window.begin());
        in.consume(n);
        zeros += n;
        if (window.empty() || end != window.end()) break;
      }
      if (zeros > most_padding) co_return result{errc::unclaimed_data, std::to_string(zeros) + " zeros", at};
      continue;
    }
    if (frames == 0) {
      co_return in.object(at == 0 ? errc::bad_signature : errc::bad_structure, "there is no frame");
    }
    if (t == tail::none) co_return in.object(errc::trailing_data, "what follows is no frame and no tag");
    behind = true;
    if (t == tail::trailer) {
      const bytes_view last = co_await in.take(id3v1);
      if (result r = metadata.whole_text(ctx, last, at, "ID3v1"); !r.ok()) co_return r;
      break;
    }
    if (t == tail::ape) {
      const bytes_view head = co_await in.take(ape_head);
      const bool is_header = le32(head, 20) >> 29 & 1;
      const std::uint64_t size = is_header ? le32(head, 12) : 0;
      if (result r = metadata.claim(ctx, size, at); !r.ok()) co_return r;
      const std::uint64_t end = in.offset() + size;
      metadata.begin_text(in.offset(), "an APE tag");
      while (in.offset() < end) {
        const bytes_view piece = co_await in.some(end - in.offset());
        if (result r = metadata.text(ctx, piece); !r.ok()) co_return r;
      }
      if (result r = metadata.end_text(ctx); !r.ok()) co_return r;
      continue;
    }
    // Lyrics3: to LYRICSEND (version 1) or six digits and LYRICS200.
    co_await in.skip(11);
    metadata.begin_text(in.offset(), "Lyrics3");
    for (std::uint64_t n = 0;; ++n) {
      const bytes_view end = co_await in.peek(9);
      if (as_text(end) == "LYRICSEND" || as_text(end) == "LYRICS200") break;
      if (end.size() < 9) co_return in.object(errc::truncated);
      if (n > 64 * KiB) co_return in.object(errc::metadata_too_large, "Lyrics3");
      if (result r = metadata.text(ctx, end.first(1)); !r.ok()) co_return r;
      in.consume(1);
    }
    if (result r = metadata.end_text(ctx); !r.ok()) co_return r;
    co_await in.skip(9);
  }
  if (frames == 0)
    co_return in.object(in.offset() == 0 ? errc::truncated : errc::missing_part, "there is no frame");
  co_return result{};
}

match framed(bytes_view first, header_function header, std::size_t header_size) {
  const match tag = starts_with<"ID3">(first);
  if (tag != match::no) return tag;
  if (first.empty() || u8(first, 0) != 0xFF) return match::no;
  if (first.size() < header_size) return match::more;
  return header(first).length ? match::yes : match::no;
}

}  // namespace

grammar mp3(reader& in, context& ctx) { return mpeg_audio(in, ctx, mp3_frame, mp3_head); }
grammar adts(reader& in, context& ctx) { return mpeg_audio(in, ctx, adts_frame, adts_head); }
match mp3_signature(bytes_view first) { return framed(first, mp3_frame, mp3_head); }
match adts_signature(bytes_view first) { return framed(first, adts_frame, adts_head); }

}  // namespace uploadgate::formats
