// The families of ZIP, by the names of their rows in the registry.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace uploadgate::formats {

enum class family_kind : std::uint8_t { archive, opc, odf, epub, program };

struct family {
  std::string_view name;  // of the row
  family_kind kind;
  std::string_view content;  // OPC: the content type of the main part; ODF and EPUB: the text of "mimetype"
};

// family_named: the family of a row; the plain archive where there is none.
const family& family_named(std::string_view row_name);
// family_of_content: by the main part's content type or the text of "mimetype"; null where there is none.
const family* family_of_content(std::string_view content);

}  // namespace uploadgate::formats
