#include "isobmff_movie.hpp"

#include "isobmff_box.hpp"

namespace uploadgate::formats::isobmff {
namespace {

constexpr std::size_t visual_entry = 78;  // 14496-12, 12.1.3: up to the boxes of the entry
constexpr std::uint64_t slack = 4096;     // payload that no sample claims and nobody wonders at

std::uint64_t add(std::uint64_t a, std::uint64_t b) { return a > UINT64_MAX - b ? UINT64_MAX : a + b; }

// Bytes behind version and flags that every box of the type has; see 14496-12 for each.
std::size_t head_size(const leaf& l) {
  const bool wide = l.version == 1;
  switch (l.type) {
    case code("mvhd"):
      return wide ? 108 : 96;
    case code("tkhd"):
      return wide ? 92 : 80;
    case code("mdhd"):
      return wide ? 32 : 20;
    case code("hdlr"):
      return 20;
    case code("stsz"):
    case code("stz2"):
      return 8;
    case code("sidx"):
      return wide ? 28 : 20;
    case code("tfra"):
      return 12;
    default:
      return 4;
  }
}

}  // namespace

bool movie::visual() const {
  return track_.handler == code("vide") || track_.handler == code("pict") || track_.handler == code("auxv");
}

step movie::begin(leaf& l, std::uint64_t) {
  l.phase = 1;
  return {{}, head_size(l)};
}

step movie::next(leaf& l, bytes_view bytes, std::uint64_t at) {
  if (l.phase == 1) return head(l, bytes, at);
  if (result r = records(l, bytes, at); !r.ok()) return {std::move(r), 0};
  l.left -= bytes.size() / l.record;
  return {{}, l.left ? batch(l) : 0};
}

step movie::sizes_head(leaf& l, bytes_view b, std::uint64_t at) {
  if (track_.sizes) return refuse(errc::duplicate_part, "two tables of sample sizes", l.start);
  track_.sizes = true;
  track_.samples = be32(b, 4);
  const std::uint64_t behind = at + b.size();
  if (l.type == code("stz2")) {
    const unsigned bits = u8(b, 3);
    if (bits != 4 && bits != 8 && bits != 16) return refuse(errc::bad_value, "stz2 field size", at + 3);
    unsized_ = true;
    const std::uint64_t bytes = (track_.samples * bits + 7) / 8;
    return begin_records(l, bytes, 1, behind, false);
  }
  const std::uint64_t size = be32(b, 0);
  if (size == 0) return begin_records(l, track_.samples, 4, behind, true);
  // QuickTime sound: a size of one means a frame of any width.
  if (size == 1) unsized_ = true;
  described_ = add(described_, size * track_.samples);
  return {};
}

step movie::run_head(leaf& l, bytes_view b, std::uint64_t at) {
  const std::uint64_t count = be32(b, 0);
  std::size_t record = 0;
  for (const std::uint32_t flag : {0x100U, 0x200U, 0x400U, 0x800U}) record += l.flags & flag ? 4 : 0;
  const std::uint64_t optional = (l.flags & 1 ? 4U : 0U) + (l.flags & 4 ? 4U : 0U);
  const std::uint64_t behind = at + b.size();
  if (optional > l.end - behind) return refuse(errc::bad_length, "trun is too short for its flags", l.start);
  if (record == 0) {
    l.unlooked = optional;
    return {};
  }
  step s = begin_records(l, count, record, behind + optional, false);
  l.unlooked += optional;
  return s;
}

step movie::head(leaf& l, bytes_view b, std::uint64_t at) {
  const std::uint64_t behind = at + b.size();
  const bool wide = l.version == 1;
  switch (l.type) {
    case code("mvhd"):
    case code("mdhd"):
      if (be32(b, wide ? 16 : 8) == 0) ctx_.warn(name(l.type) + " has a time scale of zero");
      return {};
    case code("hdlr"):
      last_handler = be32(b, 4);
      if (l.parent == code("mdia")) {
        if (track_.handler) return refuse(errc::duplicate_part, "two handlers in one track", l.start);
        track_.handler = be32(b, 4);
      }
      return {};
    case code("elst"):
      return begin_records(l, be32(b, 0), wide ? 20 : 12, behind, false);
    case code("stts"):
    case code("ctts"):
      return begin_records(l, be32(b, 0), 8, behind, false);
    case code("stss"):
      return begin_records(l, be32(b, 0), 4, behind, false);
    case code("stsc"):
      track_.runs = true;
      return begin_records(l, be32(b, 0), 12, behind, true);
    case code("stsz"):
    case code("stz2"):
      return sizes_head(l, b, at);
    case code("stco"):
    case code("co64"):
      if (track_.offsets) return refuse(errc::duplicate_part, "two tables of chunk offsets", l.start);
      track_.offsets = true;
      track_.chunks = be32(b, 0);
      return begin_records(l, track_.chunks, l.type == code("stco") ? 4 : 8, behind, true);
    case code("trun"):
      fragmented = true;
      return run_head(l, b, at);
    case code("sidx"):
      return begin_records(l, be16(b, b.size() - 2), 12, behind, false);
    case code("tfra"): {
      const std::uint32_t sizes = be32(b, 4);
      const std::size_t numbers = (sizes >> 4 & 3) + (sizes >> 2 & 3) + (sizes & 3) + 3;
      return begin_records(l, be32(b, 8), (wide ? 16U : 8U) + numbers, behind, false);
    }
    default:  // mfhd, tfhd, mfro: the size is all that is judged
      return {};
  }
}

result movie::records(leaf& l, bytes_view b, std::uint64_t at) {
  if (l.type == code("stsz")) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < b.size(); i += 4) sum += be32(b, i);
    described_ = add(described_, sum);
    return {};
  }
  if (l.type == code("stsc")) {
    for (std::size_t i = 0; i < b.size(); i += 12) {
      const std::uint64_t first = be32(b, i);
      if (first <= l.number) return {errc::bad_value, "stsc entries must ascend from 1", at + i};
      l.number = first;
    }
    return {};
  }
  std::uint64_t far = 0;
  const bool wide = l.record == 8;
  for (std::size_t i = 0; i < b.size(); i += l.record) {
    far = std::max(far, wide ? be64(b, i) : std::uint64_t{be32(b, i)});
  }
  if (far > far_chunk_ || far_chunk_at_ == 0) {
    std::size_t i = 0;
    while ((wide ? be64(b, i) : std::uint64_t{be32(b, i)}) != far) i += l.record;
    far_chunk_ = far;
    far_chunk_at_ = at + i;
  }
  return {};
}

