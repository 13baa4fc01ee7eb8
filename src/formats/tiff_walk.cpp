#include "tiff_walk.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace uploadgate::formats {
namespace {

constexpr std::size_t max_wanted = 512;
constexpr std::size_t max_shared = 256;
constexpr std::size_t max_directories = 8192;
constexpr std::size_t max_open = 64;
// Offsets or lengths that are kept until their partners come: 128 KiB.
constexpr std::size_t max_stored = 16'384;
// Two of these would let two readers see two images; other tags software writes twice.
constexpr std::array decisive{tiff_tag::width,
                              tiff_tag::height,
                              tiff_tag::bits_per_sample,
                              tiff_tag::compression,
                              tiff_tag::strip_offsets,
                              tiff_tag::samples_per_pixel,
                              tiff_tag::rows_per_strip,
                              tiff_tag::strip_bytes,
                              tiff_tag::planes,
                              tiff_tag::tile_width,
                              tiff_tag::tile_height,
                              tiff_tag::tile_offsets,
                              tiff_tag::tile_bytes,
                              tiff_tag::sub_directories,
                              tiff_tag::jpeg_at,
                              tiff_tag::jpeg_bytes,
                              tiff_tag::exif,
                              tiff_tag::gps,
                              tiff_tag::interoperability};

}  // namespace

void tiff_walk::begin(std::uint64_t header_bytes, std::uint64_t first_directory) {
  parts_.add(0, header_bytes);
  want({first_directory, 0, kind::directory, 0, 0});
}

void tiff_walk::want(const item& i) {
  if (i.what == kind::branch) {
    // A branch may be reached by the array and by the chain of branches.
    const auto first = std::ranges::lower_bound(wanted_, i.at, std::ranges::greater{}, &item::at);
    const auto last = std::ranges::upper_bound(wanted_, i.at, std::ranges::greater{}, &item::at);
    if (std::any_of(first, last, [](const item& w) { return w.what == kind::branch; })) return;
    if (std::ranges::binary_search(directories_, i.at)) return;
  }
  if (wanted_.size() == max_wanted) return lose("it leads to too many places at once");
  const auto place = std::ranges::upper_bound(wanted_, i.at, std::ranges::greater{}, &item::at);
  wanted_.insert(place, i);
}

std::optional<tiff_walk::item> tiff_walk::next() {
  if (wanted_.empty()) return std::nullopt;
  const item i = wanted_.back();
  wanted_.pop_back();
  return i;
}

result tiff_walk::claim(byte_ranges& into, std::uint64_t at, std::uint64_t bytes) {
  if (bytes > byte_ranges::none - 1 - at) return {errc::bad_length, "a part leads too far", at};
  if (pixels_.touches(at, at + bytes) || parts_.touches(at, at + bytes)) {
    return {errc::overlap, "two parts share bytes", at};
  }
  if (!into.add(at, at + bytes)) lose("its parts are scattered over too many places");
  return {};
}

result tiff_walk::claim_text(std::uint64_t at, std::uint64_t bytes) {
  if (result r = metadata_.claim(ctx_, bytes, at); !r.ok()) return r;
  return claim(parts_, at, bytes);
}

std::uint64_t tiff_walk::directory_bytes(bytes_view count) const {
  const std::uint64_t n = layout_.number(count, 0, layout_.count_bytes());
  const std::uint64_t around = layout_.count_bytes() + layout_.offset_bytes();
  if (n > (reader::max_take - around) / layout_.entry_bytes()) return 0;
  return around + n * layout_.entry_bytes();
}

