#include "jpeg_apps.hpp"

#include "endian.hpp"
#include "jpeg_marker.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

// CIPA DC-007: the tags of the multi-picture format.
constexpr std::uint16_t number_of_images = 0xB001;
constexpr unsigned most_images = 64;  // of one MPF; phones write two to four
constexpr std::string_view xmp_name{"http://ns.adobe.com/xap/1.0/\0", 29};

}  // namespace

void phrase::feed(bytes_view piece) {
  for (const char c : as_text(piece)) {
    // On a mismatch, go on with the longest beginning that ends here.
    while (matched_ > 0 && text_[matched_] != c) {
      std::size_t shorter = matched_ - 1;
      while (shorter > 0 && text_.substr(0, shorter) != text_.substr(matched_ - shorter, shorter)) --shorter;
      matched_ = shorter;
    }
    if (text_[matched_] == c) ++matched_;
    if (matched_ == text_.size()) {
      ++count_;
      matched_ = 0;
    }
  }
}

result jpeg_apps::begin(context& ctx, std::uint8_t marker, std::uint64_t n, std::uint64_t offset) {
  marker_ = marker;
  kind_ = kind::other;
  offset_ = offset;
  length_ = n;
  had_ = 0;
  std::string name = jpeg_marker::name(marker);
  name.resize(name_.size(), '\0');
  std::ranges::copy(name, name_.begin());
  meta_.begin_text(offset, name_.data());
  for (phrase& p : phrases_) p.restart();
  return meta_.claim(ctx, n, offset);
}

jpeg_apps::kind jpeg_apps::identify() const {
  const std::string_view head = as_text(bytes_view{head_}.first(had_));
  using namespace std::string_view_literals;
  if (marker_ == jpeg_marker::app0 && head.starts_with("JFIF\0"sv)) return kind::jfif;
  if (marker_ == jpeg_marker::app0 + 1 && head.starts_with("Exif\0"sv)) return kind::exif;
  if (marker_ == jpeg_marker::app0 + 1 && head.starts_with(xmp_name)) return kind::xmp;
  if (marker_ == jpeg_marker::app0 + 2 && head.starts_with("MPF\0"sv)) return kind::mpf;
  return kind::other;
}

// The marker, and what the segment calls itself.
std::string jpeg_apps::part_name() const {
  constexpr std::size_t longest = 32;
  const std::string marker = jpeg_marker::name(marker_);
  if (marker_ == jpeg_marker::com) return marker;
  if (identify() == kind::xmp) return marker + " XMP";
  const std::string_view head = as_text(bytes_view{head_}.first(had_)).substr(0, longest);
  const std::string_view own{head.begin(),
                             std::ranges::find_if(head, [](char c) { return c < ' ' || c > '~'; })};
  return own.empty() ? marker : marker + " " + std::string{own};
}

result jpeg_apps::feed(context& ctx, bytes_view piece) {
  const bytes_view kept = piece.first(std::min(piece.size(), head_.size() - had_));
  std::ranges::copy(kept, head_.begin() + static_cast<std::ptrdiff_t>(had_));
  had_ += kept.size();
  if (marker_ == jpeg_marker::app0 + 1) {
    for (phrase& p : phrases_) p.feed(piece);
  }
  return meta_.text(ctx, piece);
}

result jpeg_apps::finish(context& ctx) {
  if (result r = meta_.end_text(ctx); !r.ok()) return r;
  const bytes_view head = bytes_view{head_}.first(had_);
  if (ctx.parts) ctx.parts->name(part_name());
  switch (identify()) {
    case kind::jfif:
      return judge_jfif(head);
    case kind::exif:
      return judge_exif(head);
    case kind::mpf:
      read_mpf(head);
      return {};
    case kind::xmp:
    case kind::other:
      break;
  }
  return {};
}

result jpeg_apps::judge_jfif(bytes_view head) const {  // JFIF 1.02
  if (head.size() < 14) return {errc::bad_length, "JFIF", offset_};
  if (u8(head, 7) > 2) return {errc::bad_value, "JFIF: unit", offset_ + 7};
  const std::uint64_t thumbnail = 3ULL * u8(head, 12) * u8(head, 13);
  if (length_ != 14 + thumbnail) return {errc::bad_length, "JFIF: thumbnail", offset_ + 12};
  return {};
}

result jpeg_apps::judge_exif(bytes_view head) const {  // CIPA DC-008, section 4.5: a TIFF header
  const std::string_view tiff = as_text(head).substr(std::min<std::size_t>(6, head.size()));
  using namespace std::string_view_literals;
  if (!tiff.starts_with("II*\0"sv) && !tiff.starts_with("MM\0*"sv)) {
    return {errc::bad_structure, "Exif without a TIFF header", offset_ + 6};
  }
  if (tiff.size() < 8) return {errc::bad_length, "Exif", offset_ + 6};
  const bytes_view t = as_bytes(tiff);
  const std::uint32_t first = tiff[0] == 'I' ? le32(t, 4) : be32(t, 4);
  if (first < 8 || first > length_ - 6) return {errc::bad_value, "Exif: no directory", offset_ + 10};
  return {};
}

// What cannot be read announces nothing, so what follows is refused.
void jpeg_apps::read_mpf(bytes_view head) {
  const bytes_view t = head.subspan(4);
  if (t.size() < 10) return;
  const bool little = u8(t, 0) == 'I';
  const auto u16_at = [&](std::size_t i) { return little ? le16(t, i) : be16(t, i); };
  const auto u32_at = [&](std::size_t i) { return little ? le32(t, i) : be32(t, i); };
  const std::uint32_t directory = u32_at(4);
  if (u16_at(2) != 42 || directory > t.size() - 2) return;
  const std::size_t entries = u16_at(directory);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + 12 * i;
    if (at + 12 > t.size()) return;
    if (u16_at(at) == number_of_images) mpf_images_ = std::min<std::uint32_t>(u32_at(at + 8), most_images);
  }
}

unsigned jpeg_apps::more_images() const {
  const unsigned xmp = phrases_[0].count() + phrases_[1].count();
  const unsigned most = std::max(mpf_images_, std::min(xmp, most_images));
  return most > 0 ? most - 1 : 0;
}

bool jpeg_apps::video() const {
  return phrases_[2].count() > 0 || phrases_[3].count() > 0 || phrases_[4].count() > 0;
}

}  // namespace uploadgate::formats
