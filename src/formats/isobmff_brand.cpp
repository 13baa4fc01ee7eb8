// What a file says of itself in `ftyp`, and the signatures made of it.
#include "grammars.hpp"
#include "isobmff_walk.hpp"
#include "registry.hpp"

namespace uploadgate::formats {
namespace isobmff {

// Registered at mp4ra.org.
bool is_brand(brand b, std::uint32_t c) {
  const auto any = [c](auto... of) { return ((c == of) || ...); };
  switch (b) {
    case brand::avif:
      return any(code("avif"), code("avis"));
    case brand::heif:
      return any(code("heic"), code("heix"), code("heim"), code("heis"), code("hevc"), code("hevx"),
                 code("hevm"), code("hevs"), code("mif1"), code("mif2"), code("msf1"), code("miaf"));
    case brand::quicktime:
      return c == code("qt  ");
    case brand::audio:
      return any(code("M4A "), code("M4B "), code("M4P "));
    case brand::phone:
      return (c >> 16) == (code("3g  ") >> 16);
    case brand::movie:
      break;
  }
  return !is_brand(brand::avif, c) && !is_brand(brand::heif, c) && !is_brand(brand::quicktime, c) &&
         c != code("crx ") && c != code("jp2 ") && c != code("jpx ") && c != code("jpm ") &&
         c != code("mjp2");
}

result walk::brands(bytes_view payload, std::uint64_t at) {
  if (payload.size() < 8 || payload.size() % 4 != 0) return {errc::bad_length, "ftyp", at};
  const std::uint32_t major = be32(payload, 0);
  const auto has = [&](brand b) {
    if (is_brand(b, major)) return true;
    for (std::size_t i = 8; i < payload.size(); i += 4) {
      if (is_brand(b, be32(payload, i))) return true;
    }
    return false;
  };
  const auto wrong = [&] { return result{errc::type_mismatch, "the brand is '" + name(major) + "'", at}; };
  if (!ctx_.chosen) return {};
  const std::string_view row = ctx_.chosen->name;
  if (family_ == family::avif) return has(brand::avif) ? result{} : wrong();
  if (family_ == family::heif) return has(brand::heif) && !is_brand(brand::avif, major) ? result{} : wrong();
  if (row == "mov") return has(brand::quicktime) ? result{} : wrong();
  if (row == "3gp") return has(brand::phone) ? result{} : wrong();
  return is_brand(brand::movie, major) ? result{} : wrong();
}

namespace {

// Looks at the brands that the window shows; `major_only` where the first one decides.
match look(bytes_view first, brand wanted, bool major_only) {
  constexpr std::string_view ftyp = "ftyp";
  if (first.size() > 4) {
    const std::size_t n = std::min<std::size_t>(first.size() - 4, 4);
    if (as_text(first.subspan(4, n)) != ftyp.substr(0, n)) return match::no;
  }
  if (first.size() >= 2 && (u8(first, 0) || u8(first, 1))) return match::no;  // ftyp is never so long
  if (first.size() < 12) return match::more;
  if (is_brand(wanted, be32(first, 8))) return match::yes;
  if (major_only) return match::no;
  const std::size_t end = std::min<std::size_t>(be32(first, 0), signature_window);
  for (std::size_t i = 16; i + 4 <= end; i += 4) {
    if (i + 4 > first.size()) return match::more;
    if (is_brand(wanted, be32(first, i))) return match::yes;
  }
  return match::no;
}

}  // namespace
}  // namespace isobmff

using isobmff::brand;

match avif_signature(bytes_view first) { return isobmff::look(first, brand::avif, false); }
match heic_signature(bytes_view first) { return isobmff::look(first, brand::heif, false); }
match m4a_signature(bytes_view first) {
  const match audio = isobmff::look(first, brand::audio, true);
  return audio == match::no ? isobmff::look(first, brand::movie, true) : audio;
}
match phone_signature(bytes_view first) { return isobmff::look(first, brand::phone, false); }
match mp4_signature(bytes_view first) {
  const match m = isobmff::look(first, brand::movie, true);
  const bool other = m == match::yes && isobmff::look(first, brand::audio, true) == match::yes;
  return other ? match::no : m;
}
match mov_signature(bytes_view first) {
  if (const match m = isobmff::look(first, brand::quicktime, true); m != match::no) return m;
  // Before 2001 there was no ftyp. The size tells such a box from text that holds the same letters.
  for (const std::string_view type : {"moov", "mdat", "wide", "free", "skip", "pnot"}) {
    const std::size_t n = first.size() > 4 ? std::min<std::size_t>(first.size() - 4, 4) : 0;
    if (as_text(first.subspan(first.size() > 4 ? 4 : first.size(), n)) != type.substr(0, n)) continue;
    if (n == 4) return match::yes;
    return match::more;
  }
  return match::no;
}

}  // namespace uploadgate::formats
