#include "image_metadata.hpp"

#include <algorithm>

namespace uploadgate::formats {

result image_metadata::claim(context& ctx, std::uint64_t n, std::uint64_t offset) {
  const std::uint64_t most = ctx.limits.image.max_metadata;
  if (n > most || stored_ > most - n) {
    return {errc::metadata_too_large, "over " + std::to_string(most) + " bytes", offset};
  }
  stored_ += n;
  return {};
}

result image_metadata::unpacked_text(context& ctx, bytes_view piece) {
  const std::uint64_t most = ctx.limits.image.max_unpacked_metadata;
  const bytes_view fitting = piece.first(std::min<std::uint64_t>(piece.size(), most - unpacked_));
  unpacked_ += fitting.size();
  if (result r = text(ctx, fitting); !r.ok()) return r;
  if (fitting.size() == piece.size()) return {};
  return {errc::metadata_too_large, "unpacks to over " + std::to_string(most) + " bytes", fixed_offset_};
}

result image_metadata::stored_text(context& ctx, bytes_view piece, std::uint64_t start) {
  const std::uint64_t room = ctx.limits.image.max_metadata - stored_;
  const bytes_view fitting = piece.first(std::min<std::uint64_t>(piece.size(), room));
  if (result r = text(ctx, fitting); !r.ok()) return r;
  stored_ += fitting.size();
  return claim(ctx, piece.size() - fitting.size(), start);
}

void image_metadata::begin_text(std::uint64_t offset, std::string_view where) {
  scanner_.begin(offset);
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
  if (told_ || ctx.limits.image.payload_text == handling::allow) return {};
  return answer(ctx, scanner_.feed(piece));
}

result image_metadata::end_text(context& ctx) {
  if (told_ || ctx.limits.image.payload_text == handling::allow) return {};
  return answer(ctx, scanner_.finish());
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
  return handle(ctx, ctx.limits.image.payload_text, errc::payload_text,
                std::string{hit->what} + " in " + std::string{where_}, fixed_ ? fixed_offset_ : hit->offset);
}

}  // namespace uploadgate::formats