result tiff_walk::directory(bytes_view bytes, const item& which) {
  if (result r = claim(parts_, which.at, bytes.size()); !r.ok()) return r;
  directories_.insert(std::ranges::upper_bound(directories_, which.at), which.at);
  result r = within(ctx_, directories_.size() / 2, &image_limits::max_frames, errc::too_many_frames,
                    "too many directories", which.at);
  if (!r.ok()) return r;
  if (directories_.size() > max_directories) {
    return {errc::too_many_frames, "too many directories", which.at};
  }
  const bool shows = which.what != kind::attachment;
  tiff_image image;
  image.directory_at = which.at;
  const std::size_t width = layout_.entry_bytes();
  const bytes_view entries =
      bytes.subspan(layout_.count_bytes(), bytes.size() - layout_.count_bytes() - layout_.offset_bytes());
  if (entries.empty()) return {errc::missing_part, "a directory without entries", which.at};
  // The fields that say what is where come first, since the places of the others depend on them.
  const auto number = static_cast<std::uint32_t>(directories_.size());
  tiff_image& kept = open_.emplace(number, std::move(image)).first->second;
  if (result r = old_jpeg(kept, entries, which.at + layout_.count_bytes()); !r.ok()) return r;
  std::optional<tiff_tag> last;
  std::array<bool, decisive.size()> seen{};
  for (std::size_t i = 0; i < entries.size(); i += width) {
    const std::uint64_t at = which.at + layout_.count_bytes() + i;
    const bytes_view raw = entries.subspan(i, width);
    tiff_entry e;
    if (result r = read_entry(layout_, raw, at, e); !r.ok()) return r;
    const auto place = static_cast<std::size_t>(std::ranges::find(decisive, e.tag) - decisive.begin());
    if (place < decisive.size() && seen[place]) return {errc::duplicate_part, "a tag stands twice", at};
    if (place < decisive.size()) seen[place] = true;
    if (last && e.tag < *last) ctx_.warn("the tags of a directory are not in order");
    last = e.tag;
    const bytes_view within =
        e.within ? raw.subspan(4 + layout_.offset_bytes(), static_cast<std::size_t>(e.bytes)) : bytes_view{};
    if (result r = entry(kept, e, within); !r.ok()) return r;
  }
  if (shows) {
    if (kept.width == 0 || kept.height == 0)
      return {errc::zero_pixels, "a directory without a size", which.at};
    if (result r = count_frame(ctx_, kept.width, kept.height, which.at); !r.ok()) return r;
    const std::uint64_t following = layout_.offset(bytes, bytes.size() - layout_.offset_bytes());
    if (following != 0) want({following, 0, which.what, 0, 0});
    if (result r = kept.judge_counts(); !r.ok()) return r;
    if (kept.compression == 6 && kept.offsets_count > 0 && kept.jpeg_bytes == 0) {
      lose("it holds an old-style JPEG");
    }
  }
  if (kept.awaited == 0) {
    result r = close(kept);
    open_.erase(number);
    return r;
  }
  if (open_.size() > max_open) lose("too many of its directories stand before their values");
  return {};
}

// TIFF 6.0, section 22: strips may point into the JPEG that stands whole in the file, so it is claimed first.
result tiff_walk::old_jpeg(tiff_image& image, bytes_view entries, std::uint64_t at) {
  for (std::size_t i = 0; i < entries.size(); i += layout_.entry_bytes()) {
    tiff_entry e;
    if (result r = read_entry(layout_, entries.subspan(i, layout_.entry_bytes()), at + i, e); !r.ok())
      return r;
    if (e.tag == tiff_tag::compression) image.compression = e.value;
    if (e.tag == tiff_tag::jpeg_at) image.jpeg_at = e.value;
    if (e.tag == tiff_tag::jpeg_bytes) image.jpeg_bytes = e.value;
  }
  return image.jpeg_bytes > 0 ? claim(pixels_, image.jpeg_at, image.jpeg_bytes) : result{};
}

