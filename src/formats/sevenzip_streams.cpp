// The streams of a 7z archive: what is packed, by which coders, and into which parts it is cut.
#include "sevenzip_fields.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

namespace uploadgate::formats::sevenzip_format {
namespace {

constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();

std::uint64_t plus(std::uint64_t a, std::uint64_t b) { return a + std::min(b, most - std::min(a, most)); }

// The checksums of `count` things, of which some may have none.
template <class Set>
result read_digests(fields& in, std::uint64_t count, Set set) {
  const std::vector<bool> defined = in.bits(count, true);
  for (std::size_t i = 0; i < defined.size(); ++i)
    if (defined[i] && !in.bad()) set(i, in.word());
  return in.bad() ? in.broken("checksums") : result{};
}

result read_pack_info(fields& in, context& ctx, packed_streams& out) {
  out.position = in.number();
  const std::uint64_t count = in.number();
  if (in.bad() || out.position > most) return in.broken("packed streams");
  const auto streams = [&](std::uint64_t) { return std::to_string(count) + " packed streams"; };
  result r = within(ctx, count / folder::max_coders, &archive_limits::max_entries, errc::too_many_entries,
                    streams, in.at());
  if (!r.ok()) return r;
  std::uint64_t next = in.number();
  if (next == size_mark) {
    for (std::uint64_t i = 0; i < count && !in.bad(); ++i) {
      const std::uint64_t size = out.sizes.emplace_back(in.number());
      if (size > most - out.total) return in.object(errc::bad_length, "packed streams");
      out.total += size;
    }
    next = in.number();
  }
  if (next == crc_mark) {  // those of what comes out are held against it
    if (r = read_digests(in, count, [](std::size_t, std::uint32_t) {}); !r.ok()) return r;
    next = in.number();
  }
  if (in.bad() || next != end_mark || out.sizes.size() != count) return in.broken("packed streams");
  return {};
}

result read_unpack_info(fields& in, context& ctx, packed_streams& out) {
  if (result r = in.expect(folder_mark, "folders"); !r.ok()) return r;
  const std::uint64_t count = in.number();
  const auto folders = [&](std::uint64_t) { return std::to_string(count) + " folders"; };
  if (result r = within(ctx, count, &archive_limits::max_entries, errc::too_many_entries, folders, in.at());
      !r.ok()) {
    return r;
  }
  if (in.byte() != 0) return in.object(errc::unsupported_feature, "folders in a stream of their own");
  std::uint64_t packed = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    folder& f = out.folders.emplace_back();
    if (result r = read_folder(in, f); !r.ok()) return r;
    packed += f.packed_streams;
  }
  if (packed != out.sizes.size()) {
    return in.object(errc::unclaimed_data, "packed streams that are not those of the folders");
  }
  if (result r = in.expect(unpack_size_mark, "sizes of folders"); !r.ok()) return r;
  std::size_t next_packed = 0;
  for (folder& f : out.folders) {
    std::uint64_t side_streams = 0;
    for (unsigned i = 0; i < f.coders; ++i) {
      const std::uint64_t size = in.number();
      if (size > most) return in.object(errc::bad_length, "the size of a folder");
      // No coder looks back further than to its first byte; but libarchive's take all that they name.
      f.window = plus(f.window, f.by == codec::library ? f.windows[i] : std::min(f.windows[i], size));
      if (i == f.main) f.unpacked = size;
      if (i != f.main && i < 2) side_streams = plus(side_streams, size);
    }
    // Of BCJ2's streams all but the main one are held whole.
    const bool is_bcj2 = f.packed_streams > 1;
    for (unsigned i = 0; i < f.packed_streams; ++i, ++next_packed)
      if (i > 0) side_streams = plus(side_streams, out.sizes[next_packed]);
    if (is_bcj2 && f.by == codec::library) f.window = plus(f.window, side_streams);
  }
  std::uint64_t next = in.number();
  if (next == crc_mark) {
    result r = read_digests(in, count, [&](std::size_t i, std::uint32_t crc) { out.folders[i].crc = crc; });
    if (!r.ok()) return r;
    next = in.number();
  }
  return in.bad() || next != end_mark ? in.broken("folders") : result{};
}

result read_parts(fields& in, context& ctx, packed_streams& out, std::uint64_t& next) {
  if (next == part_count_mark) {
    for (folder& f : out.folders) f.parts = in.number();
    next = in.number();
  }
  std::uint64_t count = 0;
  for (const folder& f : out.folders) {
    result r = ask(ctx, [&](const structure_limits& limits) -> result {
      if (f.parts <= limits.archive.max_entries - count) return {};
      return in.object(errc::too_many_entries, over(limits.archive.max_entries));
    });
    if (!r.ok()) return r;
    if (f.parts == 0 && f.unpacked != 0) return in.object(errc::unclaimed_data, "a folder without entries");
    count += f.parts;
  }
  const bool sized = next == size_mark;
  for (const folder& f : out.folders) {
    std::uint64_t left = f.unpacked;
    for (std::uint64_t i = 0; i < f.parts; ++i) {
      const bool last = i + 1 == f.parts;
      const std::uint64_t size = last ? left : sized ? in.number() : 0;
      if (in.bad() || size > left || (!last && !sized)) return in.broken("sizes of entries");
      left -= size;
      out.parts.push_back({size, f.parts == 1 ? f.crc : std::nullopt});
    }
  }
  if (sized) next = in.number();
  return {};
}

result read_substreams(fields& in, context& ctx, packed_streams& out, bool there) {
  std::uint64_t next = there ? in.number() : end_mark;
  if (result r = read_parts(in, ctx, out, next); !r.ok()) return r;
  if (next == crc_mark) {
    std::vector<std::size_t> unknown;
    for (std::size_t i = 0; i < out.parts.size(); ++i)
      if (!out.parts[i].crc) unknown.push_back(i);
    result r = read_digests(in, unknown.size(),
                            [&](std::size_t i, std::uint32_t crc) { out.parts[unknown[i]].crc = crc; });
    if (!r.ok()) return r;
    next = in.number();
  }
  return in.bad() || next != end_mark ? in.broken("parts of folders") : result{};
}

}  // namespace

result read_streams(fields& in, context& ctx, packed_streams& out) {
  std::uint64_t next = in.number();
  if (next == pack_mark) {
    if (result r = read_pack_info(in, ctx, out); !r.ok()) return r;
    next = in.number();
  }
  if (next == unpack_mark) {
    if (result r = read_unpack_info(in, ctx, out); !r.ok()) return r;
    next = in.number();
  } else if (!out.sizes.empty()) {
    return in.broken("packed streams without folders");
  }
  const bool there = next == substreams_mark;
  if (result r = read_substreams(in, ctx, out, there); !r.ok()) return r;
  if (there) next = in.number();
  return in.bad() || next != end_mark ? in.broken("streams") : result{};
}

result read_packed_header(bytes_view bytes, context& ctx, packed_streams& out, header_place where) {
  fields in{bytes, where};
  in.byte();
  if (result r = read_streams(in, ctx, out); !r.ok()) return r;
  if (!in.left().empty()) return in.object(errc::unclaimed_data, "behind the packed header");
  if (out.folders.size() != 1 || out.parts.size() != 1) return in.broken("a packed header in several parts");
  return {};
}

}  // namespace uploadgate::formats::sevenzip_format
