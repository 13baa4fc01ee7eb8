// The streams of a 7z archive: what is packed, by which coders, and into which parts it is cut.
#include "sevenzip_fields.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

namespace uploadgate::formats::sevenzip_format {
namespace {

constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();

std::uint64_t plus(std::uint64_t a, std::uint64_t b) { return a + std::min(b, most - std::min(a, most)); }

struct method {
  std::uint64_t id;
  codec by = codec::unknown;
  filter behind = filter::none;
};

// Methods.txt of the LZMA SDK.
constexpr std::uint64_t bcj2 = 0x0303011B, ppmd = 0x030401;
constexpr std::array methods{
    method{0x00, codec::copy},
    method{0x030101, codec::lzma},
    method{0x21, codec::lzma2},
    method{0x040202, codec::bzip2},
    method{0x040108, codec::deflate},
    method{ppmd, codec::library},
    method{bcj2, codec::library},
    method{0x06F10701, codec::encrypted},
    method{0x03, codec::unknown, filter::delta},
    method{0x04, codec::unknown, filter::x86},
    method{0x03030103, codec::unknown, filter::x86},
    method{0x05, codec::unknown, filter::powerpc},
    method{0x03030205, codec::unknown, filter::powerpc},
    method{0x06, codec::unknown, filter::ia64},
    method{0x03030401, codec::unknown, filter::ia64},
    method{0x07, codec::unknown, filter::arm},
    method{0x03030501, codec::unknown, filter::arm},
    method{0x08, codec::unknown, filter::arm_thumb},
    method{0x03030701, codec::unknown, filter::arm_thumb},
    method{0x09, codec::unknown, filter::sparc},
    method{0x03030805, codec::unknown, filter::sparc},
    method{0x0A, codec::unknown, filter::arm64},
};

struct coder {
  method what{};
  std::uint64_t inputs = 1;
  std::uint64_t outputs = 1;
  bytes_view properties{};
};

struct binding {
  std::uint64_t input;
  std::uint64_t output;
  bool operator==(const binding&) const = default;
};

coder read_coder(fields& in) {
  coder c;
  const unsigned flags = in.byte();
  std::uint64_t id = 0;
  for (unsigned i = 0; i < (flags & 0x0F); ++i) id = id << 8 | in.byte();
  const auto known = std::ranges::find(methods, id, &method::id);
  const bool readable = (flags & 0xC0) == 0 && (flags & 0x0F) <= sizeof id;
  c.what = known != methods.end() && readable ? *known : method{id};
  if (flags & 0x10) {
    c.inputs = in.number();
    c.outputs = in.number();
  }
  if (flags & 0x20) c.properties = in.bytes(in.number());
  return c;
}

// The history that a coder keeps by its properties; nothing where they are not those of its method.
std::optional<std::uint64_t> named_window(const coder& c) {
  const bytes_view p = c.properties;
  switch (c.what.by) {
    case codec::lzma: {
      if (p.size() != 5 || u8(p, 0) >= 9 * 5 * 5) return std::nullopt;
      return le32(p, 1);
    }
    case codec::lzma2: {
      if (p.size() != 1 || u8(p, 0) > 40) return std::nullopt;
      const unsigned bits = u8(p, 0);
      return bits == 40 ? 0xFFFFFFFFULL : (2ULL | (bits & 1U)) << (bits / 2 + 11);
    }
    case codec::library:
      if (c.what.id == bcj2) return 0;
      if (p.size() < 5) return std::nullopt;
      return le32(p, 1);
    default:
      return 0;
  }
}

// Where a folder's coders are bound: those shapes that readers agree on.
struct shape {
  std::vector<coder> coders;
  std::vector<binding> bindings;
  std::vector<std::uint64_t> packed;

