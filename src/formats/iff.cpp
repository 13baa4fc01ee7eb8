// AIFF, AIFF-C (Apple, EA IFF 85) and Standard MIDI files (RP-001): chunks with big-endian sizes.
#include "endian.hpp"
#include "grammars.hpp"
#include "image_metadata.hpp"

#include <algorithm>
#include <string>

namespace uploadgate::formats {
namespace {

bool printable(bytes_view id) {
  return std::ranges::all_of(as_text(id), [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

grammar aiff(reader& in, context& ctx) {
  const bytes_view form = co_await in.take(12);
  const std::string_view type = as_text(form.subspan(8, 4));
  if (as_text(form.first(4)) != "FORM" || (type != "AIFF" && type != "AIFC")) {
    co_return result{errc::bad_signature, {}, 0};
  }
  const std::uint64_t end = 8 + std::uint64_t{be32(form, 4)};
  bool common = false;
  bool sound = false;
  image_metadata metadata;
  while (in.offset() < end) {
    const std::uint64_t at = in.offset();
    if (end - at < 8) co_return in.object(errc::bad_length, "FORM ends within a chunk");
    const bytes_view header = co_await in.take(8);
    if (!printable(header.first(4))) co_return in.object(errc::bad_structure, "what follows is no chunk", 8);
    const std::uint64_t size = be32(header, 4);
    const std::uint32_t id = be32(header, 0);
    const std::string name{as_text(header.first(4))};
    if (size > end - in.offset())
      co_return in.object(errc::bad_length, "'" + name + "' reaches beyond FORM", 8);
    constexpr std::uint32_t comm = 0x434F4D4D;
    constexpr std::uint32_t ssnd = 0x53534E44;
    if (id == comm || id == ssnd) {
      bool& seen = id == comm ? common : sound;
      if (seen) co_return in.object(errc::duplicate_part, "a second " + name, 8);
      seen = true;
      const std::uint64_t least = id == comm ? 18 : 8;
      if (size < least) co_return in.object(errc::bad_length, name + " is too short", 8);
    } else {
      if (result r = metadata.claim(ctx, size, at); !r.ok()) co_return r;
      const std::uint64_t chunk_end = in.offset() + size;
      metadata.begin_text(in.offset(), "a chunk");
      while (in.offset() < chunk_end) {
        const bytes_view piece = co_await in.some(chunk_end - in.offset());
        if (result r = metadata.text(ctx, piece); !r.ok()) co_return r;
      }
      if (result r = metadata.end_text(ctx); !r.ok()) co_return r;
    }
    if (id == comm || id == ssnd) co_await in.skip(size);
    if (size % 2 == 1 && in.offset() < end) co_await in.skip(1);
  }
  if (!common || !sound) co_return in.object(errc::missing_part, common ? "SSND" : "COMM");
  // The pad byte of the last chunk, which some writers leave out of FORM's size.
  const bytes_view pad = co_await in.peek(2);
  if (pad.size() == 1 && in.offset() % 2 == 1 && pad[0] == std::byte{0}) in.consume(1);
  co_return result{};
}

match aiff_signature(bytes_view first) {
  const std::string_view text = as_text(first);
  if (!std::string_view{"FORM"}.starts_with(text.substr(0, 4))) return match::no;
  if (text.size() < 12) {
    return text.size() <= 8 || std::string_view{"AIF"}.starts_with(text.substr(8, 3)) ? match::more
                                                                                      : match::no;
  }
  const std::string_view type = text.substr(8, 4);
  return type == "AIFF" || type == "AIFC" ? match::yes : match::no;
}

grammar midi(reader& in, context& ctx) {
  const bytes_view head = co_await in.take(14);
  if (as_text(head.first(4)) != "MThd") co_return result{errc::bad_signature, {}, 0};
  if (be32(head, 4) != 6) co_return result{errc::bad_length, "MThd", 4};
  if (be16(head, 8) > 2) co_return result{errc::bad_value, "format of MThd", 8};
  const std::uint64_t tracks = be16(head, 10);
  if (tracks == 0) co_return result{errc::bad_value, "no tracks", 10};
  std::uint64_t opaque = 0;
  for (std::uint64_t seen = 0; seen < tracks;) {
    const bytes_view header = co_await in.take(8);
    if (!printable(header.first(4))) co_return in.object(errc::bad_structure, "what follows is no chunk", 8);
    const std::uint64_t size = be32(header, 4);
    const bool track = as_text(header.first(4)) == "MTrk";
    if (!track) {  // RP-001: unknown chunks are to be skipped
      opaque += size;
      result r =
          within(ctx, opaque, &image_limits::max_metadata, errc::metadata_too_large, "", in.offset() - 8);
      if (!r.ok()) co_return r;
    } else {
      ++seen;
      if (size < 3) co_return in.object(errc::bad_length, "MTrk is too short", 4);
    }
    if (track && size >= 3) {
      // Every track ends with the event "end of track".
      co_await in.skip(size - 3);
      const bytes_view last = co_await in.take(3);
      if (as_text(last) != std::string_view{"\xFF\x2F\0", 3}) {
        co_return in.object(errc::bad_structure, "a track has no end", 3);
      }
    } else {
      co_await in.skip(size);
    }
  }
  co_return result{};
}

}  // namespace uploadgate::formats
