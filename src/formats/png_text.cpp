#include "png_text.hpp"

namespace uploadgate::formats {

using png_rules::chunk;

namespace {

constexpr std::uint64_t longest_keyword = 79;  // section 11.3.3.1

}  // namespace

void png_text::begin(chunk kind, std::string_view name, std::uint64_t offset, image_metadata& meta) {
  kind_ = kind;
  name_ = name;
  start_ = offset;
  seen_ = 0;
  keyword_ = 0;
  packed_ = kind == chunk::zTXt || kind == chunk::iCCP;
  part_ = png_rules::rule_of(kind).holds == png_rules::content::text ? part::keyword : part::plain;
  inflater_.reset();
  meta.begin_text(offset, name_);
}

result png_text::feed(context& ctx, image_metadata& meta, bytes_view piece) {
  std::uint64_t at = start_ + seen_;
  seen_ += piece.size();
  if (part_ != part::packed) {
    std::size_t i = 0;
    result wrong;
    while (i < piece.size() && part_ != part::plain && part_ != part::packed && wrong.ok()) {
      wrong = head(static_cast<char>(piece[i]), at + i);
      ++i;
    }
    const std::size_t looked = !wrong.ok() ? i - 1 : part_ == part::packed ? i : piece.size();
    if (result r = meta.text(ctx, piece.first(looked)); !r.ok()) return r;
    if (!wrong.ok()) return wrong;
    if (part_ != part::packed) return {};
    if (result r = meta.end_text(ctx); !r.ok()) return r;
    meta.begin_unpacked_text(start_, name_);
    inflater_.emplace(inflater::wrapping::zlib);
    piece = piece.subspan(i);
    at += i;
  }
  return unpack(ctx, meta, piece, at);
}

result png_text::head(char c, std::uint64_t at) {
  switch (part_) {
    case part::keyword:
      if (c != 0) {
        if (++keyword_ > longest_keyword) return {errc::bad_length, name_ + ": keyword over 79 bytes", at};
        return {};
      }
      if (keyword_ == 0) return {errc::bad_value, name_ + ": no keyword", at};
      part_ = kind_ == chunk::iTXt   ? part::flag
              : kind_ == chunk::sPLT ? part::depth
              : packed_              ? part::method
                                     : part::plain;
      return {};
    case part::flag:
      if (c != 0 && c != 1) return {errc::bad_value, name_ + ": compression flag", at};
      packed_ = c == 1;
      part_ = part::method;
      return {};
    case part::method:
      // Where nothing is packed the method is not used (section 11.3.3.4), so it may be any.
      if (c != 0 && packed_) return {errc::bad_value, name_ + ": compression method", at};
      part_ = kind_ == chunk::iTXt ? part::language : part::packed;
      return {};
    case part::language:
      if (c == 0) part_ = part::translated;
      return {};
    case part::translated:
      if (c == 0) part_ = packed_ ? part::packed : part::plain;
      return {};
    case part::depth:
      if (c != 8 && c != 16) return {errc::bad_value, name_ + ": sample depth", at};
      part_ = part::plain;
      return {};
    case part::plain:
    case part::packed:
      break;
  }
  return {};
}

result png_text::unpack(context& ctx, image_metadata& meta, bytes_view piece, std::uint64_t at) {
  const bytes_view all = piece;
  for (;;) {
    const bytes_view out = inflater_->unpack(piece);
    if (out.empty()) break;
    if (result r = meta.unpacked_text(ctx, out); !r.ok()) return r;
  }
  if (inflater_->state() == inflater::status::corrupt) return {errc::corrupt_data, name_ + ": zlib", start_};
  if (inflater_->state() == inflater::status::done && !piece.empty()) {
    return {errc::unclaimed_data, name_ + ": bytes behind the zlib stream", at + (all.size() - piece.size())};
  }
  return {};
}

result png_text::finish(context& ctx, image_metadata& meta) {
  if (part_ == part::packed) {
    const bool done = inflater_ && inflater_->state() == inflater::status::done;
    inflater_.reset();
    if (!done) return {errc::corrupt_data, name_ + ": the zlib stream does not end", start_};
  } else if (part_ != part::plain) {
    return {errc::bad_length, name_ + ": ends within its head", start_ + seen_};
  }
  return meta.end_text(ctx);
}

}  // namespace uploadgate::formats
