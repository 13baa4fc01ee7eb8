#include "ole2_content.hpp"

#include "endian.hpp"

#include <algorithm>
#include <string_view>

namespace uploadgate::formats::ole2_format {
namespace {

// [MS-XLS] 2.4.21, BOF: the record, its length, BIFF8 or BIFF5, and the type of a macro sheet.
constexpr std::string_view biff8_macro_sheet{"\x09\x08\x10\x00\x00\x06\x40\x00", 8};
constexpr std::string_view biff5_macro_sheet{"\x09\x08\x08\x00\x00\x05\x40\x00", 8};
// [MS-PPT] 2.4.10, VBAInfoContainer, and the header of its VBAInfoAtom; then a reference of four bytes, and
// whether there are macros.
constexpr std::string_view vba_info{"\x1F\x00\xFF\x03\x14\x00\x00\x00\x02\x00\x00\x04\x0C\x00\x00\x00", 16};
// [MS-PPT] 2.3.2, CurrentUserAtom: its size, and the token of an encrypted document.
constexpr std::string_view encrypted_user{"\x14\x00\x00\x00\xDF\xC4\xD1\xF3", 8};
// [MS-PPT] 2.10.12, the header of an ExOleObjAtom; then how it is shown, and its type.
constexpr std::string_view slide_object{"\x01\x00\xC3\x0F\x18\x00\x00\x00", 8};
constexpr std::uint32_t linked_object = 1;
constexpr std::uint32_t control_object = 2;
// [MS-DOC] 2.5.2, FibBase: its mark, versions of Word 97 and later and of Word 6 and 95, and the flag.
constexpr std::uint16_t word_97 = 0xA5EC;
constexpr std::uint16_t word_6 = 0xA5DC;
constexpr std::uint16_t encrypted_flag = 0x0100;
constexpr std::size_t stream_alignment = 64;
// [MS-DOC] 2.8.25: the character at which a field's instruction begins.
constexpr char field_begin = '\x13';

// Whether "DDE " or "DDEAUTO" follows, in characters of `width` bytes.
bool names_dde(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  const auto next = [&]() -> char {
    if (at + width > text.size() || (width == 2 && text[at + 1] != '\0')) return '\0';
    const char c = text[at];
    at += width;
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  };
  char c = next();
  while (c == ' ' || c == '"') c = next();
  for (const char wanted : std::string_view{"DDE"}) {
    if (c != wanted) return false;
    c = next();
  }
  if (c == ' ') {
    c = next();
    return c > ' ' && c < '\x7F';
  }
  for (const char wanted : std::string_view{"AUTO"}) {
    if (c != wanted) return false;
    c = next();
  }
  return true;
}

}  // namespace

void acting_content::search_slides(std::string_view text, std::uint64_t offset) {
  if (!vba_in_slides) {
    const std::size_t found = text.find(vba_info);
    const std::size_t flag = found + vba_info.size() + 4;
    if (found != std::string_view::npos && flag < text.size() && text[flag] != '\0') {
      vba_in_slides = offset + found;
    }
  }
  if (!encrypted_slides) {
    const std::size_t found = text.find(encrypted_user);
    if (found != std::string_view::npos) encrypted_slides = offset + found;
  }
  for (std::size_t found = text.find(slide_object); found != std::string_view::npos;
       found = text.find(slide_object, found + 1)) {
    const std::size_t type_at = found + slide_object.size() + 4;
    if (type_at + 4 > text.size()) break;
    const std::uint32_t type = le32(as_bytes(text), type_at);
    if (type == control_object && !control_in_slides) control_in_slides = offset + found;
    if (type == linked_object && !linked_in_slides) linked_in_slides = offset + found;
  }
}

void acting_content::search_text_header(bytes_view sector, std::uint64_t offset) {
  static constexpr std::uint16_t versions[] = {0xC0, 0xC1, 0xC2, 0xD9, 0x101, 0x10C, 0x112};
  for (std::size_t at = 0; at + 12 <= sector.size() && !encrypted_text; at += stream_alignment) {
    const std::uint16_t mark = le16(sector, at);
    const std::uint16_t version = le16(sector, at + 2);
    const bool header = (mark == word_97 && std::ranges::find(versions, version) != std::end(versions)) ||
                        (mark == word_6 && version >= 0x65 && version <= 0x69);
    if (header && (le16(sector, at + 10) & encrypted_flag) != 0) encrypted_text = offset + at;
  }
}

void acting_content::search_text(std::string_view text, std::uint64_t offset) {
  for (std::size_t at = text.find(field_begin); !dde_field && at != std::string_view::npos;
       at = text.find(field_begin, at + 1)) {
    const std::string_view behind = text.substr(at + 1);
    const bool wide = behind.starts_with('\0') && names_dde(behind.substr(1), 2);
    if (wide || names_dde(behind, 1)) dde_field = offset + at;
  }
}

void acting_content::search(std::string_view text, std::uint64_t offset) {
  if (sheets_ && !macro_sheet) {
    const std::size_t found = std::min(text.find(biff8_macro_sheet), text.find(biff5_macro_sheet));
    if (found != std::string_view::npos) macro_sheet = offset + found;
  }
  if (slides_) search_slides(text, offset);
  if (text_) search_text(text, offset);
}

void acting_content::look(bytes_view sector, std::uint64_t offset) {
  if (text_) search_text_header(sector, offset);
  if (sheets_) workbook.look(sector, offset);
  if (slides_) objects.look(sector, offset);
  // What begins in the sector before and ends in this one.
  const std::size_t joined = std::min(sector.size(), overlap);
  std::copy_n(sector.begin(), joined, seam_.begin() + static_cast<std::ptrdiff_t>(carried_));
  search(as_text(bytes_view{seam_}.first(carried_ + joined)), offset - carried_);
  search(as_text(sector), offset);
  carried_ = joined;
  std::copy_n(sector.end() - static_cast<std::ptrdiff_t>(carried_), carried_, seam_.begin());
}

}  // namespace uploadgate::formats::ole2_format
