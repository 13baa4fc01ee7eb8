#include "isobmff_walk.hpp"

#include "registry.hpp"

namespace uploadgate::formats::isobmff {
namespace {

family family_of(const context& ctx) {
  if (!ctx.chosen) return family::movie;
  if (ctx.chosen->name == "avif") return family::avif;
  if (ctx.chosen->name == "heic") return family::heif;
  return family::movie;
}

// QuickTime files of before 2001 have no ftyp (QuickTime File Format, "Movie Files").
bool may_begin(std::uint32_t type) {
  constexpr std::array first{code("ftyp"), code("moov"), code("mdat"), code("wide"),
                             code("free"), code("skip"), code("pnot")};
  return std::ranges::find(first, type) != first.end();
}

}  // namespace

walk::walk(context& ctx)
    : ctx_{ctx}, family_{family_of(ctx)}, movie_{ctx, family_ != family::movie}, items_{ctx, family_} {}

result walk::judge_top(std::uint32_t type, std::uint64_t at, std::uint64_t size) {
  if (at == 0 && !may_begin(type)) return {errc::bad_signature, "the file begins with no known box", 4};
  if (at == 0 && family_ != family::movie && type != code("ftyp")) {
    return {errc::bad_signature, "the file begins without ftyp", 4};
  }
  if (type == code("ftyp") && at != 0) return {errc::bad_order, "ftyp stands behind other boxes", at};
  if (type == code("moof") && !moov_) return {errc::bad_order, "moof stands before moov", at};
  // What follows a whole file is a box only where it looks like one.
  const box known = find_box(type);
  if (complete() && !plausible(type)) return {errc::trailing_data, "what follows is no box", at};
  if (complete() && known.kind == kind::opaque) {
    return within(ctx_, size, &image_limits::max_metadata, errc::trailing_data, "what follows is no box", at);
  }
  if (!plausible(type)) return {errc::bad_structure, "'" + name(type) + "' is no type of a box", at + 4};
  return {};
}

result walk::enter(std::uint32_t type, std::uint64_t at, std::uint64_t size, std::uint64_t header, box& how,
                   std::uint64_t& box_end) {
  if (depth_ == 0) {
    if (result r = judge_top(type, at, size); !r.ok()) return r;
  }
  how = find_box(type);
  if (size == 0) {
    if (depth_ > 0 || type != code("mdat")) {
      return {errc::bad_length, "'" + name(type) + "' has no size", at};
    }
    box_end = to_the_end;
  } else {
    if (size < header) return {errc::bad_length, "'" + name(type) + "' is smaller than its header", at};
    if (size > UINT64_MAX - 1 - at)
      return {errc::bad_length, "the size of '" + name(type) + "' wraps around", at};
    box_end = at + size;
  }
  if (box_end > end()) {
    return {errc::bad_length, "'" + name(type) + "' reaches beyond '" + name(parent()) + "'", at};
  }
  frame* outer = depth_ ? &open_[depth_ - 1] : nullptr;
  if (outer) ++outer->count;
  // In these, a child's type is not the name of a box: sample formats, references, kinds of data.
  const bool named_by_parent =
      parent() == code("stsd") || parent() == code("iref") || parent() == code("dref");
  if (named_by_parent) {
    how = {.type = type, .kind = kind::leaf};
    return {};
  }
  if (!how.anywhere && std::ranges::find(how.parents, parent()) == how.parents.end()) {
    return {errc::bad_order, "'" + name(type) + "' stands inside '" + name(parent()) + "'", at};
  }
  if (type == code("meta") && depth_ == 0) {
    if (file_meta_) return {errc::duplicate_part, "a second meta box", at};
    file_meta_ = true;
  }
  if (how.kind == kind::refused) {
    if (type == code("cmov")) return {errc::unsupported_feature, "a compressed movie header (cmov)", at};
    how.kind = kind::opaque;
    return handle(ctx_, &document_rules::external_references, errc::external_reference,
                  "a reference movie (rmra) plays another file", at);
  }
  std::uint32_t& seen = outer ? outer->seen : seen_;
  if (how.once && (seen & how.bit)) return {errc::duplicate_part, "a second '" + name(type) + "'", at};
  seen |= how.bit;
  // Items are understood where they make the file: in its own meta box.
  if (is_item_box(type) && !in_file_meta()) how.kind = kind::opaque;
  if (parent() == code("ipco")) {
    if (result r = items_.property(at); !r.ok()) return r;
  }
  return {};
}

bool walk::is_item_box(std::uint32_t type) const {
  constexpr std::array own{code("pitm"), code("iinf"), code("infe"), code("iloc"), code("iref"),
                           code("idat"), code("iprp"), code("ipco"), code("ipma"), code("ispe")};
  return std::ranges::find(own, type) != own.end();
}

result walk::push(std::uint32_t type, std::uint64_t at, std::uint64_t end) {
  if (depth_ == max_depth) return {errc::nested_too_deep, "boxes within boxes", at};
  open_[depth_++] = {.type = type, .start = at, .end = end};
  if (type == code("trak")) movie_.begin_track();
  if (type == code("moov")) moov_ = true;
  if (type == code("moof")) movie_.fragmented = true;
  return {};
}

std::size_t walk::preamble(std::uint32_t type) {
  if (type == code("stsd") || type == code("dref")) return 8;
  if (type == code("iinf") || type == code("iref")) return 4;
  return 0;
}

// Looks at a container's preamble; gives how many bytes more are wanted.
std::size_t walk::counted(bytes_view head) {
  frame& f = open_[depth_ - 1];
  if (f.type == code("iref")) items_.set_reference_version(u8(head, 0));
  if (f.type == code("iinf") && !f.counts && head.size() == 4) {
    f.counts = true;
    return u8(head, 0) == 0 ? 2 : 4;
  }
  f.counts = f.type != code("iref");
  if (f.counts) f.told = head.size() == 2 ? be16(head, 0) : be32(head, head.size() - 4);
  return 0;
}

result walk::close() {
  const frame f = open_[--depth_];
  if (const std::uint32_t lacking = required_in(f.type) & ~f.seen) {
    static_cast<void>(lacking);
    return {errc::missing_part, "'" + name(f.type) + "' has no '" + name(first_missing(f.type, f.seen)) + "'",
            f.start};
  }
  if (f.counts && f.told != f.count) {
    return {errc::bad_length,
            "'" + name(f.type) + "' announces " + std::to_string(f.told) + " entries and holds " +
                std::to_string(f.count),
            f.start};
  }
  if (f.type == code("mdia")) return movie_.end_of_media(f.start);
  if (f.type == code("stbl")) return movie_.end_of_table(f.start);
  if (f.type == code("meta") && depth_ == 0) return items_.finish_meta(f.start);
  return {};
}

step walk::begin(leaf& l, std::uint64_t at) {
  if (l.parent == code("stsd")) return {{}, movie_.sample_entry_head(l.end - at)};
  if (l.parent == code("dref")) return {movie_.data_reference(l, l.end - at), 0};
  if (l.parent == code("iref") || is_item_box(l.type)) return items_.begin(l, at);
  return movie_.begin(l, at);
}

step walk::next(leaf& l, bytes_view bytes, std::uint64_t at) {
  if (l.type == code("idat") && l.parent == code("meta")) {
    if (result r = metadata_.whole_text(ctx_, bytes, at, "idat"); !r.ok()) return {std::move(r), 0};
  }
  if (l.parent == code("stsd")) return {movie_.sample_entry(l.type, bytes, at), 0};
  if (l.parent == code("iref") || is_item_box(l.type)) return items_.next(l, bytes, at);
  return movie_.next(l, bytes, at);
}

void walk::done(const leaf& l) {
  if (l.type == code("hdlr") && depth_ == 1 && in_file_meta()) {
    items_.pictures = movie_.last_handler == code("pict");
  }
}

result walk::finish(std::uint64_t size) {
  if (family_ == family::movie) {
    if (!moov_) return {errc::missing_part, "there is no moov", size};
  } else if (!moov_ && !(items_.seen && items_.pictures)) {
    return {errc::missing_part, "there is neither a picture nor a sequence of them", size};
  }
  if (result r = movie_.finish(size, payload_); !r.ok()) return r;
  return items_.finish(size, moov_);
}

}  // namespace uploadgate::formats::isobmff
