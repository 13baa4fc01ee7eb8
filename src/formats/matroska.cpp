// Matroska and WebM: elements of EBML (RFC 8794, RFC 9559).
#include "endian.hpp"
#include "grammars.hpp"
#include "image_metadata.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string>

namespace uploadgate::formats {
namespace {

constexpr std::size_t max_depth = 8;
constexpr std::uint64_t unknown = UINT64_MAX;
constexpr std::size_t max_text = 64;  // of the strings that are looked at

enum id : std::uint32_t {
  ebml = 0x1A45DFA3,
  read_version = 0x42F7,
  max_id = 0x42F2,
  max_size = 0x42F3,
  doc_type = 0x4282,
  segment = 0x18538067,
  seek_head = 0x114D9B74,
  info = 0x1549A966,
  tracks = 0x1654AE6B,
  track_entry = 0xAE,
  codec_id = 0x86,
  video = 0xE0,
  pixel_width = 0xB0,
  pixel_height = 0xBA,
  cluster = 0x1F43B675,
  timestamp = 0xE7,
  simple_block = 0xA3,
  block_group = 0xA0,
  encrypted_block = 0xAF,
  cues = 0x1C53BB6B,
  chapters = 0x1043A770,
  tags = 0x1254C367,
  attachments = 0x1941A469,
  attached_file = 0x61A7,
  file_media_type = 0x4660,
  file_data = 0x465C,
  void_element = 0xEC,
  crc32 = 0xBF,
};

// The element that each of these stands in; 0: the top; 1: anywhere or not known.
std::uint32_t parent_of(std::uint32_t e) {
  switch (e) {
    case ebml:
    case segment:
      return 0;
    case doc_type:
    case read_version:
    case max_id:
    case max_size:
      return ebml;
    case seek_head:
    case info:
    case tracks:
    case cluster:
    case cues:
    case chapters:
    case tags:
    case attachments:
      return segment;
    case track_entry:
      return tracks;
    case video:
      return track_entry;
    case simple_block:
    case block_group:
    case encrypted_block:
      return cluster;
    case attached_file:
      return attachments;
    default:
      return 1;
  }
}

bool holds_elements(std::uint32_t e) {
  constexpr std::array masters{ebml,  segment, tracks,      track_entry,
                               video, cluster, attachments, attached_file};
  return std::ranges::find(masters, e) != masters.end();
}

std::string hex(std::uint32_t e) {
  std::string text;
  for (int shift = 28; shift >= 0; shift -= 4) {
    const unsigned digit = e >> shift & 15;
    if (digit || !text.empty()) text += "0123456789ABCDEF"[digit];
  }
  return "element 0x" + text;
}

std::uint64_t unsigned_of(bytes_view b) {
  std::uint64_t n = 0;
  for (std::size_t i = 0; i < b.size(); ++i) n = n << 8 | u8(b, i);
  return n;
}

// Fonts and pictures belong to subtitles and covers; anything else is a file that hides in a film.
bool usual_attachment(std::string_view type) {
  return type.starts_with("font/") || type.starts_with("application/x-truetype-font") ||
         type.starts_with("application/x-font") || type.starts_with("application/font-") ||
         type.starts_with("application/vnd.ms-opentype") || type == "image/jpeg" || type == "image/png" ||
         type == "image/webp" || type == "image/gif" || type == "image/bmp";
}

class elements {
 public:
  explicit elements(context& ctx) : ctx_{ctx} {}

  [[nodiscard]] std::uint32_t parent() const { return depth_ ? open_[depth_ - 1].id : 0; }
  [[nodiscard]] std::size_t depth() const { return depth_; }
  [[nodiscard]] std::uint64_t end() const { return depth_ ? open_[depth_ - 1].end : unknown; }
  // The nearest end that is known.
  [[nodiscard]] std::uint64_t room() const {
    for (std::size_t i = depth_; i > 0; --i) {
      if (open_[i - 1].end != unknown) return open_[i - 1].end;
    }
    return unknown;
  }
  // A cluster without a size ends where an element begins that cannot stand in it (RFC 8794, 6.2).
  [[nodiscard]] bool ends_cluster(std::uint32_t e) const {
    return parent() == cluster && end() == unknown && (parent_of(e) == segment || parent_of(e) == 0);
  }

