// Marks of content that acts, looked for in the bytes of a compound file. What is broken over bytes that do
// not follow one another is not seen.
#pragma once

#include <uploadgate/bytes.hpp>

#include "ole2_slides.hpp"
#include "ole2_workbook.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace uploadgate::formats::ole2_format {

class acting_content {
 public:
  // Of a document of that kind: doc, xls, ppt; empty: any of them.
  explicit acting_content(std::string_view kind)
      : text_{kind.empty() || kind == "doc"},
        sheets_{kind.empty() || kind == "xls"},
        slides_{kind.empty() || kind == "ppt"} {}

  // look: the next bytes, which begin at `offset`. Of sectors, or of one stream from its beginning.
  void look(bytes_view sector, std::uint64_t offset);

  // Where the first one stands.
  std::optional<std::uint64_t> macro_sheet;        // Excel: the beginning of an XLM sheet
  std::optional<std::uint64_t> dde_field;          // Word: a DDE or DDEAUTO field
  std::optional<std::uint64_t> vba_in_slides;      // PowerPoint: the record that says that there are macros
  std::optional<std::uint64_t> control_in_slides;  // PowerPoint: an ActiveX control
  std::optional<std::uint64_t> linked_in_slides;   // PowerPoint: an object that stands in another file
  std::optional<std::uint64_t> encrypted_text;     // Word: the header says so
  std::optional<std::uint64_t> encrypted_slides;   // PowerPoint: the record of the current user says so
  workbook_records workbook;
  slide_objects objects;

 private:
  static constexpr std::size_t overlap = 32;
  void search(std::string_view text, std::uint64_t offset);
  void search_text(std::string_view text, std::uint64_t offset);
  void search_slides(std::string_view text, std::uint64_t offset);
  void search_text_header(bytes_view sector, std::uint64_t offset);

  bool text_;
  bool sheets_;
  bool slides_;
  std::array<std::byte, 2 * overlap> seam_{};
  std::size_t carried_ = 0;  // the last bytes of the sector before
};

}  // namespace uploadgate::formats::ole2_format