  [[nodiscard]] bool is_chain() const {
    return std::ranges::all_of(coders, [](const coder& c) { return c.inputs == 1 && c.outputs == 1; });
  }
  [[nodiscard]] bool encrypted() const {
    return std::ranges::any_of(coders, [](const coder& c) { return c.what.by == codec::encrypted; });
  }
  // BCJ2 behind one codec (its other streams stored), or behind three, as 7-Zip writes both.
  [[nodiscard]] bool is_bcj2() const {
    const coder& last = coders.back();
    if (last.what.id != bcj2 || last.inputs != 4 || last.outputs != 1) return false;
    const bool simple = std::all_of(coders.begin(), coders.end() - 1, [](const coder& c) {
      return c.inputs == 1 && c.outputs == 1 && (c.what.by == codec::lzma || c.what.by == codec::lzma2);
    });
    if (coders.size() == 2) {
      return simple && bindings == std::vector{binding{1, 0}} &&
             packed == std::vector<std::uint64_t>{0, 2, 3, 4};
    }
    return simple && coders.size() == 4 && bindings == std::vector{binding{5, 0}, {4, 1}, {3, 2}} &&
           packed == std::vector<std::uint64_t>{2, 6, 1, 0};
  }
};

void take_codec(const coder& c, folder& f) {
  f.by = c.what.by;
  std::copy_n(c.properties.begin(), std::min(c.properties.size(), f.properties.size()),
              std::as_writable_bytes(std::span{f.properties}).begin());
}

void take_filter(const coder& c, folder& f) {
  f.behind = c.what.behind;
  if (f.behind == filter::delta && c.properties.size() == 1) f.distance = u8(c.properties, 0);
  const bool fits = f.behind == filter::delta ? c.properties.size() == 1 : c.properties.empty();
  const bool by_lzma = f.by == codec::lzma || f.by == codec::lzma2;
  // libarchive has this filter behind the others.
  const bool by_library =
      f.behind == filter::x86 && (f.by == codec::copy || f.by == codec::bzip2 || f.by == codec::deflate);
  if (f.behind == filter::none || !fits) {
    f.by = codec::unknown;
  } else if (!by_lzma) {
    f.by = by_library ? codec::library : codec::unknown;
  }
}

// What unpacks the folder; unknown where it is nothing that can be followed here.
void classify(const shape& s, folder& f) {
  if (s.encrypted()) {
    f.by = codec::encrypted;
  } else if (s.is_bcj2()) {
    f.by = codec::library;
  } else if (s.is_chain() && s.coders.size() == 1 && s.coders[0].what.id != bcj2) {
    take_codec(s.coders[0], f);
    f.dictionary = f.windows[0];
  } else if (s.is_chain() && s.coders.size() == 2) {
    const auto from = static_cast<std::size_t>(s.bindings[0].output);
    const auto to = static_cast<std::size_t>(s.bindings[0].input);
    take_codec(s.coders[from], f);
    f.dictionary = f.windows[from];
    take_filter(s.coders[to], f);
    if (f.by == codec::library && from != 0) f.by = codec::unknown;  // libarchive takes them in this order
  }
}

result read_folder(fields& in, folder& f) {
  const std::uint64_t count = in.number();
  if (in.bad() || count == 0) return in.broken("a folder");
  if (count > folder::max_coders) return in.object(errc::unsupported_feature, "a chain of many coders");
  shape s;
  std::uint64_t inputs = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const coder& c = s.coders.emplace_back(read_coder(in));
    if (in.bad() || c.inputs == 0 || c.inputs > 4) return in.broken("a coder");
    if (c.outputs != 1) return in.object(errc::unsupported_feature, "a coder with several outputs");
    inputs += c.inputs;
    const std::optional<std::uint64_t> window = named_window(c);
    if (!window) return in.object(errc::bad_value, "the properties of a coder");
    f.windows[static_cast<std::size_t>(i)] = *window;
    f.is_model[static_cast<std::size_t>(i)] = c.what.id == ppmd;
  }
  std::vector<bool> input_used(static_cast<std::size_t>(inputs));
  std::vector<bool> output_used(static_cast<std::size_t>(count));
  const auto use = [&](std::vector<bool>& used, std::uint64_t i) {
    if (i >= used.size() || used[static_cast<std::size_t>(i)]) return false;
    used[static_cast<std::size_t>(i)] = true;
    return true;
  };
  if (inputs < count) return in.broken("a folder");
  for (std::uint64_t i = 1; i < count; ++i) {
    const std::uint64_t input = in.number();
    const binding& b = s.bindings.emplace_back(binding{input, in.number()});
    if (in.bad() || !use(input_used, b.input) || !use(output_used, b.output)) return in.broken("a bind pair");
  }
  f.packed_streams = static_cast<std::uint8_t>(inputs - s.bindings.size());
  for (unsigned i = 0; f.packed_streams > 1 && i < f.packed_streams; ++i) {
    if (!use(input_used, s.packed.emplace_back(in.number())) || in.bad()) return in.broken("a packed stream");
  }
  f.coders = static_cast<std::uint8_t>(count);
  f.main = static_cast<std::uint8_t>(std::ranges::find(output_used, false) - output_used.begin());
  // Two coders that feed each other, which the counts alone allow.
  if (s.is_chain() && count == 2 && s.bindings[0].input == s.bindings[0].output)
    return in.broken("a bind pair");
  classify(s, f);
  return {};
}

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
      // No coder looks back further than to its first byte; but PPMd builds its model in all that it names.
      f.window = plus(f.window, f.is_model[i] ? f.windows[i] : std::min(f.windows[i], size));
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
