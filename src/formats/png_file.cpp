#include "png_file.hpp"

#include "endian.hpp"

#include <algorithm>
#include <cstring>

namespace uploadgate::formats {

using png_rules::content;
using png_rules::rule;

result png_file::open(bytes_view head, std::uint64_t at) {
  const chunk before = kind_;
  length_ = be32(head, 0);
  std::memcpy(name_.data(), formats::at(head, 4), name_.size());
  const std::string_view name{name_.data(), name_.size()};
  kind_ = png_rules::find(name);
  content_ = at + 8;
  had_ = 0;

  if (kind_ == chunk::IDAT && before == chunk::IDAT && length_ <= png_rules::longest_chunk) return {};
  const auto is_letter = [](char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; };
  if (!std::ranges::all_of(name, is_letter)) return {errc::bad_structure, "no chunk name", at + 4};
  if (!seen(chunk::IHDR) && kind_ != chunk::IHDR) {
    if (name == "CgBI") {
      return {errc::unsupported_feature, "CgBI: Apple's private variant of PNG, which no browser shows",
              at + 4};
    }
    return {errc::bad_order, std::string{name} + " before IHDR", at + 4};
  }
  const bool critical = (name[0] & 32) == 0;
  if (kind_ == chunk::unknown && critical) {
    return {errc::bad_structure, "unknown critical chunk " + std::string{name}, at + 4};
  }
  const rule& r = png_rules::rule_of(kind_);
  if (length_ < r.shortest || length_ > r.longest) {
    return {errc::bad_length, std::string{name} + " of " + std::to_string(length_) + " bytes", at};
  }
  if (before == chunk::IDAT && kind_ != chunk::IDAT) {
    data_over_ = true;
    if (result e = end_pixels(); !e.ok()) return e;
  }
  if (before == chunk::fdAT && kind_ != chunk::fdAT && pixels_) {
    if (result e = end_pixels(); !e.ok()) return e;
  }
  if (result e = judge_place(r); !e.ok()) return e;
  seen_.set(static_cast<std::size_t>(kind_));

  if (r.holds == content::pixels) return open_pixels();
  if (r.holds == content::text || r.holds == content::metadata) {
    if (result e = meta_.claim(ctx_, length_, at); !e.ok()) return e;
    text_.begin(kind_, name, content_, meta_);
  }
  return {};
}

result png_file::judge_place(const rule& r) {
  const auto wrong = [&](std::string_view how) -> result {
    return {errc::bad_order, "chunk " + std::string{r.name} + std::string{how}, content_ - 4};
  };
  if (r.once && seen(kind_)) return {errc::duplicate_part, "chunk " + std::string{r.name}, content_ - 4};
  const bool after_data = seen(chunk::IDAT);
  switch (r.where) {
    case rule::place::before_palette:
      // Old software writes sRGB behind PLTE, and every decoder lets it pass.
      if (seen(chunk::PLTE)) ctx_.warn("chunk " + std::string{r.name} + " after PLTE");
      [[fallthrough]];
    case rule::place::after_palette:
    case rule::place::before_data:
      if (after_data) return wrong(" after IDAT");
      break;
    case rule::place::first:
    case rule::place::anywhere:
    case rule::place::last:
      break;
  }
  if (kind_ == chunk::PLTE) {
    for (const chunk c : {chunk::bKGD, chunk::hIST, chunk::tRNS}) {
      if (seen(c)) return wrong(" after " + std::string{png_rules::rule_of(c).name});
    }
  }
  if ((kind_ == chunk::hIST || kind_ == chunk::tRNS || kind_ == chunk::bKGD) && header_.has_palette() &&
      !seen(chunk::PLTE)) {
    return wrong(" before PLTE");
  }
  if (kind_ == chunk::IEND) return judge_end();
  return {};
}

result png_file::open_pixels() {
  if (kind_ == chunk::IDAT) {
    if (data_over_) return {errc::bad_order, "IDAT chunks are not together", content_ - 4};
    if (header_.has_palette() && palette_ == 0)
      return {errc::missing_part, "no PLTE before IDAT", content_ - 4};
    frame_open_ = false;
    pixels_.emplace(png_rows{header_, header_.width, header_.height}, ctx_.manner.depth == depth::deep);
    return {};
  }
  if (frames_ == 0 || !seen(chunk::IDAT)) return {errc::bad_order, "fdAT before its fcTL", content_ - 4};
  if (frame_open_) {
    pixels_.emplace(png_rows{header_, frame_width_, frame_height_}, ctx_.manner.depth == depth::deep);
    frame_open_ = false;
  } else if (!pixels_) {
    return {errc::bad_order, "fdAT without an fcTL of its own", content_ - 4};
  }
  return {};
}

// Called at the first chunk that is not of the image's data any more.
result png_file::end_pixels() {
  result r = pixels_->finish(content_ - 8);
  pixels_.reset();
  return r;
}

result png_file::data(bytes_view piece) {
  const std::uint64_t at = content_ + had_;
  had_ += piece.size();
  if (kind_ == chunk::IDAT) return pixels_->feed(piece, at);
  switch (png_rules::rule_of(kind_).holds) {
    case content::fixed:
      std::ranges::copy(piece, fixed_.begin() + static_cast<std::ptrdiff_t>(at - content_));
      return {};
    case content::text:
    case content::metadata:
      return text_.feed(ctx_, meta_, piece);
    case content::pixels:
      break;
  }
  // fdAT: four bytes of sequence number, then pixels.
  std::size_t used = 0;
  for (; used < piece.size() && at + used < content_ + 4; ++used) fixed_[at + used - content_] = piece[used];
  if (used > 0 && at + used == content_ + 4) {
    if (result r = sequence(be32(bytes_view{fixed_}, 0), content_); !r.ok()) return r;
  }
  piece = piece.subspan(used);
  return piece.empty() ? result{} : pixels_->feed(piece, at + used);
}

result png_file::close() {
  switch (png_rules::rule_of(kind_).holds) {
    case content::fixed:
      return close_fixed();
    case content::text:
    case content::metadata:
      return text_.finish(ctx_, meta_);
    case content::pixels:
      break;
  }
  return {};
}

result png_file::close_fixed() {
  const bytes_view all = bytes_view{fixed_}.first(length_);
  if (kind_ == chunk::IHDR) {
    if (result r = png_rules::read_header(all, content_, header_); !r.ok()) return r;
    return count_frame(ctx_, header_.width, header_.height, content_);
  }
  if (result r = png_rules::judge_fixed(kind_, all, content_, header_, palette_); !r.ok()) return r;
  switch (kind_) {
    case chunk::PLTE:
      palette_ = length_ / 3;
      return meta_.whole_text(ctx_, all, content_, "PLTE");
    case chunk::acTL:
      return read_animation(all);
    case chunk::fcTL:
      return read_frame(all);
    default:
      return {};
  }
}

result png_file::read_animation(bytes_view all) {
  frames_promised_ = be32(all, 0);
  if (frames_promised_ == 0 || frames_promised_ > png_rules::longest_chunk) {
    return {errc::bad_value, "acTL: number of frames", content_};
  }
  const auto promised = [&](std::uint64_t) { return "acTL promises " + std::to_string(frames_promised_); };
  return within(ctx_, frames_promised_, &image_limits::max_frames, errc::too_many_frames, promised, content_);
}

result png_file::sequence(std::uint32_t number, std::uint64_t at) {
  if (number != sequence_) {
    return {
        errc::bad_order,
        "sequence number " + std::to_string(number) + " where " + std::to_string(sequence_) + " must stand",
        at};
  }
  ++sequence_;
  return {};
}

result png_file::read_frame(bytes_view all) {
  if (frames_promised_ == 0) return {errc::missing_part, "fcTL without acTL", content_ - 4};
  if (frame_open_) return {errc::missing_part, "a frame without data", content_ - 4};
  if (result r = sequence(be32(all, 0), content_); !r.ok()) return r;
  if (++frames_ > frames_promised_) {
    return {errc::bad_structure, "more frames than acTL promises", content_ - 4};
  }
  const std::uint64_t width = be32(all, 4);
  const std::uint64_t height = be32(all, 8);
  const std::uint64_t x = be32(all, 12);
  const std::uint64_t y = be32(all, 16);
  if (width == 0 || height == 0) return {errc::zero_pixels, "fcTL", content_ + 4};
  const bool inside = x + width <= header_.width && y + height <= header_.height;
  const bool is_default = !seen(chunk::IDAT);
  const bool whole = x == 0 && y == 0 && width == header_.width && height == header_.height;
  if (!inside || (is_default && !whole))
    return {errc::bad_value, "fcTL: frame outside the image", content_ + 4};
  if (u8(all, 24) > 2) return {errc::bad_value, "fcTL: dispose operation", content_ + 24};
  if (u8(all, 25) > 1) return {errc::bad_value, "fcTL: blend operation", content_ + 25};
  frame_width_ = static_cast<std::uint32_t>(width);
  frame_height_ = static_cast<std::uint32_t>(height);
  frame_open_ = true;
  // The default image is counted already, by IHDR.
  return is_default ? result{} : count_frame(ctx_, width, height, content_ + 4);
}

result png_file::judge_end() {
  if (!seen(chunk::IDAT)) return {errc::missing_part, "no IDAT", content_ - 4};
  if (frame_open_) return {errc::missing_part, "a frame without data", content_ - 4};
  if (frames_ != frames_promised_)
    return {errc::missing_part, "fewer frames than acTL promises", content_ - 4};
  return {};
}

}  // namespace uploadgate::formats
