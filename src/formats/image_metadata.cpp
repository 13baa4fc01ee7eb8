#include "image_metadata.hpp"

#include <algorithm>
#include <limits>

namespace uploadgate::formats {

result image_metadata::claim(context& ctx, std::uint64_t n, std::uint64_t offset) {
  const std::uint64_t all = n > std::numeric_limits<std::uint64_t>::max() - stored_
                                ? std::numeric_limits<std::uint64_t>::max()
                                : stored_ + n;
  result r = within(ctx, all, &image_limits::max_metadata, errc::metadata_too_large, over_bytes, offset);
  if (r.ok()) stored_ = all;
  return r;
}

result image_metadata::unpacked_text(context& ctx, bytes_view piece) {
  const auto unpacks = [](std::uint64_t most) { return "unpacks to " + over_bytes(most); };
  for (;;) {
    const std::uint64_t room = ctx.least(limit{&image_limits::max_unpacked_metadata}) - unpacked_;
    const bytes_view fitting = piece.first(std::min<std::uint64_t>(piece.size(), room));
    if (result r = text(ctx, fitting); !r.ok()) return r;
    unpacked_ += fitting.size();
    piece = piece.subspan(fitting.size());
    if (piece.empty()) return {};
    result r = within(ctx, unpacked_ + 1, &image_limits::max_unpacked_metadata, errc::metadata_too_large,
                      unpacks, fixed_offset_);
    if (!r.ok()) return r;
  }
}

result image_metadata::stored_text(context& ctx, bytes_view piece, std::uint64_t start) {
  for (;;) {
    const std::uint64_t room = ctx.least(limit{&image_limits::max_metadata}) - stored_;
    const bytes_view fitting = piece.first(std::min<std::uint64_t>(piece.size(), room));
    if (result r = text(ctx, fitting); !r.ok()) return r;
    stored_ += fitting.size();
    piece = piece.subspan(fitting.size());
    if (piece.empty()) return {};
    result r =
        within(ctx, stored_ + 1, &image_limits::max_metadata, errc::metadata_too_large, over_bytes, start);
    if (!r.ok()) return r;
  }
}

void image_metadata::begin_text(std::uint64_t offset, std::string_view where) {
  scanner_.begin(offset);
  wide_.begin(offset);
  where_ = where;
  fixed_ = false;
  told_ = false;
}

void image_metadata::begin_unpacked_text(std::uint64_t offset, std::string_view where) {
  begin_text(0, where);
  fixed_ = true;
  fixed_offset_ = offset;
}

result image_metadata::text(context& ctx, bytes_view piece) {
  if (told_ || !ctx.minds(&image_limits::payload_text)) return {};
  wide_.feed(piece);
  return answer(ctx, scanner_.feed(piece));
}

// What UTF-16 holds is told only now, so that which of two is found does not depend on the chunks.
result image_metadata::end_text(context& ctx) {
  if (told_ || !ctx.minds(&image_limits::payload_text)) return {};
  if (result r = answer(ctx, scanner_.finish()); !r.ok() || told_) return r;
  return answer(ctx, wide_.finish());
}

result image_metadata::whole_text(context& ctx, bytes_view all, std::uint64_t offset,
                                  std::string_view where) {
  begin_text(offset, where);
  if (result r = text(ctx, all); !r.ok()) return r;
  return end_text(ctx);
}

result image_metadata::answer(context& ctx, const std::optional<payload_text::hit>& hit) {
  if (!hit) return {};
  told_ = true;
  return handle(ctx, &image_limits::payload_text, errc::payload_text,
                std::string{hit->what} + " in " + std::string{where_}, fixed_ ? fixed_offset_ : hit->offset);
}

}  // namespace uploadgate::formats
