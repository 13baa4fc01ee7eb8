#include "riff.hpp"

#include "grammars.hpp"
#include "image_metadata.hpp"
#include "media_text.hpp"
#include "registry.hpp"

#include <algorithm>
#include <string>

namespace uploadgate::formats {
namespace {

bool printable(std::string_view id) {
  return std::ranges::all_of(id, [](char c) { return c >= 0x20 && c < 0x7F; });
}

// Writers forget chunks of their own in the RIFF size, a fact chunk for one. The sound must end the file
// then.
constexpr std::uint64_t forgotten = 16;

}  // namespace

riff_file::riff_file(context& ctx) : ctx_{ctx} {}

std::size_t riff_file::head_size(kind how) {
  switch (how) {
    case kind::wave_format:
      return 14;
    case kind::avi_header:
      return 40;
    case kind::stream_header:
      return 8;
    case kind::sizes:
      return 24;
    default:
      return 0;
  }
}

result riff_file::begin(bytes_view h, std::uint64_t at) {
  const std::string_view magic = as_text(h.first(4));
  const std::string_view type = as_text(h.subspan(8, 4));
  const bool first = at == 0;
  if (!first && (wave_ || magic != "RIFF" || type != "AVIX")) {
    return {errc::trailing_data, "what follows is no RIFF chunk of this file", at};
  }
  if (first) {
    large_ = magic == "RF64" || magic == "BW64";
    wave_ = type == "WAVE";
    if ((magic != "RIFF" && !large_) || (!wave_ && type != "AVI ") || (large_ && !wave_)) {
      return {errc::bad_signature, {}, at};
    }
    const std::string_view row = ctx_.chosen ? ctx_.chosen->name : std::string_view{};
    if ((row == "wav" && !wave_) || (row == "avi" && wave_))
      return {errc::type_mismatch, std::string{type}, at + 8};
  }
  const std::uint64_t size = le32(h, 4);
  std::uint64_t end = at + 8 + size;
  if (large_ || size == 0 || size >= streamed) {
    end = to_the_end;
    if (!large_) ctx_.warn("a streamed RIFF file without a size");
  } else if (size < 4) {
    return {errc::bad_length, "RIFF", at + 4};
  }
  open_[0] = {be32(h, 8), end};
  depth_ = 1;
  return {};
}

result riff_file::enter(std::string_view id, std::uint64_t size, std::uint64_t at, kind& how,
                        std::uint64_t& end) {
  if (!printable(id)) {
    // What stands behind the data of a file without a size cannot be told from a chunk any other way.
    return {whole() ? errc::trailing_data : errc::bad_structure, "what follows is no chunk", at};
  }
  how = kind::opaque;
  if (id == "LIST") {
    how = kind::list;
  } else if (wave_ && id == "data") {
    if (!format_) return {errc::bad_order, "data before fmt", at};
    if (data_) return {errc::duplicate_part, "a second data chunk", at};
    data_ = true;
    how = kind::payload;
    if (large_ && size == 0xFFFFFFFF) size = large_data_;
    if ((size == 0 || (size >= streamed && !large_)) && this->end() == to_the_end) {
      end = to_the_end;
      return {};
    }
  } else if (wave_ && id == "fmt ") {
    if (format_) return {errc::duplicate_part, "a second fmt chunk", at};
    format_ = true;
    how = kind::wave_format;
  } else if (large_ && id == "ds64") {
    how = kind::sizes;
  } else if (in_movie() || (!wave_ && id == "idx1")) {
    how = kind::payload;
  } else if (!wave_ && id == "avih") {
    if (header_) return {errc::duplicate_part, "a second avih", at};
    header_ = true;
    how = kind::avi_header;
  } else if (!wave_ && id == "strh") {
    how = kind::stream_header;
  }
  end = at + 8 + size;
  if (how == kind::list && (size == 0 || size >= streamed) && this->end() == to_the_end) end = to_the_end;
  if (how == kind::payload && wave_ && depth_ == 1 && end > this->end() && end - this->end() <= forgotten) {
    open_[0].end = end;
    ctx_.warn("the RIFF size is a few bytes too small");
  }
  if (end > this->end()) return {errc::bad_length, "'" + std::string{id} + "' reaches beyond its list", at};
  if (end != to_the_end && end - at - 8 < head_size(how))
    return {errc::bad_length, "'" + std::string{id} + "' is too short", at};
  return {};
}

result riff_file::push(std::string_view type, std::uint64_t at, std::uint64_t end) {
  if (depth_ == max_depth) return {errc::nested_too_deep, "lists within lists", at};
  open_[depth_++] = {boost::endian::load_big_u32(reinterpret_cast<const unsigned char*>(type.data())), end};
  if (type == "movi") {
    if (movie_depth_) return {errc::bad_order, "movi inside movi", at};
    if (!header_) return {errc::bad_order, "movi before avih", at};
    movi_ = true;
    movie_depth_ = depth_;
  }
  return {};
}

result riff_file::head(kind how, bytes_view b, std::uint64_t at) {
  if (how == kind::wave_format) {
    if (le16(b, 2) == 0) return {errc::bad_value, "fmt has no channels", at + 2};
    if (le32(b, 4) == 0) return {errc::bad_value, "fmt has no sample rate", at + 4};
  } else if (how == kind::avi_header) {
    const std::uint64_t w = le32(b, 32);
    const std::uint64_t h = le32(b, 36);
    if (result r = judge_pixels(ctx_, w, h, at + 32); !r.ok()) return r;
    if (w && h) {
      ctx_.found.width = w;
      ctx_.found.height = h;
    }
  } else if (how == kind::sizes) {
    const std::uint64_t riff = le64(b, 0);
    large_data_ = le64(b, 8);
    if (riff > UINT64_MAX - 8 || (riff > 0 && large_data_ > riff)) return {errc::bad_length, "ds64", at};
    if (riff) open_[0].end = riff + 8;
  }
  return {};
}

result riff_file::close() {
  if (depth_ == movie_depth_) movie_depth_ = 0;
  --depth_;
  return {};
}

result riff_file::finish(std::uint64_t at) const {
  if (wave_ && !data_) return {errc::missing_part, "there is no data chunk", at};
  if (!wave_ && !movi_) return {errc::missing_part, "there is no movi list", at};
  return {};
}

grammar riff(reader& in, context& ctx) {
  riff_file f{ctx};
  image_metadata metadata;
  for (;;) {
    while (f.depth() > 0 && in.offset() >= f.end()) {
      if (result r = f.close(); !r.ok()) co_return r;
    }
    const std::uint64_t at = in.offset();
    if (f.depth() == 0) {
      const bytes_view ahead = co_await in.peek(12);
      if (ahead.empty() && at > 0) break;
      if (ahead.size() == 1 && at % 2 == 1 && ahead[0] == std::byte{0}) {  // the pad byte of RIFF itself
        in.consume(1);
        continue;
      }
      if (at > 0 && ahead.size() < 12) co_return in.object(errc::trailing_data);
      const bytes_view head = co_await in.take(12);
      if (result r = f.begin(head, at); !r.ok()) co_return r;
      continue;
    }
    const bytes_view ahead = co_await in.peek(8);
    if (ahead.size() < 8) {
      // The end of the file, within what the header announced.
      const bool lenient =
          f.whole() && f.depth() == 1 && (f.end() == riff_file::to_the_end || f.end() - at <= 8);
      if (ahead.empty() && (lenient || (f.whole() && f.end() == riff_file::to_the_end))) {
        if (f.end() != riff_file::to_the_end) ctx.warn("the RIFF size is a few bytes too large");
        break;
      }
      if (f.whole() && f.end() != riff_file::to_the_end && f.end() - at < 8 && ahead.size() <= f.end() - at) {
        co_return in.object(errc::unclaimed_data, "a piece of a chunk");
      }
      if (f.whole() && f.end() == riff_file::to_the_end) co_return in.object(errc::trailing_data);
    }
    if (f.end() - at < 8) co_return in.object(errc::bad_length, "a list ends within a chunk");
    const bytes_view header = co_await in.take(8);
    const std::array<char, 4> name{static_cast<char>(header[0]), static_cast<char>(header[1]),
                                   static_cast<char>(header[2]), static_cast<char>(header[3])};
    const std::string_view id{name.data(), name.size()};
    ctx.part(id, at);
    riff_file::kind how{};
    std::uint64_t end = 0;
    if (result r = f.enter(id, le32(header, 4), at, how, end); !r.ok()) co_return r;
    if (how == riff_file::kind::list) {
      if (end - in.offset() < 4) co_return in.object(errc::bad_length, "LIST is too short", 4);
      const bytes_view type = co_await in.take(4);
      const bool known = f.avi() && (as_text(type) == "hdrl" || as_text(type) == "strl" ||
                                     as_text(type) == "movi" || as_text(type) == "rec ");
      if (known) {
        if (result r = f.push(as_text(type), at, end); !r.ok()) co_return r;
        continue;
      }
    }
    if (const std::size_t n = riff_file::head_size(how)) {
      const std::uint64_t where = in.offset();
      const bytes_view head = co_await in.take(n);
      if (result r = f.head(how, head, where); !r.ok()) co_return r;
    }
    if (end == riff_file::to_the_end) {
      for (;;) {
        const bytes_view window = co_await in.window();
        if (window.empty()) break;
        in.consume(window.size());
      }
      continue;
    }
    if (how != riff_file::kind::payload) {
      if (result r = metadata.claim(ctx, end - in.offset(), at); !r.ok()) co_return r;
      metadata.begin_text(in.offset(), "a chunk");
      while (in.offset() < end) {
        const bytes_view piece = co_await in.some(end - in.offset());
        if (result r = metadata.text(ctx, piece); !r.ok()) co_return r;
      }
      if (result r = metadata.end_text(ctx); !r.ok()) co_return r;
    }
    if (f.avi() && end - in.offset() >= hls_playlist.size()) {
      // A player that finds a playlist here fetches what it names (ffmpeg, CVE-2017-9993).
      const bytes_view begin = co_await in.peek(hls_playlist.size());
      const bool scan = as_text(begin).starts_with("GAB2") || as_text(begin) == hls_playlist;
      word_finder finder{hls_playlist};
      while (scan && in.offset() < end) {
        const bytes_view piece = co_await in.some(end - in.offset());
        std::size_t found = 0;
        if (!finder.feed(piece, found)) continue;
        const std::uint64_t where = in.offset() - piece.size() + found - hls_playlist.size();
        if (result r = handle(ctx, &document_rules::external_references, errc::external_reference,
                              "an HLS playlist inside AVI", where);
            !r.ok()) {
          co_return r;
        }
      }
    }
    co_await in.skip(end - in.offset());
    if ((end - at) % 2 == 1 && in.offset() < f.end()) {
      const bool pad = co_await in.more();
      if (pad) co_await in.skip(1);
    }
  }
  co_return f.finish(in.offset());
}

namespace {

match riff_type(bytes_view first, std::string_view type, bool large) {
  const std::string_view text = as_text(first);
  const std::string_view magic = text.substr(0, 4);
  const auto begins = [&](std::string_view wanted) { return wanted.substr(0, magic.size()) == magic; };
  if (!begins("RIFF") && !(large && (begins("RF64") || begins("BW64")))) return match::no;
  if (text.size() <= 8) return match::more;
  const std::string_view there = text.substr(8, 4);
  if (there != type.substr(0, there.size())) return match::no;
  return there.size() == 4 ? match::yes : match::more;
}

}  // namespace

match wav_signature(bytes_view first) { return riff_type(first, "WAVE", true); }
match avi_signature(bytes_view first) { return riff_type(first, "AVI ", false); }

}  // namespace uploadgate::formats
