// Ogg (RFC 3533): pages with a checksum, of one or more logical streams, one chain behind another.
#include "endian.hpp"
#include "grammars.hpp"
#include "image_metadata.hpp"

#include <isa-l/crc.h>

#include <algorithm>
#include <array>
#include <string>

namespace uploadgate::formats {
namespace {

constexpr std::size_t page_head = 27;
constexpr std::size_t identification = 64;  // bytes of a first packet that are looked at
constexpr std::size_t max_streams = 32;

enum flag : unsigned { continued = 1, first_page = 2, last_page = 4 };
enum class codec : std::uint8_t { unknown, audio, opus, video, skeleton };

// The bytes that a first packet begins with, after the registry of Xiph.org.
codec codec_of(std::string_view packet) {
  struct row {
    std::string_view begin;
    codec is;
  };
  static constexpr std::array rows{row{"\x01vorbis", codec::audio},
                                   row{"OpusHead", codec::opus},
                                   row{"\x80theora", codec::video},
                                   row{"\x7F"
                                       "FLAC",
                                       codec::audio},
                                   row{"Speex   ", codec::audio},
                                   row{"fishead", codec::skeleton},
                                   row{"BBCD", codec::video},
                                   row{"PCM     ", codec::audio},
                                   row{"CELT    ", codec::audio},
                                   row{"\x80kate", codec::skeleton},
                                   row{"OVP80", codec::video},
                                   row{"fLaC", codec::audio}};
  for (const row& r : rows) {
    if (packet.starts_with(r.begin)) return r.is;
  }
  return codec::unknown;
}

// ISA-L's crc32_ieee has Ogg's polynomial and order, and inverts at both ends, which Ogg does not.
std::uint32_t crc(std::uint32_t state, bytes_view piece) {
  return crc32_ieee(state, const_cast<unsigned char*>(at(piece, 0)), piece.size());
}

class streams {
 public:
  explicit streams(context& ctx) : ctx_{ctx} {}

  result page(std::uint32_t serial, std::uint32_t number, unsigned flags, std::uint64_t at) {
    if (flags & first_page) {
      if (find(serial)) return {errc::duplicate_part, "a stream begins twice", at};
      if (data_ && open_ > 0) ctx_.warn("a chain of streams begins before the last one has ended");
      if (data_) {
        count_ = open_ = 0;
        data_ = false;
      }
      if (count_ == max_streams) return {errc::too_many_entries, "more than 32 streams at once", at};
      all_[count_++] = {serial, number, false};
      ++open_;
    } else {
      stream* s = find(serial);
      if (!s) return {errc::bad_order, "a page of a stream that has not begun", at + 14};
      if (s->ended) return {errc::bad_order, "a page behind the end of its stream", at};
      if (number != s->number + 1) ctx_.warn("pages are missing");
      s->number = number;
      data_ = true;
    }
    if (flags & last_page) {
      find(serial)->ended = true;
      --open_;
    }
    return {};
  }

  result identify(bytes_view packet, std::uint64_t at) {
    const codec c = codec_of(as_text(packet));
    if (c == codec::unknown) return {errc::unsupported_feature, "a stream of an unknown codec", at};
    const std::string_view row = ctx_.chosen ? ctx_.chosen->name : std::string_view{};
    if (row == "opus" && c != codec::opus && c != codec::skeleton)
      return {errc::type_mismatch, "a stream is not Opus", at};
    // RFC 5334 keeps .ogg for sound; older files of that name hold video too.
    if (row == "ogg" && c == codec::video) ctx_.found.media_type = "video/ogg";
    video_ = video_ || c == codec::video;
    if (!as_text(packet).starts_with("\x80theora") || packet.size() < 20) return {};
    const std::uint64_t w = be24(packet, 14);
    const std::uint64_t h = be24(packet, 17);
    if (result r = judge_pixels(ctx_, w, h, at + 14); !r.ok()) return r;
    ctx_.found.width = w;
    ctx_.found.height = h;
    return {};
  }

  [[nodiscard]] bool over() const { return count_ > 0 && open_ == 0; }
  // Recorders that are stopped leave the last page out, so that only a file cut within a page is refused.
  result finish(std::uint64_t at) const {
    if (open_ > 0 && !data_) return {errc::truncated, "no page of data", at};
    if (open_ > 0) ctx_.warn("a stream has no last page");
    if (ctx_.chosen && ctx_.chosen->name == "ogv" && !video_)
      return {errc::type_mismatch, "no stream of video", 0};
    return {};
  }