  result enter(std::uint32_t e, std::uint64_t size, std::uint64_t at, std::uint64_t body) {
    if (at == 0 && e != ebml) return {errc::bad_signature, {}, 0};
    if (depth_ == 0 && at > 0) {
      const bool expected = (e == segment && !segment_ && header_) || e == void_element;
      if (!expected) return {segment_ ? errc::trailing_data : errc::bad_order, hex(e), at};
    }
    const std::uint32_t p = parent_of(e);
    if (p != 1 && p != parent()) return {errc::bad_order, hex(e) + " stands in a wrong place", at};
    if (size == unknown) {
      if (e != segment && e != cluster) return {errc::bad_length, hex(e) + " has no size", at};
    } else if (size > room() - body) {
      return {errc::bad_length, hex(e) + " reaches beyond its parent", at};
    }
    if (e == tracks && std::exchange(tracks_, true)) return {errc::duplicate_part, "a second Tracks", at};
    if (e == cluster && !tracks_) return {errc::bad_order, "a Cluster before Tracks", at};
    return {};
  }

  result push(std::uint32_t e, std::uint64_t at, std::uint64_t end) {
    if (depth_ == max_depth) return {errc::nested_too_deep, {}, at};
    open_[depth_++] = {e, at, end};
    if (e == ebml) header_ = true;
    if (e == segment) segment_ = true;
    if (e == video) width_ = height_ = 0;
    if (e == attached_file) attached_ = {};
    return {};
  }

  result close() {
    const open f = open_[--depth_];
    if (f.id == ebml && type_.empty()) return {errc::missing_part, "DocType", f.at};
    if (f.id == video && width_ && height_) {
      if (result r = judge_pixels(ctx_, width_, height_, f.at); !r.ok()) return r;
      if (!ctx_.found.width) {
        ctx_.found.width = width_;
        ctx_.found.height = height_;
      }
    }
    if (f.id == attached_file && !usual_attachment(attached_)) {
      return handle(ctx_, &document_rules::embedded_files, errc::embedded_file,
                    "an attachment of type " + attached_, f.at);
    }
    return {};
  }

  // Whether the value of an element is looked at.
  [[nodiscard]] static bool looked_at(std::uint32_t e) {
    constexpr std::array own{doc_type, read_version, max_id,       max_size,
                             codec_id, pixel_width,  pixel_height, file_media_type};
    return std::ranges::find(own, e) != own.end();
  }

  result value(std::uint32_t e, bytes_view b, std::uint64_t at) {
    std::string_view text = as_text(b);
    text = text.substr(0, text.find('\0'));
    switch (e) {
      case doc_type:
        return document(text, at);
      case read_version:
        return unsigned_of(b) == 1 ? result{} : result{errc::unsupported_feature, "EBMLReadVersion", at};
      case max_id:
        return unsigned_of(b) <= 4 ? result{} : result{errc::unsupported_feature, "EBMLMaxIDLength", at};
      case max_size:
        return unsigned_of(b) <= 8 ? result{} : result{errc::unsupported_feature, "EBMLMaxSizeLength", at};
      case codec_id: {
        constexpr std::array<std::string_view, 6> web{"V_VP8",    "V_VP9",  "V_AV1",
                                                      "A_VORBIS", "A_OPUS", "D_WEBVTT"};
        const bool known = std::ranges::any_of(web, [&](std::string_view w) { return text.starts_with(w); });
        if (web_ && !known) return {errc::type_mismatch, "WebM has no codec '" + std::string{text} + "'", at};
        return {};
      }
      case pixel_width:
        width_ = b.size() <= 8 ? unsigned_of(b) : unknown;
        return {};
      case pixel_height:
        height_ = b.size() <= 8 ? unsigned_of(b) : unknown;
        return {};
      default:
        attached_ = text;
        return {};
    }
  }

  // Samples and their index are not looked at.
  [[nodiscard]] bool is_payload(std::uint32_t e) const { return parent() == cluster || e == cues; }
  [[nodiscard]] bool over() const { return segment_ && depth_ == 0; }
  [[nodiscard]] result finish(std::uint64_t at) const {
    if (!segment_) return {errc::truncated, "there is no Segment", at};
    if (!tracks_) return {errc::missing_part, "there is no Tracks", at};
    return {};
  }

 private:
  struct open {
    std::uint32_t id = 0;
    std::uint64_t at = 0;
    std::uint64_t end = 0;
  };
  result document(std::string_view text, std::uint64_t at) {
    if (!type_.empty()) return {errc::duplicate_part, "a second DocType", at};
    const std::string_view row = ctx_.chosen ? ctx_.chosen->name : std::string_view{};
    const bool fits = row == "webm"  ? text == "webm"
                      : row == "mkv" ? text == "matroska"
                                     : text == "webm" || text == "matroska";
    if (!fits) return {errc::type_mismatch, "the document type is '" + std::string{text} + "'", at};
    type_ = text;
    web_ = text == "webm";
    return {};
  }

