#include "isobmff_items.hpp"

#include "isobmff_box.hpp"

namespace uploadgate::formats::isobmff {
namespace {

std::uint64_t number(bytes_view b, std::size_t i, unsigned width) {
  return width == 8 ? be64(b, i) : width == 4 ? be32(b, i) : width == 2 ? be16(b, i) : 0;
}

}  // namespace

items::item* items::find(std::uint32_t id) {
  const auto it = std::ranges::lower_bound(items_, id, {}, &item::id);
  return it != items_.end() && it->id == id ? &*it : nullptr;
}

result items::insert(std::uint32_t id, std::uint64_t at, item*& out) {
  out = find(id);
  if (out) return {};
  if (items_.size() == max_items) return {errc::too_many_entries, "more than 1024 items", at};
  out = &*items_.insert(std::ranges::lower_bound(items_, id, {}, &item::id), item{.id = id});
  return {};
}

step items::begin(leaf& l, std::uint64_t at) {
  l.phase = 1;
  switch (l.type) {
    case code("pitm"):
      return {{}, l.version == 0 ? 2U : 4U};
    case code("infe"):
      // Versions 0 and 1 have no item type (14496-12, 8.11.6); no image format uses them.
      if (l.version < 2) return {};
      return {{}, l.version == 2 ? 8U : 10U};
    case code("iloc"):
      if (l.version > 2) return refuse(errc::unsupported_feature, "iloc of an unknown version", l.start);
      return {{}, l.version == 2 ? 6U : 4U};
    case code("ipma"):
      return {{}, 4};
    case code("ispe"):
      return {{}, 8};
    case code("idat"):
      idat_at_ = at;
      idat_size_ = l.end - at;
      idat_kept_ = 0;
      return {{}, static_cast<std::size_t>(std::min<std::uint64_t>(idat_size_, max_small_idat))};
    default:  // a reference
      return {{}, wide_references_ ? 6U : 4U};
  }
}

step items::next(leaf& l, bytes_view bytes, std::uint64_t at) {
  switch (l.type) {
    case code("pitm"):
      primary_ = l.version == 0 ? be16(bytes, 0) : be32(bytes, 0);
      primary_at_ = at;
      return {};
    case code("infe"):
      return read_infe(l, bytes, at);
    case code("iloc"):
      return read_iloc(l, bytes, at);
    case code("ipma"):
      return read_ipma(l, bytes, at);
    case code("ispe"):
      return read_ispe(bytes, at);
    case code("idat"):
      std::ranges::copy(bytes, idat_.begin());
      idat_kept_ = bytes.size();
      return {};
    default:
      return read_reference(l, bytes, at);
  }
}

step items::read_infe(leaf& l, bytes_view b, std::uint64_t at) {
  const std::uint32_t id = l.version == 2 ? be16(b, 0) : be32(b, 0);
  const std::size_t i = l.version == 2 ? 2 : 4;
  item* it = nullptr;
  if (result r = insert(id, l.start, it); !r.ok()) return {std::move(r), 0};
  if (it->type) return refuse(errc::duplicate_part, "two items have the same number", at);
  it->type = be32(b, i + 2);
  it->at = l.start;
  return {};
}

result items::property(std::uint64_t at) {
  if (++properties_ > max_properties) return {errc::too_many_entries, "more than 4096 item properties", at};
  return {};
}

step items::read_ispe(bytes_view b, std::uint64_t at) {
  const std::uint64_t w = be32(b, 0);
  const std::uint64_t h = be32(b, 4);
  if (w == 0 || h == 0) return refuse(errc::zero_pixels, {}, at);
  if (result r = judge_pixels(ctx_, w, h, at); !r.ok()) return {std::move(r), 0};
  if (sizes_.size() == max_sizes) return refuse(errc::too_many_entries, "more than 1024 image sizes", at);
  sizes_.push_back({w, h, at, properties_});
  return {};
}

step items::read_ipma(leaf& l, bytes_view b, std::uint64_t at) {
  const std::size_t entry = (l.version == 0 ? 2U : 4U) + 1;
  const std::size_t width = l.flags & 1 ? 2 : 1;
  if (l.phase == 1) {  // entry_count
    l.left = be32(b, 0);
    if (l.left > (l.end - at - 4) / entry) {
      return refuse(errc::bad_length, "ipma declares more entries than it holds", at);
    }
    l.phase = 2;
  } else if (l.phase == 2) {  // an item
    current_ = l.version == 0 ? be16(b, 0) : be32(b, 0);
    associations_left_ = u8(b, entry - 1);
    --l.left;
    l.phase = 3;
    if (associations_left_) return {{}, associations_left_ * width};
    l.phase = 2;
  } else {
    item* it = nullptr;
    if (result r = insert(current_, at, it); !r.ok()) return {std::move(r), 0};
    for (std::size_t i = 0; i < b.size(); i += width) {
      const std::uint32_t property = width == 2 ? be16(b, i) & 0x7FFFU : u8(b, i) & 0x7FU;
      if (property > properties_)
        return refuse(errc::bad_value, "ipma names a property that is not there", at + i);
      const auto s = std::ranges::lower_bound(sizes_, property, {}, &size::property);
      if (property == 0 || s == sizes_.end() || s->property != property) continue;
      const auto slot = static_cast<std::uint16_t>(s - sizes_.begin() + 1);
      if (it->size && it->size != slot) return refuse(errc::duplicate_part, "an item has two sizes", at + i);
      it->size = slot;
    }
    l.phase = 2;
  }
  return {{}, l.left ? entry : 0};
}

step items::read_reference(leaf& l, bytes_view b, std::uint64_t at) {
  const std::size_t width = wide_references_ ? 4 : 2;
  const bool derived = l.type == code("dimg");
  if (l.phase == 1) {
    current_ = static_cast<std::uint32_t>(number(b, 0, static_cast<unsigned>(width)));
    const std::uint64_t count = be16(b, width);
    item* from = nullptr;
    if (result r = insert(current_, at, from); !r.ok()) return {std::move(r), 0};
    if (l.type == code("thmb") || l.type == code("auxl")) from->hidden = true;
    if (derived) from->inputs = static_cast<std::uint16_t>(count);
    return begin_records(l, count, width, at + b.size(), true);
  }
  for (std::size_t i = 0; i < b.size(); i += width) {
    const auto id = static_cast<std::uint32_t>(number(b, i, static_cast<unsigned>(width)));
    item* to = nullptr;
    if (result r = insert(id, at + i, to); !r.ok()) return {std::move(r), 0};
    if (!derived) continue;
    if (id == current_) return refuse(errc::bad_value, "an image is made of itself", at + i);
    to->hidden = true;
    if (item* from = find(current_); from && from->input == 0) from->input = id;
  }
  l.left -= b.size() / width;
  return {{}, l.left ? batch(l) : 0};
}

// 14496-12, 8.11.3. Phases: head, item, extent.
step items::read_iloc(leaf& l, bytes_view b, std::uint64_t at) {
  const std::size_t id_width = l.version == 2 ? 4 : 2;
  const auto& [offset_width, length_width, base_width, index_width] = widths_;
  if (l.phase == 1) {
    widths_ = {static_cast<std::uint8_t>(u8(b, 0) >> 4), static_cast<std::uint8_t>(u8(b, 0) & 15),
               static_cast<std::uint8_t>(u8(b, 1) >> 4),
               static_cast<std::uint8_t>(l.version ? u8(b, 1) & 15 : 0)};
    for (const std::uint8_t w : widths_) {
      if (w != 0 && w != 4 && w != 8) return refuse(errc::bad_value, "iloc has a number of odd width", at);
    }
    l.left = number(b, 2, static_cast<unsigned>(id_width));
    l.phase = 2;
  } else if (l.phase == 2) {
    std::size_t i = id_width;
    current_ = static_cast<std::uint32_t>(number(b, 0, static_cast<unsigned>(id_width)));
    construction_ = l.version ? be16(b, i) & 15 : 0;
    i += l.version ? 4 : 2;  // data_reference_index: dref is judged where it stands
    base_ = number(b, i, base_width);
    extents_left_ = be16(b, i + base_width);
    --l.left;
    item* it = nullptr;
    if (result r = insert(current_, at, it); !r.ok()) return {std::move(r), 0};
    if (construction_ == 2) ctx_.examined_only(examined::prefix, "an item is made of pieces of other items");
    if (construction_ > 2) return refuse(errc::bad_value, "iloc has an unknown construction method", at);
    l.phase = 3;
  } else {
    const std::uint64_t offset = number(b, index_width, offset_width);
    const std::uint64_t length = number(b, index_width + std::size_t{offset_width}, length_width);
    --extents_left_;
    if (offset > UINT64_MAX - base_) return refuse(errc::bad_length, "an item's place wraps around", at);
    if (result r = add_extent(l, base_ + offset, length, at); !r.ok()) return {std::move(r), 0};
  }
  if (extents_left_ == 0) l.phase = 2;
  const std::size_t extent_size = std::size_t{index_width} + offset_width + length_width;
  if (l.phase == 3 && extent_size == 0) {
    return refuse(errc::bad_value, "iloc has extents without place and length", at);
  }
  if (l.phase == 3) return {{}, extent_size};
  return {{}, l.left ? id_width + (l.version ? 4U : 2U) + base_width + 2 : 0};
}

result items::add_extent(const leaf&, std::uint64_t from, std::uint64_t length, std::uint64_t at) {
  if (length > UINT64_MAX - from) return {errc::bad_length, "an item's extent wraps around", at};
  if (extents_.size() == max_extents) return {errc::too_many_entries, "more than 2048 extents", at};
  if (length == 0) ctx_.warn("an item's extent has no length");
  if (length == 0 || construction_ == 2) return {};
  extents_.push_back({from, length, at, current_, construction_ == 1, look::none});
  return {};
}

}  // namespace uploadgate::formats::isobmff
