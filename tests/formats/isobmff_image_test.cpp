#include "formats/grammars.hpp"
#include "support/boxes.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <string>
#include <vector>

namespace uploadgate::formats {
namespace {

using test::be;
using test::box;
using test::full;
using test::join;
using test::swap;
using test::where;
using test::zeros;

const std::string heic = box("ftyp", "heic" + zeros(4) + "mif1heic");
const std::string avif = box("ftyp", "avif" + zeros(4) + "avifmif1miaf");

std::string infe(unsigned id, std::string_view type) {
  return full("infe", be(id, 2) + be(0, 2) + std::string{type} + zeros(1), 2);
}
std::string ispe(std::uint64_t w, std::uint64_t h) { return full("ispe", be(w, 4) + be(h, 4)); }

struct extent {
  unsigned id;
  std::uint64_t from;  // within mdat or idat
  std::uint64_t length;
  unsigned construction = 0;
};

// A photograph: a grid of two tiles, a thumbnail and Exif, as a telephone writes it.
struct photo {
  std::string start = heic;
  std::string items = infe(1, "hvc1") + infe(2, "hvc1") + infe(3, "grid") + infe(4, "hvc1") + infe(5, "Exif");
  unsigned count = 5;
  unsigned primary = 3;
  std::string sizes = ispe(512, 512) + ispe(1000, 512) + ispe(64, 32);
  std::string owners = be(1, 2) + be(1, 1) + be(1, 1) + be(2, 2) + be(1, 1) + be(1, 1) + be(3, 2) + be(1, 1) +
                       be(2, 1) + be(4, 2) + be(1, 1) + be(3, 1);
  unsigned owned = 4;
  std::string references = box("dimg", be(3, 2) + be(2, 2) + be(1, 2) + be(2, 2)) +
                           box("thmb", be(4, 2) + be(1, 2) + be(3, 2)) +
                           box("cdsc", be(5, 2) + be(1, 2) + be(3, 2));
  std::string grid = be(0, 2) + be(0, 1) + be(1, 1) + be(1000, 2) + be(512, 2);
  std::vector<extent> extents{{1, 0, 100}, {2, 100, 100}, {3, 0, 8, 1}, {4, 200, 50}, {5, 250, 30}};
  std::string payload = std::string(280, 'p');
};

std::string meta(const photo& p, std::uint64_t mdat) {
  std::string places = be(0x4400, 2) + be(p.extents.size(), 2);
  for (const extent& e : p.extents) {
    places += be(e.id, 2) + be(e.construction, 2) + be(0, 2) + be(1, 2) +
              be(e.from + (e.construction ? 0 : mdat), 4) + be(e.length, 4);
  }
  return full("meta", join({full("hdlr", zeros(4) + "pict" + zeros(13)), full("pitm", be(p.primary, 2)),
                            full("iinf", be(p.count, 2) + p.items), full("iloc", places, 1),
                            full("iref", p.references),
                            box("iprp", {box("ipco", p.sizes), full("ipma", be(p.owned, 4) + p.owners)}),
                            box("idat", p.grid)}));
}
std::string file(const photo& p = {}) {
  const std::uint64_t mdat = p.start.size() + meta(p, 0).size() + 8;
  return p.start + meta(p, mdat) + box("mdat", p.payload);
}
std::string single(std::string_view codec, const std::string& start, std::uint64_t w = 64,
                   std::uint64_t h = 48) {
  return file({.start = start,
               .items = infe(1, codec),
               .count = 1,
               .primary = 1,
               .sizes = ispe(w, h),
               .owners = be(1, 2) + be(1, 1) + be(1, 1),
               .owned = 1,
               .references = "",
               .extents = {{1, 0, 280}}});
}
// The grid's description in mdat, as libavif writes it.
std::string grid_in_payload(std::string grid) {
  photo p;
  p.extents[2] = {3, 280, 8};
  p.payload += grid;
  return file(p);
}

TEST_CASE("photographs pass, with the facts of the primary image", "[isobmff]") {
  const photo p;
  const test::outcome o = test::read_every_split(isobmff_file, file(p), {}, "heic");
  CAPTURE(o.detail);
  CHECK(o.reason == "");
  CHECK(o.found.width == 1000);
  CHECK(o.found.height == 512);
  CHECK(o.found.frames == 1);
  CHECK(o.found.warnings.empty());
  CHECK(test::read_every_split(isobmff_file, grid_in_payload(p.grid), {}, "heic").reason == "");

  const test::outcome a = test::read_every_split(isobmff_file, single("av01", avif), {}, "avif");
  CAPTURE(a.detail);
  CHECK(a.reason == "");
  CHECK(a.found.width == 64);
}

TEST_CASE("items that store equal bytes once pass", "[isobmff]") {
  photo p;
  p.extents[1] = p.extents[0];
  p.extents[1].id = 2;
  p.extents.push_back({2, 100, 100});
  CHECK(test::read(isobmff_file, file(p), {}, "heic").reason == "");
}

TEST_CASE("a cut photograph does not pass", "[isobmff]") {
  test::read_every_truncation(isobmff_file, file(), {}, "heic");
}

photo with(void (*change)(photo&)) {
  photo p;
  change(p);
  return p;
}

TEST_CASE("hostile photographs are refused at the byte at fault", "[isobmff]") {
  const std::string good = file();
  const std::string huge = single("hvc1", heic, 65536, 65536);
  const std::string empty = single("hvc1", heic, 0, 48);
  const std::string lie = single("hvc1", avif);
  const std::string other_lie = single("av01", heic);
  const std::string lying_grid =
      file(with([](photo& p) { p.grid = swap(p.grid, be(1000, 2), be(65000, 2)); }));
  const std::string more_tiles =
      file(with([](photo& p) { p.grid = be(0, 2) + be(255, 1) + be(255, 1) + be(1000, 2) + be(512, 2); }));
  const std::string uncovered =
      file(with([](photo& p) { p.sizes = swap(p.sizes, ispe(512, 512), ispe(400, 512)); }));
  const std::string bad_payload_grid = grid_in_payload(zeros(8));
  const std::string outside = file(with([](photo& p) { p.extents[0].from = 500; }));
  const std::string overlapping = file(with([](photo& p) { p.extents[1].from = 90; }));
  const std::string out_of_idat = file(with([](photo& p) { p.extents[2].from = 4; }));
  const std::string unclaimed = file(with([](photo& p) { p.payload += std::string(5000, 'z'); }));
  const std::string nobody = file(with([](photo& p) { p.primary = 9; }));
  const std::string twins =
      file(with([](photo& p) { p.items = swap(p.items, infe(2, "hvc1"), infe(1, "hvc1")); }));
  const std::string miscounted = file(with([](photo& p) { p.count = 6; }));
  const std::string selfmade =
      file(with([](photo& p) { p.references = box("dimg", be(3, 2) + be(1, 2) + be(3, 2)); }));
  const std::string endless = file(with([](photo& p) { p.owned = 0x10000000; }));
  const std::string no_property = file(with([](photo& p) { p.owners.back() = 99; }));
  const test::judged_as cases[] = {
      {"64k x 64k pixels in ispe", huge, "heic", "too_many_pixels", where(huge, "ispe") + 8},
      {"no pixels in ispe", empty, "heic", "zero_pixels", where(empty, "ispe") + 8},
      {"HEVC under an AVIF brand", lie, "avif", "type_mismatch", where(lie, "infe") - 4},
      {"AV1 under a HEIC brand", other_lie, "heic", "type_mismatch", where(other_lie, "infe") - 4},
      {"a HEIC named .avif", good, "avif", "type_mismatch", 8},
      {"an AVIF named .heic", single("av01", avif), "heic", "type_mismatch", 8},
      {"a photograph named .mp4", good, "mp4", "type_mismatch", 8},
      {"a grid larger than ispe", lying_grid, "heic", "directory_mismatch", where(lying_grid, "idat") + 8},
      {"a grid of 65536 tiles", more_tiles, "heic", "bad_value", where(more_tiles, "idat") + 6},
      {"tiles that do not cover", uncovered, "heic", "bad_value", where(uncovered, "idat") + 6},
      {"a wrong grid in mdat", bad_payload_grid, "heic", "bad_value", bad_payload_grid.size() - 6},
      {"an item behind the end", outside, "heic", "truncated"},
      {"overlapping items", overlapping, "heic", "overlap"},
      {"an item outside of idat", out_of_idat, "heic", "bad_length"},
      {"payload of no item", unclaimed, "heic", "unclaimed_data", where(unclaimed, "mdat") + 4},
      {"no primary item", nobody, "heic", "missing_part", where(nobody, "pitm") + 8},
      {"two items of one number", twins, "heic", "duplicate_part"},
      {"a wrong count of items", miscounted, "heic", "bad_length", where(miscounted, "iinf") - 4},
      {"an image made of itself", selfmade, "heic", "bad_value", where(selfmade, "dimg") + 8},
      {"associations beyond their box", endless, "heic", "bad_length", where(endless, "ipma") + 8},
      {"a property that is not there", no_property, "heic", "bad_value"},
      {"a second meta", good + meta({}, 0), "heic", "duplicate_part", good.size()},
      {"HTML behind the end", good + "<html><script>alert(1)</script>", "heic", "trailing_data", good.size()},
      {"no picture", heic + box("mdat", "x"), "heic", "missing_part", heic.size() + 9},
      {"no ftyp", box("mdat", "x"), "heic", "bad_signature", 4},
  };
  test::judge_each(isobmff_file, cases);
}

TEST_CASE("the number of items is limited", "[isobmff]") {
  const auto many = [](unsigned n) {
    photo p;
    for (unsigned id = 6; id <= n; ++id) p.items += infe(id, "mime");
    p.count = n;
    return test::read(isobmff_file, file(p), {}, "heic").reason;
  };
  CHECK(many(1023) == "");
  CHECK(many(1024) == "");
  CHECK(many(1025) == "too_many_entries");
}

TEST_CASE("a motion photo's movie is read by the same grammar", "[isobmff]") {
  const std::string good = file();
  CHECK(test::read_every_split(isobmff_file, good + box("mpvd", "<script>no movie"), {}, "heic").reason ==
        "bad_signature");
  const test::outcome o = test::read(isobmff_file, good + box("mpvd", "0000ftyp<html>"), {}, "heic");
  CHECK_FALSE(o.ok());

  const std::string header = box("moov", full("mvhd", zeros(8) + be(1000, 4) + zeros(84)));
  const std::string movie = box("ftyp", "mp42" + zeros(4) + "mp42") + box("mdat", "samples") + header;
  const test::outcome whole =
      test::read_every_split(isobmff_file, good + box("mpvd", movie) + box("sefd", "Samsung"), {}, "heic");
  CHECK(whole.reason == "");
  CHECK(whole.found.examined == examined::whole);
  // What the movie's grammar did not see, nobody saw.
  photo pieces;
  pieces.extents[1].construction = 2;
  const test::outcome part =
      test::read_every_split(isobmff_file, good + box("mpvd", file(pieces) + header), {}, "heic");
  CHECK(part.reason == "");
  CHECK(part.found.examined == examined::prefix);
  CHECK(part.found.examined_note == "an item is made of pieces of other items");
}

TEST_CASE("brands choose the row", "[isobmff]") {
  bool undecided = false;
  const auto named = [&](const std::string& bytes) -> std::string_view {
    const format* f = find_signature(as_bytes(bytes), undecided);
    return f ? f->name : "";
  };
  CHECK(named(avif) == "avif");
  CHECK(named(heic) == "heic");
  CHECK(named(box("ftyp", "mif1" + zeros(4) + "avifmif1")) == "avif");
  CHECK(named(box("ftyp", "M4A " + zeros(4) + "M4A mp42")) == "m4a");
  CHECK(named(box("ftyp", "isom" + zeros(4) + "isommp42")) == "mp4");
  CHECK(named(box("ftyp", "qt  " + zeros(4) + "qt  ")) == "mov");
  CHECK(named(box("ftyp", "3gp4" + zeros(4) + "isom3gp4")) == "3gp");
  CHECK(named(box("wide", "") + box("mdat", "x")) == "mov");
  CHECK(named("plain text, is it not") == "");
}

}  // namespace
}  // namespace uploadgate::formats