result tiff_walk::entry(tiff_image& image, const tiff_entry& e, bytes_view within) {
  switch (e.tag) {
    case tiff_tag::width:
      image.width = e.value;
      break;
    case tiff_tag::height:
      image.height = e.value;
      break;
    case tiff_tag::samples_per_pixel:
      image.samples = std::max<std::uint64_t>(e.value, 1);
      break;
    case tiff_tag::rows_per_strip:
      image.rows_per_strip = e.value;
      break;
    case tiff_tag::planes:
      image.separate_planes = e.value == 2;
      break;
    case tiff_tag::tile_width:
      image.tile_width = e.value;
      break;
    case tiff_tag::tile_height:
      image.tile_height = e.value;
      break;
    case tiff_tag::compression:
    case tiff_tag::jpeg_at:
    case tiff_tag::jpeg_bytes:
      break;  // read by old_jpeg()
    case tiff_tag::bits_per_sample:
      image.bits = 0;
      image.bits_count = e.count;
      return follow(image, e, within, kind::bits);
    case tiff_tag::strip_offsets:
    case tiff_tag::tile_offsets:
      image.offsets_count = e.count;
      return follow(image, e, within, kind::offsets);
    case tiff_tag::strip_bytes:
    case tiff_tag::tile_bytes:
      image.bytes_count = e.count;
      return follow(image, e, within, kind::lengths);
    case tiff_tag::sub_directories:
      return follow(image, e, within, kind::directories);
    case tiff_tag::exif:
    case tiff_tag::gps:
    case tiff_tag::interoperability:
      if (!e.within || e.count != 1) return {errc::bad_value, "more than one directory", image.directory_at};
      want({e.value, 0, kind::attachment, 0, 0});
      break;
    default:
      if (!e.within) return follow(image, e, within, kind::text);
  }
  return {};
}

result tiff_walk::follow(tiff_image& image, const tiff_entry& e, bytes_view within, kind what) {
  const item i{e.value, e.bytes, what, e.width, static_cast<std::uint32_t>(directories_.size())};
  if (what == kind::bits) image.bits_known = e.within;
  if (e.within) return values(within, i);
  if (what == kind::text || what == kind::bits) {
    const auto same = [&](const byte_ranges::range& t) {
      return t.begin == e.value && t.end == e.value + e.bytes;
    };
    if (std::ranges::any_of(texts_, same)) return {};
    if (texts_.size() < max_shared) texts_.push_back({e.value, e.value + e.bytes});
    if (result r = claim_text(e.value, e.bytes); !r.ok()) return r;
  } else if (result r = claim(parts_, e.value, e.bytes); !r.ok()) {
    return r;
  }
  if (what == kind::offsets || what == kind::lengths) {
    if (e.count > max_stored) lose("it has too many strips or tiles");
  }
  if (what == kind::directories && e.count > max_wanted) lose("it has too many directories");
  if (what != kind::text) ++image.awaited;
  want(i);
  return {};
}

result tiff_walk::values(bytes_view bytes, const item& which) {
  const auto open = open_.find(which.owner);
  if (open == open_.end()) return {};
  tiff_image& image = open->second;
  for (std::size_t i = 0; i + which.width <= bytes.size(); i += which.width) {
    const std::uint64_t value = layout_.number(bytes, i, which.width);
    tiff_image::piece piece{};
    if (which.what == kind::bits) {
      image.bits += value;
      image.bits_known = true;
    } else if (which.what == kind::directories) {
      want({value, 0, kind::branch, 0, 0});
    } else if (image.add(which.what == kind::offsets, value, stored_, piece) && piece.bytes > 0) {
      // A tile without bytes is one that GDAL left out.
      if (image.in_old_jpeg(piece)) continue;
      if (result r = claim(pixels_, piece.at, piece.bytes); !r.ok()) return r;
    }
  }
  if (stored_ > max_stored) lose("it has too many strips or tiles");
  return {};
}

result tiff_walk::end_values(const item& which) {
  const auto open = open_.find(which.owner);
  if (open == open_.end() || --open->second.awaited > 0) return {};
  result r = close(open->second);
  open_.erase(open);
  return r;
}

result tiff_walk::close(tiff_image& image) {
  if (image.bits_count == 0) image.bits = image.samples;  // one bit each: TIFF 6.0, BitsPerSample
  if (image.bits_count != 0 && image.bits_count != image.samples) image.bits_known = false;
  if (image.offsets_count > 0 && image.bytes_count == 0) {
    lose("it does not say how long its strips are");
    return {};
  }
  return image.judge_bytes();
}

}  // namespace uploadgate::formats
