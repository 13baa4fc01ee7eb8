#include "packed.hpp"

#include "crc32.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

// What must be inside, by the extension: an SVG in a .svgz, a tar in a .tgz.
const format* wanted_inside(const context& ctx) {
  if (!ctx.chosen) return nullptr;
  if (ctx.chosen->name == "svgz") return find_extension("svg");
  return ctx.chosen->name.starts_with("tar.") ? find_extension("tar") : nullptr;
}

}  // namespace

packed::packed(context& ctx, unpacker::method m)
    : ctx_{&ctx},
      budget_{ctx},
      unpacker_{m, ctx.manner.max_window},
      content_{ctx, budget_.before_nested(0), contained::place::stream, wanted_inside(ctx)},
      checked_{m == unpacker::method::deflate} {}

result packed::state_at(std::uint64_t offset) const {
  switch (unpacker_.state()) {
    case unpacker::status::corrupt:
      return {errc::corrupt_data, {}, offset};
    case unpacker::status::too_large:
      return {errc::budget_exhausted,
              "unpacking it takes " + over_bytes(ctx_->manner.max_window) + " of history", offset};
    case unpacker::status::unsupported:
      return {errc::unsupported_feature, "a dictionary, filter or check that is not known", offset};
    case unpacker::status::more:
    case unpacker::status::done:
      break;
  }
  return {};
}

result packed::came_out(bytes_view piece, std::uint64_t offset) {
  for (;;) {
    const bytes_view allowed = piece.first(std::min<std::size_t>(piece.size(), budget_.room(offset)));
    budget_.charge(allowed.size());
    size_ += allowed.size();
    if (checked_) crc32_ = formats::crc32(crc32_, allowed);
    if (result r = content_.feed(allowed, {.begin = unpack_budget::step_of(offset)}); !r.ok()) return r;
    piece = piece.subspan(allowed.size());
    if (piece.empty()) return {};
    if (result r = budget_.exceeded(offset, unpack_budget::step_of(offset)); !r.ok()) return r;
  }
}

result packed::read(reader& in, bytes_view window) {
  if (window.empty()) return in.object(errc::truncated);
  const std::uint64_t offset = in.offset();
  const std::uint64_t at = unpack_budget::step_of(offset);
  const bytes_view given =
      window.first(std::min<std::size_t>(window.size(), unpack_budget::left_of_step(offset)));
  bytes_view left = given;
  for (;;) {
    const bytes_view piece = unpacker_.unpack(left);
    if (piece.empty()) break;
    if (result r = came_out(piece, offset); !r.ok()) return r;
    if (left.empty() && piece.size() < unpacker::piece) break;  // nothing is left inside the decoder
  }
  const bool stuck = more() && left.size() == given.size();
  in.consume(given.size() - left.size());
  return stuck ? result{errc::corrupt_data, "the decoder makes no progress", at} : state_at(at);
}

void packed::next() {
  unpacker_.reset();
  size_ = 0;
  crc32_ = 0;
}

result packed::finish(std::uint64_t offset) {
  if (result r = content_.finish({.begin = offset}); !r.ok()) return r;
  budget_.charge_nested(content_.unpacked());
  ctx_->found.unpacked_size = budget_.unpacked();
  if (const facts* inside = content_.found(); inside && content_.chosen()->archive) {
    ctx_->found.entries = inside->entries;
  }
  return {};
}

}  // namespace uploadgate::formats