 private:
  struct stream {
    std::uint32_t serial = 0;
    std::uint32_t number = 0;
    bool ended = false;
  };
  stream* find(std::uint32_t serial) {
    const auto end = all_.begin() + static_cast<std::ptrdiff_t>(count_);
    const auto it = std::find_if(
        all_.begin(), end, [&](const stream& s) { return s.serial == serial && !(s.ended && data_over()); });
    return it == end ? nullptr : &*it;
  }
  // All streams of this chain have ended: the same serial may begin anew.
  [[nodiscard]] bool data_over() const { return open_ == 0; }

  context& ctx_;
  std::array<stream, max_streams> all_{};
  std::size_t count_ = 0;
  std::size_t open_ = 0;
  bool data_ = false;
  bool video_ = false;
};

}  // namespace

grammar ogg(reader& in, context& ctx) {
  streams all{ctx};
  image_metadata metadata;
  while (co_await in.more()) {
    const std::uint64_t start = in.offset();
    const bytes_view ahead = co_await in.peek(4);
    if (as_text(ahead) != "OggS") {
      if (start == 0) co_return in.object(errc::bad_signature);
      co_return in.object(all.over() ? errc::trailing_data : errc::unclaimed_data, "what follows is no page");
    }
    const bytes_view head = co_await in.take(page_head);
    if (u8(head, 4) != 0) co_return in.object(errc::bad_value, "version of a page", page_head - 4);
    const unsigned flags = u8(head, 5);
    const bool comments = le64(head, 6) == 0 && !(flags & first_page);  // headers stand at granule 0
    const std::uint32_t serial = le32(head, 14);
    const std::uint32_t number = le32(head, 18);
    const std::uint32_t told = le32(head, 22);
    const std::size_t segments = u8(head, 26);
    std::array<std::byte, page_head> blank{};
    std::ranges::copy(head, blank.begin());
    std::fill_n(blank.begin() + 22, 4, std::byte{0});
    std::uint32_t sum = crc(0xFFFFFFFF, blank);
    if (result r = all.page(serial, number, flags, start); !r.ok()) co_return r;

    std::size_t length = 0;
    if (segments > 0) {
      const bytes_view table = co_await in.take(segments);
      sum = crc(sum, table);
      for (const std::byte b : table) length += std::to_integer<std::size_t>(b);
    }
    if (flags & first_page) {
      const std::uint64_t where = in.offset();
      const std::size_t n = std::min(length, identification);
      const bytes_view packet = co_await in.take(n);
      if (result r = all.identify(packet, where); !r.ok()) co_return r;
      sum = n ? crc(sum, packet) : sum;
      length -= n;
    }
    if (comments) {
      if (result r = metadata.claim(ctx, length, start); !r.ok()) co_return r;
      metadata.begin_text(in.offset(), "a header page");
    }
    while (length > 0) {
      const bytes_view piece = co_await in.some(length);
      if (comments) {
        if (result r = metadata.text(ctx, piece); !r.ok()) co_return r;
      }
      sum = crc(sum, piece);
      length -= piece.size();
    }
    if (comments) {
      if (result r = metadata.end_text(ctx); !r.ok()) co_return r;
    }
    if (~sum != told) co_return result{errc::checksum_mismatch, "a page's CRC-32", start + 22};
  }
  if (in.offset() == 0) co_return in.object(errc::truncated);
  co_return all.finish(in.offset());
}

namespace {

match ogg_codec(bytes_view first, codec wanted) {
  const match m = starts_with<"OggS">(first);
  if (m != match::yes) return m;
  constexpr std::size_t packet = page_head + 1;  // a first page has one segment
  if (first.size() < packet + 8) return match::more;
  const codec c = codec_of(as_text(first.subspan(packet)));
  return c == wanted || (c == codec::skeleton && wanted == codec::video) ? match::yes : match::no;
}

}  // namespace

match ogg_signature(bytes_view first) { return starts_with<"OggS">(first); }
match opus_signature(bytes_view first) { return ogg_codec(first, codec::opus); }
match ogv_signature(bytes_view first) { return ogg_codec(first, codec::video); }

}  // namespace uploadgate::formats
