// The coders of a 7z folder: which methods they are, and how their streams are bound to one another.
#include "sevenzip_fields.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace uploadgate::formats::sevenzip_format {
namespace {

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

}  // namespace

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

}  // namespace uploadgate::formats::sevenzip_format
