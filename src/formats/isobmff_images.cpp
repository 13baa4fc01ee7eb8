// What the items of a HEIF or AVIF file make together: sizes, grids, places.
#include "isobmff_box.hpp"
#include "isobmff_items.hpp"

namespace uploadgate::formats::isobmff {
namespace {

constexpr std::uint64_t slack = 4096;  // unclaimed payload up to this is a warning
constexpr std::size_t grid_small = 8;  // 23008-12, 6.6.2.3.2
constexpr std::size_t grid_large = 12;

constexpr bool derived(std::uint32_t type) {
  return type == code("grid") || type == code("iovl") || type == code("iden") || type == code("tmap") ||
         type == code("sato");
}

}  // namespace

bool items::is_image(std::uint32_t type) {
  constexpr std::array coded{code("hvc1"), code("hev1"), code("lhv1"), code("av01"),
                             code("avc1"), code("jpeg"), code("j2k1"), code("vvc1"),
                             code("evc1"), code("unci"), code("mski")};
  return derived(type) || std::ranges::find(coded, type) != coded.end();
}

// The primary image must be of the codec that the type promises (AVIF 1.1, 2.1; 23008-12, annex B).
result items::judge_type(const item& i) const {
  const item* coded = &i;
  for (unsigned depth = 0; depth < 8 && derived(coded->type) && coded->input; ++depth) {
    const auto it = std::ranges::lower_bound(items_, coded->input, {}, &item::id);
    if (it == items_.end() || it->id != coded->input) break;
    coded = &*it;
  }
  const bool av1 = coded->type == code("av01");
  if ((family_ == family::avif && !av1 && !derived(coded->type)) || (family_ == family::heif && av1)) {
    return {errc::type_mismatch, "the primary image is coded as '" + name(coded->type) + "'", coded->at};
  }
  return {};
}

result items::judge_sizes() {
  std::uint64_t hidden = 0;
  const auto count = [&](const item& i) -> result {
    if (!is_image(i.type)) return {};
    if (i.size == 0) {
      if (i.hidden) return {};
      return {errc::missing_part, "an image has no size (ispe)", i.at};
    }
    const size& s = sizes_[i.size - 1U];
    if (!i.hidden) return count_frame(ctx_, s.width, s.height, s.at);
    hidden += s.width * s.height;
    return within(ctx_, hidden, &image_limits::max_total_pixels, errc::too_many_total_pixels,
                  "tiles, thumbnails and auxiliary images", s.at);
  };
  if (item* p = find(primary_)) {
    p->hidden = false;
    if (result r = count(*p); !r.ok()) return r;
  }
  for (const item& i : items_) {
    if (i.id == primary_) continue;
    if (result r = count(i); !r.ok()) return r;
  }
  return {};
}

result items::finish_meta(std::uint64_t start) {
  seen = true;
  if (!pictures) return {};
  const item* p = find(primary_);
  if (!p || p->type == 0)
    return {errc::missing_part, "there is no primary item", primary_at_ ? primary_at_ : start};
  for (const item& i : items_) {
    if (i.type == 0) return {errc::missing_part, "item " + std::to_string(i.id) + " is not in iinf", start};
  }
  if (!is_image(p->type)) return {errc::bad_value, "the primary item is no image", p->at};
  if (result r = judge_type(*p); !r.ok()) return r;
  if (result r = judge_sizes(); !r.ok()) return r;
  for (extent& e : extents_) {
    const item* i = find(e.id);
    if (i->type == code("grid")) {
      if (e.length > grid_large) return {errc::bad_length, "the description of a grid is too long", e.at};
      e.kind = look::grid;
    }
    if (i->type == code("Exif") || i->type == code("mime") || i->type == code("uri ")) e.kind = look::text;
    if (!e.in_idat) continue;
    if (e.from > idat_size_ || e.length > idat_size_ - e.from) {
      return {errc::bad_length, "an item lies outside of idat", e.at};
    }
    if (i->type != code("grid")) continue;
    if (e.from + e.length > idat_kept_) return {errc::bad_length, "a grid lies too far in idat", e.at};
    const auto piece =
        bytes_view{idat_}.subspan(static_cast<std::size_t>(e.from), static_cast<std::size_t>(e.length));
    current_ = e.id;
    if (result r = grid(piece, idat_at_ + e.from); !r.ok()) return r;
    e.kind = look::none;
  }
  std::ranges::sort(extents_, {}, [](const extent& e) { return std::pair{e.from, ~e.length}; });
  for (extent& e : extents_) {
    const bool passed = std::ranges::any_of(payloads_, [&](const range& held) { return e.from < held.to; });
    if (e.kind != look::none && !e.in_idat && passed) {
      e.kind = look::none;
      ctx_.examined_only(examined::prefix, "a grid or metadata stands before the meta box");
    }
  }
  return {};
}

items::place items::next_place(std::uint64_t at, std::uint64_t end) {
  for (extent& e : extents_) {
    if (e.kind == look::none || e.in_idat || e.from < at || e.from >= end) continue;
    if (e.length > end - e.from) continue;  // finish() refuses it
    const place next{e.kind, e.from, e.length};
    current_ = e.id;
    e.kind = look::none;
    return next;
  }
  return {};
}

result items::grid(bytes_view d, std::uint64_t at) {
  if (d.size() < grid_small || (u8(d, 1) & 1 && d.size() < grid_large)) {
    return {errc::bad_length, "the description of a grid is too short", at};
  }
  const bool wide = u8(d, 1) & 1;
  const std::uint64_t rows = u8(d, 2) + 1U;
  const std::uint64_t columns = u8(d, 3) + 1U;
  const std::uint64_t w = wide ? be32(d, 4) : be16(d, 4);
  const std::uint64_t h = wide ? be32(d, 8) : be16(d, 6);
  const item* i = find(current_);
  if (rows * columns != i->inputs) {
    return {errc::bad_value,
            "a grid of " + std::to_string(columns) + "x" + std::to_string(rows) + " has " +
                std::to_string(i->inputs) + " tiles",
            at + 2};
  }
  if (i->size == 0) return {};
  const size& s = sizes_[i->size - 1U];
  if (s.width != w || s.height != h) {
    return {errc::directory_mismatch,
            "a grid of " + std::to_string(w) + "x" + std::to_string(h) + " declares another size in ispe",
            at + 4};
  }
  const item* tile = find(i->input);
  if (!tile || tile->size == 0) return {};
  const size& t = sizes_[tile->size - 1U];
  if (t.width * columns < w || t.height * rows < h) {
    return {errc::bad_value, "the tiles do not cover their grid", at + 2};
  }
  return {};
}

result items::payload(std::uint64_t from, std::uint64_t to) {
  if (payloads_.size() == max_payloads && family_ == family::movie) return {};  // fragments: no items there
  if (payloads_.size() == max_payloads) return {errc::too_many_entries, "more than 64 mdat boxes", from};
  payloads_.push_back({from, to});
  return {};
}

result items::finish(std::uint64_t file, bool tracks) {
  if (!pictures) return {};
  std::uint64_t covered = 0;  // up to here
  std::uint64_t claimed = 0;
  for (const extent& e : extents_) {
    if (e.in_idat) continue;
    const std::uint64_t to = e.from + e.length;
    if (to > file) return {errc::truncated, "an item leads behind the end of the file", e.at};
    const bool inside =
        std::ranges::any_of(payloads_, [&](const range& p) { return e.from >= p.from && to <= p.to; });
    if (!inside) return {errc::bad_length, "an item lies outside of mdat", e.at};
    // Equal and contained extents are what writers make that store equal bytes once.
    if (e.from < covered && to > covered) return {errc::overlap, "two items overlap", e.at};
    if (to > covered) claimed += to - std::max(covered, e.from);
    covered = std::max(covered, to);
  }
  if (tracks) return {};  // samples lie in mdat too
  std::uint64_t held = 0;
  for (const range& p : payloads_) held += p.to - p.from;
  if (held > claimed + slack) {
    return {errc::unclaimed_data, "mdat holds " + std::to_string(held - claimed) + " bytes of no item",
            payloads_.front().from};
  }
  if (held > claimed) ctx_.warn("mdat holds " + std::to_string(held - claimed) + " bytes of no item");
  return {};
}

}  // namespace uploadgate::formats::isobmff
