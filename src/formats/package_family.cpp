#include "package_family.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace uploadgate::formats {
namespace {

#define UPLOADGATE_OOXML "application/vnd.openxmlformats-officedocument."
#define UPLOADGATE_ODF "application/vnd.oasis.opendocument."

// Content types: ECMA-376 part 1, and [MS-OFFMACRO2]; media types: ODF 1.3 part 2, EPUB OCF 3.3.
constexpr std::array families{
    family{"zip", family_kind::archive, ""},
    family{"docx", family_kind::opc, UPLOADGATE_OOXML "wordprocessingml.document.main+xml"},
    family{"dotx", family_kind::opc, UPLOADGATE_OOXML "wordprocessingml.template.main+xml"},
    family{"docm", family_kind::opc, "application/vnd.ms-word.document.macroEnabled.main+xml"},
    family{"dotm", family_kind::opc, "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"},
    family{"xlsx", family_kind::opc, UPLOADGATE_OOXML "spreadsheetml.sheet.main+xml"},
    family{"xltx", family_kind::opc, UPLOADGATE_OOXML "spreadsheetml.template.main+xml"},
    family{"xlsm", family_kind::opc, "application/vnd.ms-excel.sheet.macroEnabled.main+xml"},
    family{"xltm", family_kind::opc, "application/vnd.ms-excel.template.macroEnabled.main+xml"},
    family{"xlsb", family_kind::opc, "application/vnd.ms-excel.sheet.binary.macroEnabled.main"},
    family{"xlam", family_kind::opc, "application/vnd.ms-excel.addin.macroEnabled.main+xml"},
    family{"pptx", family_kind::opc, UPLOADGATE_OOXML "presentationml.presentation.main+xml"},
    family{"potx", family_kind::opc, UPLOADGATE_OOXML "presentationml.template.main+xml"},
    family{"ppsx", family_kind::opc, UPLOADGATE_OOXML "presentationml.slideshow.main+xml"},
    family{"sldx", family_kind::opc, UPLOADGATE_OOXML "presentationml.slide.main+xml"},
    family{"pptm", family_kind::opc, "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"},
    family{"potm", family_kind::opc, "application/vnd.ms-powerpoint.template.macroEnabled.main+xml"},
    family{"ppsm", family_kind::opc, "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml"},
    family{"ppam", family_kind::opc, "application/vnd.ms-powerpoint.addin.macroEnabled.main+xml"},
    family{"odt", family_kind::odf, UPLOADGATE_ODF "text"},
    family{"ott", family_kind::odf, UPLOADGATE_ODF "text-template"},
    family{"odm", family_kind::odf, UPLOADGATE_ODF "text-master"},
    family{"ods", family_kind::odf, UPLOADGATE_ODF "spreadsheet"},
    family{"ots", family_kind::odf, UPLOADGATE_ODF "spreadsheet-template"},
    family{"odp", family_kind::odf, UPLOADGATE_ODF "presentation"},
    family{"otp", family_kind::odf, UPLOADGATE_ODF "presentation-template"},
    family{"odg", family_kind::odf, UPLOADGATE_ODF "graphics"},
    family{"otg", family_kind::odf, UPLOADGATE_ODF "graphics-template"},
    family{"odf", family_kind::odf, UPLOADGATE_ODF "formula"},
    family{"odc", family_kind::odf, UPLOADGATE_ODF "chart"},
    family{"epub", family_kind::epub, "application/epub+zip"},
    family{"jar", family_kind::program, ""},
    family{"war", family_kind::program, ""},
    family{"apk", family_kind::program, ""},
};

#undef UPLOADGATE_OOXML
#undef UPLOADGATE_ODF

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

}  // namespace

const family& family_named(std::string_view row_name) {
  const auto it = std::ranges::find(families, row_name, &family::name);
  return it == families.end() ? families.front() : *it;
}

const family* family_of_content(std::string_view content) {
  if (content.empty()) return nullptr;
  const auto it =
      std::ranges::find_if(families, [&](const family& f) { return same_ignoring_case(f.content, content); });
  return it == families.end() ? nullptr : &*it;
}

}  // namespace uploadgate::formats
