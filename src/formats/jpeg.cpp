// JPEG: ITU-T T.81 with JFIF, Exif (CIPA DC-008), MPF (CIPA DC-007), and what phones write behind the image.
#include "endian.hpp"
#include "grammars.hpp"
#include "jpeg_apps.hpp"
#include "jpeg_image.hpp"
#include "jpeg_marker.hpp"
#include "motion_video.hpp"
#include "samsung_trailer.hpp"
#include "vivo_trailer.hpp"

#include <algorithm>
#include <optional>

namespace uploadgate::formats {

namespace marker = jpeg_marker;

namespace {

// Padding behind an image, as cameras write it to fill a sector: zeros, or 0xFF to the end of the file.
constexpr std::uint64_t max_padding = 64 * KiB;

constexpr bool is_segment(std::uint8_t m) {
  return (m >= marker::sof0 && m <= marker::sof15) || (m >= marker::sos && m <= marker::dri) ||
         m >= marker::app0;
}

// Answers for a marker that may not stand between segments.
result judge_marker(std::uint8_t m, std::uint64_t at) {
  if (m == marker::soi) return {errc::bad_order, "SOI within an image", at};
  if (m >= marker::rst0 && m <= marker::rst7) return {errc::bad_order, "a restart marker outside a scan", at};
  if (m == marker::dhp || m == marker::exp) return {errc::unsupported_feature, "hierarchical JPEG", at};
  if (m == marker::jpg || (m >= marker::jpg0 && m <= marker::jpg13)) {
    return {errc::unsupported_feature, "an extension of JPEG", at};
  }
  if (!is_segment(m)) return {errc::bad_structure, "a reserved marker", at};
  return {};
}

std::size_t run_of(bytes_view window, std::byte b, std::uint64_t most) {
  std::size_t n = 0;
  while (n < window.size() && n < most && window[n] == b) ++n;
  return n;
}

// What stands behind an EOI.
enum class behind : std::uint8_t { image, video, samsung, vivo, zeros, ones, other };
behind look(bytes_view first) {
  using namespace std::string_view_literals;
  const std::string_view text = as_text(first);
  if (text.starts_with("\xFF\xD8\xFF"sv)) return behind::image;
  if (motion_video::begins_with(first)) return behind::video;
  if (samsung_trailer::begins_with(first)) return behind::samsung;
  if (vivo_trailer::begins_with(first)) return behind::vivo;
  return text[0] == 0 ? behind::zeros : text[0] == '\xFF' ? behind::ones : behind::other;
}

}  // namespace

grammar jpeg(reader& in, context& ctx) {
  jpeg_apps apps;
  unsigned images_left = 0;
  std::uint64_t padding = 0;
  for (unsigned number = 0;; ++number) {
    ctx.part("SOI", in.offset());
    const bytes_view soi = co_await in.take(2);
    if (u8(soi, 0) != 0xFF || u8(soi, 1) != marker::soi) co_return in.object(errc::bad_signature, {}, 2);
    jpeg_image image{ctx.manner.depth == depth::deep};
    std::uint8_t m = 0;
    for (;;) {
      if (m == 0) {  // else the scan has read it
        const bytes_view two = co_await in.take(2);
        if (u8(two, 0) != 0xFF) {
          co_return in.object(errc::unclaimed_data, "bytes between segments", 2);
        }
        m = u8(two, 1);
        while (m == 0xFF) {  // fill bytes, B.1.1.2
          const bytes_view one = co_await in.take(1);
          m = u8(one, 0);
        }
      }
      const std::uint64_t at = in.offset() - 2;
      ctx.part([&] { return marker::name(m); }, at);
      if (m == marker::eoi) {
        if (result r = image.end(at); !r.ok()) co_return r;
        break;
      }
      if (result r = judge_marker(m, at); !r.ok()) co_return r;
      const bytes_view two = co_await in.take(2);
      const std::uint64_t length = be16(two, 0);
      if (length < 2) co_return in.object(errc::bad_length, "a segment's length", 2);
      if (m >= marker::app0) {
        if (result r = apps.begin(ctx, m, length - 2, in.offset()); !r.ok()) co_return r;
        for (std::uint64_t left = length - 2; left > 0;) {
          const bytes_view piece = co_await in.some(left);
          left -= piece.size();
          if (result r = apps.feed(ctx, piece); !r.ok()) co_return r;
        }
        if (result r = apps.finish(ctx); !r.ok()) co_return r;
        m = 0;
        continue;
      }
      if (length - 2 > jpeg_image::longest_tables) co_return in.object(errc::bad_length, "tables", 2);
      const std::uint64_t start = in.offset();
      const bytes_view content = co_await in.take(static_cast<std::size_t>(length - 2));
      if (result r = image.segment(ctx, m, content, start); !r.ok()) co_return r;
      if (m != marker::sos) {
        // Tables may hold any values, and so any text.
        if (result r = apps.metadata().whole_text(ctx, content, start, "a table"); !r.ok()) co_return r;
      }
      if (m != marker::sos) {
        m = 0;
        continue;
      }
      do {
        const bytes_view window = co_await in.window();
        if (window.empty()) co_return in.object(errc::truncated, "within a scan");
        result wrong;
        const std::size_t n = image.entropy(window, in.offset(), wrong);
        in.consume(n);
        if (!wrong.ok()) co_return wrong;
      } while (image.found() == 0);
      m = image.found();
    }
    if (number == 0) images_left = apps.more_images();

    std::optional<samsung_trailer> trailer;
    std::optional<motion_video> video;
    for (bool again = false; !again;) {
      if (video) {
        bool ended = false;
        if (video->left() == 0) {
          const bytes_view ahead = co_await in.peek(motion_video::look_ahead);
          ended = !video->begin_box(ahead);
        }
        if (!ended) {
          const bytes_view window = co_await in.window();
          ended = window.empty();
          const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(window.size(), video->left()));
          if (result r = video->feed(ctx, window.first(n)); !r.ok()) co_return r;
          if (trailer) trailer->video(window.first(n));
          in.consume(n);
        }
        if (!ended) continue;
        if (result r = video->finish(ctx); !r.ok()) co_return r;
        video.reset();
        if (trailer) trailer->begin_block(apps.metadata());
        continue;
      }
      if (trailer && !trailer->at_content()) {
        const bytes_view window = co_await in.window();
        if (window.empty()) co_return trailer->finish(ctx, apps.metadata());
        std::size_t n = 0;
        if (result r = trailer->feed(ctx, apps.metadata(), window, n); !r.ok()) co_return r;
        in.consume(n);
        continue;
      }
      const bytes_view first = co_await in.peek(motion_video::look_ahead);
      if (trailer && motion_video::begins_with(first)) {
        video.emplace(ctx, first, in.offset());
        continue;
      }
      if (trailer) {
        if (!as_text(first).starts_with("mpv2")) {
          co_return in.object(errc::bad_signature, "no video where the Samsung trailer has one");
        }
        trailer->no_video(apps.metadata());
        continue;
      }
      if (first.empty()) co_return result{};
      switch (look(first)) {
        case behind::image:
          if (images_left == 0) {
            co_return in.object(errc::trailing_data, "another image that nothing announces");
          }
          --images_left;
          again = true;
          break;
        case behind::video:
          if (!apps.video()) co_return in.object(errc::trailing_data, "a video that nothing announces");
          ctx.part("video", in.offset());
          video.emplace(ctx, first, in.offset());
          break;
        case behind::samsung:
          ctx.part("Samsung trailer", in.offset());
          trailer.emplace();
          trailer->begin(in.offset(), apps.metadata());
          break;
        case behind::vivo: {
          ctx.part("vivo trailer", in.offset());
          vivo_trailer vivo{in.offset(), apps.metadata()};
          for (;;) {
            const bytes_view window = co_await in.window();
            if (window.empty()) co_return vivo.finish(ctx, apps.metadata());
            if (result r = vivo.feed(ctx, apps.metadata(), window); !r.ok()) co_return r;
            in.consume(window.size());
          }
        }
        case behind::zeros:
        case behind::ones: {
          ctx.part("padding", in.offset());
          const std::byte b = first[0];
          for (;;) {
            const bytes_view window = co_await in.window();
            if (window.empty()) co_return result{};
            const std::size_t n = run_of(window, b, max_padding - padding);
            padding += n;
            in.consume(n);
            if (n < window.size()) break;
          }
          // Another image may stand behind zeros; behind 0xFF nothing may.
          if (b != std::byte{0}) co_return in.object(errc::trailing_data);
          if (padding == max_padding) co_return in.object(errc::trailing_data, "too much padding");
          break;
        }
        case behind::other:
          co_return in.object(errc::trailing_data);
      }
    }
  }
}

}  // namespace uploadgate::formats
