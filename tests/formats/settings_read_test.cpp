#include "formats/settings_read.hpp"

#include "support/catch.hpp"
#include "support/seeds.hpp"

namespace uploadgate::formats {
namespace {

struct outcome {
  std::string reason;
  std::optional<std::uint64_t> offset;
  facts found;
};

outcome read(const format& row, const structure_limits& limits, std::string_view content) {
  parse p{row.read, limits, &row};
  result r = p.feed(as_bytes(content));
  if (r.ok()) r = p.finish();
  if (r.ok()) return {{}, {}, p.found()};
  return {std::string{reason(r.why().code)}, r.why().offset, p.found()};
}

TEST_CASE("a grammar reads no other settings than the table says", "[settings_read]") {
  const structure_limits all;
  structure_limits lenient;  // reads on behind what the defaults refuse
  lenient.document = {.external_references = handling::warn, .legacy_encodings = handling::allow};
  lenient.image.payload_text = handling::warn;
  std::size_t differ = 0;
  for (const format& row : registry()) {
    for (const structure_limits& limits : {all, lenient}) {
      const structure_limits known = settings_for(row, limits);
      if (known == limits) continue;
      ++differ;
      for (const test::seed& s : test::seeds()) {
        CAPTURE(row.name, s.path);
        const outcome whole = read(row, limits, s.content);
        const outcome less = read(row, known, s.content);
        REQUIRE(less.reason == whole.reason);
        REQUIRE(less.offset == whole.offset);
        REQUIRE(less.found.warnings == whole.found.warnings);
        REQUIRE(less.found.width == whole.found.width);
        REQUIRE(less.found.frames == whole.found.frames);
      }
    }
  }
  CHECK(differ > 20);
}

TEST_CASE("what a grammar does not read is at its strictest", "[settings_read]") {
  const structure_limits all;
  const auto* const text = find_extension("txt");
  CHECK(settings_for(*text, all).image.max_pixels == 0);
  CHECK(settings_for(*text, all).archive.max_entries == 0);
  CHECK(settings_for(*text, all).document == all.document);
  const auto* const photo = find_extension("png");
  CHECK(settings_for(*photo, all).image == all.image);
  CHECK(settings_for(*photo, all).document.macros == handling::reject);
  for (const char* extension : {"zip", "pdf", "docx", "tar", "jpg", "mp4", "doc"}) {
    CAPTURE(extension);
    CHECK(settings_for(*find_extension(extension), all) == all);
  }
}

}  // namespace
}  // namespace uploadgate::formats