std::size_t movie::sample_entry_head(std::uint64_t room) const {
  return visual() && room >= visual_entry ? visual_entry : 8;
}

result movie::sample_entry(std::uint32_t format, bytes_view head, std::uint64_t at) {
  ++track_.entries;
  if (format == code("encv") || format == code("enca")) ctx_.warn("encrypted samples");
  if (head.size() < visual_entry) {
    if (visual()) return {errc::bad_length, "a visual sample entry is too short", at};
    return {};
  }
  const std::uint64_t w = be16(head, 24);
  const std::uint64_t h = be16(head, 26);
  if (result r = judge_pixels(ctx_, w, h, at + 24); !r.ok()) return r;
  track_.width = w;
  track_.height = h;
  if (!images_ && w && h && !ctx_.found.width) {
    ctx_.found.width = w;
    ctx_.found.height = h;
  }
  return {};
}

result movie::data_reference(const leaf& l, std::uint64_t room) {
  if (l.flags & 1) return {};                                       // the data stands in this file
  if (l.type == code("imdt") || l.type == code("snim")) return {};  // data of this file, by number
  if (room == 0) {
    ctx_.warn("a data reference leads nowhere");
    return {};
  }
  return handle(ctx_, &document_rules::external_references, errc::external_reference,
                "a track's data reference '" + name(l.type) + "' leads out of the file", l.start);
}

result movie::end_of_media(std::uint64_t start) {
  if (track_.handler == 0) return {errc::missing_part, "mdia has no hdlr", start};
  return {};
}

result movie::end_of_table(std::uint64_t start) {
  const track& t = track_;
  if (t.samples > 0 && t.chunks > 0 && !t.runs)
    return {errc::missing_part, "stbl has chunks and no stsc", start};
  if (t.chunks > 0 && !t.sizes) return {errc::missing_part, "stbl has chunks and no stsz", start};
  if (t.samples > 0 && !t.offsets) return {errc::missing_part, "stbl has samples and no stco", start};
  if (t.samples > 0 && t.entries == 0) return {errc::missing_part, "stsd is empty", start};
  if (!images_ || t.handler == code("soun")) return {};
  // A sequence of images: every sample is a frame.
  facts& found = ctx_.found;
  if (t.handler == code("pict")) found.frames = std::max(found.frames.value_or(0), t.samples);
  const auto samples = [&](std::uint64_t) { return std::to_string(t.samples) + " samples"; };
  result r = within(ctx_, t.samples, &image_limits::max_frames, errc::too_many_frames, samples, start);
  if (!r.ok()) return r;
  return within(ctx_, t.samples * t.width * t.height, &image_limits::max_total_pixels,
                errc::too_many_total_pixels, samples, start);
}

result movie::finish(std::uint64_t size, std::uint64_t payload) {
  if (far_chunk_at_ && far_chunk_ > size) {
    return {errc::truncated, "a chunk offset leads behind the end of the file", far_chunk_at_};
  }
  if (!images_ && !fragmented && !unsized_ && payload > add(described_, slack)) {
    ctx_.warn("mdat holds " + std::to_string(payload - described_) + " bytes that no sample claims");
  }
  return {};
}

}  // namespace uploadgate::formats::isobmff
