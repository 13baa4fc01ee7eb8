#include "formats/ole2_slides.hpp"

#include "support/catch.hpp"
#include "support/image_bytes.hpp"
#include "support/zip_builder.hpp"

#include <string>

namespace uploadgate::formats::ole2_format {
namespace {

using namespace std::string_literals;
using test::little;

std::string wide(std::string_view text) {
  std::string out;
  for (const char c : text) out += std::string{c} + '\0';
  return out;
}
std::string name(std::string_view text) {
  std::string out = wide(text);
  out.resize(64, '\0');
  return out;
}
const std::string package = "\x0C\0\3\0\0\0\0\0\xC0\0\0\0\0\0\0\x46"s;
const std::string newer_package = "\x20\xA7\x0D\xF2\x2F\xC0\xCE\x11\x92\x7B\x08\0\x09\x5A\xE3\x40"s;
const std::string paint = "\x0A\0\3\0\0\0\0\0\xC0\0\0\0\0\0\0\x46"s;
const std::string worksheet = "\x20\x08\2\0\0\0\0\0\xC0\0\0\0\0\0\0\x46"s;

// The directory of a compound file, as far as it is looked at.
std::string storage(std::string_view its_class, std::string_view stream = "Contents") {
  return "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(1016, '\0') + name("Root Entry") +
         std::string(16, '\0') + std::string{its_class} + std::string(32, '\0') + name(stream) +
         std::string(3000, 'd');
}
std::string packed(const std::string& content, std::size_t promised) {
  const std::string data = test::zlib_packed(content);
  return "\x10\0\x11\x10"s + little(4 + data.size(), 4) + little(promised, 4) + data;
}
std::string packed(const std::string& content) { return packed(content, content.size()); }
std::string plain(const std::string& content) {
  return "\0\0\x11\x10"s + little(content.size(), 4) + content;
}

slide_objects look(const std::string& file, std::size_t sector) {
  slide_objects o;
  for (std::size_t at = 0; at < file.size(); at += sector) {
    o.look(as_bytes(std::string_view{file}.substr(at, sector)), at);
  }
  o.finish();
  return o;
}

enum class found { nothing, harmless, file, project, unfollowed };

TEST_CASE("objects inside slides, at every place of a sector", "[ole2]") {
  const std::string cut = packed(storage(worksheet));
  const struct {
    const char* what;
    std::string object;
    found is;
  } cases[] = {
      {"a worksheet", packed(storage(worksheet)), found::harmless},
      {"a worksheet that is not packed", plain(storage(worksheet)), found::harmless},
      {"a package", packed(storage(package, "\1Ole10Native")), found::file},
      {"a package that is not packed", plain(storage(package, "\1Ole10Native")), found::file},
      {"a package of the newer class", packed(storage(newer_package)), found::file},
      {"native data without a class", packed(storage(std::string(16, '\0'), "\1Ole10Native")), found::file},
      {"native data of Paint", packed(storage(paint, "\1Ole10Native")), found::harmless},
      {"an equation", packed(storage(worksheet, "Equation Native")), found::file},
      {"a project of VBA", packed(storage(worksheet, "_VBA_PROJECT")), found::project},
      {"more than it says", packed(storage(worksheet), 4000), found::unfollowed},
      {"less than it says", packed(storage(worksheet), 9000), found::unfollowed},
      {"packed data that is cut", cut.substr(0, cut.size() - 9), found::unfollowed},
      {"packed data with a hole", cut.substr(0, 40) + std::string(200, '\xEE') + cut.substr(40),
       found::unfollowed},
      {"a promise of a gigabyte", packed(storage(worksheet), 1U << 30U), found::unfollowed},
      {"the record of another thing", "\x10\0\x11\x11"s + packed(storage(package)).substr(4), found::nothing},
      {"a record that holds no compound file", "\0\0\x11\x10"s + little(3000, 4) + storage(package).substr(1),
       found::nothing},
  };
  for (const auto& c : cases) {
    const std::size_t step = c.is == found::harmless || c.is == found::file ? 1 : 37;
    for (const std::size_t sector : {512U, 4096U}) {
      for (std::size_t before = 480; before < 560; before += step) {
        CAPTURE(c.what, sector, before);
        const slide_objects o = look(std::string(before, '\x11') + c.object, sector);
        CHECK(o.any == (c.is == found::nothing ? std::nullopt : std::optional<std::uint64_t>{before}));
        CHECK(o.file.has_value() == (c.is == found::file));
        CHECK(o.project.has_value() == (c.is == found::project));
        CHECK(o.unfollowed.has_value() == (c.is == found::unfollowed));
      }
    }
  }
}

TEST_CASE("all objects together unpack to as much as is allowed, and to a byte more", "[ole2]") {
  const std::string first = packed(storage(worksheet));
  const std::uint64_t rest = slide_objects::most_unpacked - storage(worksheet).size();
  std::string large = storage(worksheet);
  for (const std::uint64_t size : {rest - 1, rest, rest + 1}) {
    CAPTURE(size);
    large.resize(static_cast<std::size_t>(size), '\0');
    const slide_objects o = look(first + packed(large), 4096);
    CHECK(o.unfollowed == (size > rest ? std::optional<std::uint64_t>{first.size()} : std::nullopt));
  }
}

TEST_CASE("a package behind another object is found", "[ole2]") {
  const std::string first = packed(storage(worksheet));
  const slide_objects o = look(first + packed(storage(package)), 512);
  CHECK(o.any == 0U);
  CHECK(o.file == first.size());
  CHECK_FALSE(o.unfollowed.has_value());
}

}  // namespace
}  // namespace uploadgate::formats::ole2_format
