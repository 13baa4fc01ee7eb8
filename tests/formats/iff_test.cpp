#include "formats/grammars.hpp"
#include "support/boxes.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

using test::be;
using test::zeros;

std::string part(std::string_view id, const std::string& payload) {
  return std::string{id} + be(payload.size(), 4) + payload + (payload.size() % 2 ? zeros(1) : "");
}
const std::string comm = part("COMM", zeros(18));
const std::string ssnd = part("SSND", zeros(8) + "1234");
const std::string sound = part("FORM", "AIFF" + comm + ssnd);
const std::string end = std::string{"\0\xFF\x2F\0", 4};
const std::string head = part("MThd", be(0, 2) + be(1, 2) + be(96, 2));
const std::string tune = head + part("MTrk", end);

TEST_CASE("AIFF and MIDI pass whole and not cut", "[iff]") {
  CHECK(test::read_every_split(aiff, sound, {}, "aiff").reason == "");
  CHECK(test::read_every_split(midi, tune, {}, "midi").reason == "");
  test::read_every_truncation(aiff, sound, {}, "aiff");
  test::read_every_truncation(midi, tune, {}, "midi");
}

TEST_CASE("hostile AIFF and MIDI are refused at the byte at fault", "[iff]") {
  struct {
    std::string_view name;
    grammar_function grammar;
    std::string file;
    std::string_view reason;
    std::uint64_t offset;
  } const cases[] = {
      {"ZIP behind AIFF", aiff, sound + "PK\3\4", "trailing_data", sound.size()},
      {"a chunk beyond FORM", aiff, "FORM" + be(30, 4) + "AIFFCOMM" + be(99, 4) + zeros(99), "bad_length",
       12},
      {"no sound", aiff, part("FORM", "AIFF" + comm), "missing_part", 38},
      {"two sounds", aiff, part("FORM", "AIFF" + comm + ssnd + ssnd), "duplicate_part", 58},
      {"PHP in a name", aiff, part("FORM", "AIFF" + part("NAME", "<?php eval($_GET[0]); ?>")), "payload_text",
       20},
      {"another FORM", aiff, part("FORM", "ILBM"), "bad_signature", 0},
      {"HTML behind MIDI", midi, tune + "<html>", "trailing_data", tune.size()},
      {"a track without an end", midi, head + part("MTrk", "1234"), "bad_structure", 23},
      {"no tracks", midi, part("MThd", be(0, 6)), "bad_value", 10},
      {"a header of another length", midi, part("MThd", zeros(10)), "bad_length", 4},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const test::outcome o = test::read_every_split(c.grammar, c.file);
    CAPTURE(o.detail);
    CHECK(o.reason == c.reason);
    CHECK(o.offset == c.offset);
  }
}

}  // namespace
}  // namespace uploadgate::formats
