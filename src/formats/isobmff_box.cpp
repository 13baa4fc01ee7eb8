#include "isobmff_box.hpp"

#include <algorithm>

namespace uploadgate::formats::isobmff {
namespace {

constexpr box in(const char (&type)[5], kind k, std::array<std::uint32_t, 3> parents, bool once = false,
                 bool required = false) {
  return {code(type), k, once, required, false, parents, 0};
}
constexpr box anywhere(const char (&type)[5], kind k) { return {code(type), k, false, false, true, {}, 0}; }

constexpr std::uint32_t none = 0xFFFFFFFF;
constexpr std::array<std::uint32_t, 3> at_top{top, none, none};
template <std::size_t N>
constexpr std::array<std::uint32_t, 3> of(const char (&a)[N]) {
  return {code(a), none, none};
}
constexpr std::array<std::uint32_t, 3> of(const char (&a)[5], const char (&b)[5]) {
  return {code(a), code(b), none};
}

constexpr auto rows = [] {
  std::array table{
      // ISO/IEC 14496-12, table 1, in its order
      in("ftyp", kind::leaf, at_top, true),
      in("styp", kind::opaque, at_top),
      in("moov", kind::container, at_top, true),
      in("moof", kind::container, at_top),
      in("mdat", kind::payload, at_top),
      in("imda", kind::payload, at_top),
      in("sidx", kind::leaf, at_top),
      in("mfra", kind::container, at_top, true),
      in("mpvd", kind::payload, at_top),
      in("mvhd", kind::leaf, of("moov"), true, true),
      in("trak", kind::container, of("moov")),
      in("mvex", kind::container, of("moov"), true),
      in("cmov", kind::refused, of("moov")),
      in("rmra", kind::refused, of("moov")),
      in("tkhd", kind::leaf, of("trak"), true, true),
      in("edts", kind::container, of("trak"), true),
      in("mdia", kind::container, of("trak"), true, true),
      in("elst", kind::leaf, of("edts"), true),
      in("mdhd", kind::leaf, of("mdia"), true, true),
      in("minf", kind::container, of("mdia"), true, true),
      in("dinf", kind::container, of("minf", "meta"), true),
      in("dref", kind::container, of("dinf"), true, true),
      in("stbl", kind::container, of("minf"), true, true),
      in("stsd", kind::container, of("stbl"), true, true),
      in("stts", kind::leaf, of("stbl"), true),
      in("ctts", kind::leaf, of("stbl"), true),
      in("stss", kind::leaf, of("stbl"), true),
      in("stsc", kind::leaf, of("stbl"), true),
      in("stsz", kind::leaf, of("stbl"), true),
      in("stz2", kind::leaf, of("stbl"), true),
      in("stco", kind::leaf, of("stbl"), true),
      in("co64", kind::leaf, of("stbl"), true),
      in("mfhd", kind::leaf, of("moof"), true, true),
      in("traf", kind::container, of("moof")),
      in("tfhd", kind::leaf, of("traf"), true, true),
      in("trun", kind::leaf, of("traf")),
      in("tfra", kind::leaf, of("mfra")),
      in("mfro", kind::leaf, of("mfra"), true),
      // items
      in("pitm", kind::leaf, of("meta"), true),
      in("iinf", kind::container, of("meta"), true),
      in("iloc", kind::leaf, of("meta"), true),
      in("iref", kind::container, of("meta"), true),
      in("idat", kind::leaf, of("meta"), true),
      in("iprp", kind::container, of("meta"), true),
      in("infe", kind::leaf, of("iinf")),
      in("ipco", kind::container, of("iprp"), true, true),
      in("ipma", kind::leaf, of("iprp")),
      in("ispe", kind::leaf, of("ipco")),
      // wherever they stand
      anywhere("hdlr", kind::leaf),
      anywhere("udta", kind::container),
      anywhere("meta", kind::container),
      // tables of samples, as long as the movie
      in("sdtp", kind::payload, {code("stbl"), code("traf"), none}),
      in("stdp", kind::payload, of("stbl")),
      in("cslg", kind::payload, of("stbl")),
      in("stps", kind::payload, of("stbl")),
      in("padb", kind::payload, of("stbl")),
      in("subs", kind::payload, of("stbl", "traf")),
      in("sbgp", kind::payload, of("stbl", "traf")),
      in("sgpd", kind::payload, of("stbl", "traf")),
      in("saiz", kind::payload, of("stbl", "traf")),
      in("saio", kind::payload, of("stbl", "traf")),
      in("senc", kind::payload, of("stbl", "traf")),
  };
  // Siblings get bits of their own. Bit 0 is kept for `dinf`, which has two parents.
  std::uint32_t next = 1;
  std::uint32_t parent = none;
  for (box& b : table) {
    if (!b.once && !b.required) continue;
    if (b.parents[0] != parent) next = 1;
    parent = b.parents[0];
    b.bit = b.type == code("dinf") ? 1U : 1U << next++;
  }
  return table;
}();

}  // namespace

std::string name(std::uint32_t type) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const auto c = static_cast<unsigned char>(type >> shift & 0xFF);
    text += c >= 0x20 && c < 0x7F ? static_cast<char>(c) : '?';
  }
  return text;
}

bool plausible(std::uint32_t type) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    const auto c = static_cast<unsigned char>(type >> shift & 0xFF);
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!alnum && c != ' ' && c != '_' && c != '-' && c != 0xA9) return false;
  }
  return true;
}

box find_box(std::uint32_t type) {
  const auto it = std::ranges::find(rows, type, &box::type);
  return it == rows.end() ? box{.type = type} : *it;
}

std::uint32_t required_in(std::uint32_t container) {
  std::uint32_t bits = 0;
  for (const box& b : rows) {
    if (b.required && b.parents[0] == container) bits |= b.bit;
  }
  return bits;
}

std::uint32_t first_missing(std::uint32_t container, std::uint32_t seen) {
  for (const box& b : rows) {
    if (b.required && b.parents[0] == container && !(seen & b.bit)) return b.type;
  }
  return 0;
}

}  // namespace uploadgate::formats::isobmff