  context& ctx_;
  std::array<open, max_depth> open_{};
  std::size_t depth_ = 0;
  std::string type_;
  std::string attached_;
  std::uint64_t width_ = 0;
  std::uint64_t height_ = 0;
  bool web_ = false;
  bool header_ = false;
  bool segment_ = false;
  bool tracks_ = false;
};

}  // namespace

grammar matroska(reader& in, context& ctx) {
  elements all{ctx};
  image_metadata metadata;
  for (;;) {
    while (all.depth() > 0 && in.offset() == all.end()) {
      if (result r = all.close(); !r.ok()) co_return r;
    }
    const std::uint64_t at = in.offset();
    const bool open_end = all.room() == unknown;  // an end that only the file's end tells
    const bytes_view ahead = co_await in.peek(1);
    if (ahead.empty() && open_end && at > 0) break;  // truncated, where anything must come
    if (all.depth() == 0 && all.over() && u8(ahead, 0) != void_element) {
      co_return in.object(errc::trailing_data, "bytes behind the Segment");
    }
    const bytes_view lead = co_await in.take(1);
    const auto id_more = static_cast<std::size_t>(std::countl_zero(u8(lead, 0)));
    std::uint64_t e = u8(lead, 0);
    if (id_more > 3)
      co_return in.object(at == 0 ? errc::bad_signature : errc::bad_structure, "no element", 1);
    if (id_more + 2 > all.room() - at) co_return in.object(errc::bad_length, "an element does not fit", 1);
    const bytes_view rest = co_await in.take(id_more + 1);
    for (std::size_t i = 0; i < id_more; ++i) e = e << 8 | u8(rest, i);
    const unsigned first = u8(rest, id_more);
    const auto size_more = static_cast<std::size_t>(std::countl_zero(static_cast<std::uint8_t>(first)));
    if (size_more > 7) co_return in.object(errc::bad_length, "the size of an element", 1);
    std::uint64_t size = first & (0x7FU >> size_more);
    bool ones = size == (0x7FU >> size_more);
    if (size_more > all.room() - in.offset())
      co_return in.object(errc::bad_length, "an element does not fit");
    const bytes_view tail = co_await in.take(size_more);
    for (std::size_t i = 0; i < size_more; ++i) {
      size = size << 8 | u8(tail, i);
      ones = ones && u8(tail, i) == 0xFF;
    }
    if (ones) size = unknown;
    const auto element = static_cast<std::uint32_t>(e);
    if (all.ends_cluster(element)) {
      if (result r = all.close(); !r.ok()) co_return r;
    }
    const std::uint64_t body = in.offset();
    if (result r = all.enter(element, size, at, body); !r.ok()) co_return r;
    const std::uint64_t end = size == unknown ? unknown : body + size;
    if (holds_elements(element)) {
      if (result r = all.push(element, at, end); !r.ok()) co_return r;
      continue;
    }
    if (elements::looked_at(element)) {
      if (size > max_text) co_return in.object(errc::bad_length, "a value is too long");
      const bytes_view b = co_await in.take(static_cast<std::size_t>(size));
      if (result r = all.value(element, b, body); !r.ok()) co_return r;
      continue;
    }
    if (all.is_payload(element)) {
      co_await in.skip(size);
      continue;
    }
    if (result r = metadata.claim(ctx, size, at); !r.ok()) co_return r;
    metadata.begin_text(in.offset(), "an element");
    while (in.offset() < end) {
      const bytes_view piece = co_await in.some(end - in.offset());
      if (result r = metadata.text(ctx, piece); !r.ok()) co_return r;
    }
    if (result r = metadata.end_text(ctx); !r.ok()) co_return r;
  }
  co_return all.finish(in.offset());
}

namespace {

match ebml_type(bytes_view first, std::string_view type) {
  if (const match m = starts_with<"\x1A\x45\xDF\xA3">(first); m != match::yes) return m;
  const std::string_view text = as_text(first);
  const std::size_t i = text.find("\x42\x82");
  if (i == std::string_view::npos || i + 3 + type.size() > text.size()) {
    return first.size() < signature_window ? match::more : match::no;
  }
  return text.substr(i + 3, type.size()) == type ? match::yes : match::no;
}

}  // namespace

match webm_signature(bytes_view first) { return ebml_type(first, "webm"); }
match matroska_signature(bytes_view first) { return ebml_type(first, "matroska"); }

}  // namespace uploadgate::formats
