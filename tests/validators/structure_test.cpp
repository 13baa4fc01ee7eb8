#include <uploadgate/validators/magic_type.hpp>
#include <uploadgate/validators/structure.hpp>

#include "support/files.hpp"
#include "support/uploads.hpp"

namespace uploadgate {
namespace {

const std::string photo = test::sample("honest/photo.jpg");
const std::string gradient = test::sample("honest/gradient.png");

TEST_CASE("structure chooses by extension, by claim, by the first bytes", "[structure]") {
  const policy p{structure{}};
  struct {
    upload claim;
    const std::string& content;
    std::string_view reason;
    std::string_view media_type;
  } const cases[] = {
      {{.filename = "a.JPEG"}, photo, "none", "image/jpeg"},
      {{.filename = "a.png"}, photo, "bad_signature", ""},
      {{.content_type = "image/jpeg"}, photo, "none", "image/jpeg"},
      {{.content_type = "image/png"}, photo, "bad_signature", ""},
      {{}, photo, "none", "image/jpeg"},
      {{}, gradient, "none", "image/png"},
      {{.content_type = "application/octet-stream"}, gradient, "none", "image/png"},
      {{.filename = "a.png", .content_type = "image/jpeg"}, gradient, "content_type_mismatch", ""},
      {{.filename = "a.png", .content_type = "Image/PNG; x=y"}, gradient, "none", "image/png"},
      {{.filename = "a.nosuchtype"}, gradient, "not_examined", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.claim.filename, c.claim.content_type);
    const auto judged = test::judge_every_split(p, c.claim, c.content);
    CHECK(judged.verdict.reason() == c.reason);
    if (judged.verdict.accepted()) {
      CHECK(judged.facts.media_type == c.media_type);
      CHECK(judged.facts.examined == examined::whole);
    }
  }
}

TEST_CASE("structure gives the facts of the image, before the rest of it arrives", "[structure]") {
  inspection in = policy{structure{}}.inspect({.filename = "a.png"});
  in.feed(as_bytes(std::string_view{gradient}.substr(0, 100)));
  CHECK(in.facts().width == 64U);
  CHECK(in.facts().height == 48U);
}

TEST_CASE("structure judges dimensions at the header", "[structure]") {
  structure small{};
  small.image.max_pixels = 64 * 48 - 1;
  inspection in = policy{small}.inspect({.filename = "a.png"});
  in.feed(as_bytes(std::string_view{gradient}.substr(0, 100)));
  CHECK(in.verdict().code() == errc::too_many_pixels);
  small.image.max_pixels = 64 * 48;
  CHECK(test::judge(policy{small}, {.filename = "a.png"}, gradient).verdict.accepted());
}

TEST_CASE("structure accepts no prefix and no byte behind the end", "[structure]") {
  const policy p{structure{}};
  for (std::size_t n = 0; n < gradient.size(); n += 97) {
    CHECK(test::judge(p, {.filename = "a.png"}, gradient.substr(0, n)).verdict.rejected());
  }
  const auto judged = test::judge_every_split(p, {.filename = "a.png"}, gradient + "x");
  CHECK(judged.verdict.reason() == "trailing_data");
  CHECK(judged.verdict.offset() == gradient.size());
}

TEST_CASE("structure refuses what a grammar claims and another reader would run", "[structure]") {
  const policy p{structure{}};
  const auto with_comment = [](std::string_view text) {
    const auto length = static_cast<unsigned>(text.size() + 2);
    std::string segment = "\xFF\xFE";
    segment += static_cast<char>(length >> 8);
    segment += static_cast<char>(length & 0xFF);
    return photo.substr(0, 2) + segment + std::string{text} + photo.substr(2);
  };
  CHECK(test::judge_every_split(p, {.filename = "a.jpg"}, with_comment("a comment")).verdict.accepted());
  const auto document = test::judge_every_split(p, {.filename = "a.jpg"}, with_comment("%PDF-1.7\n1 0 obj"));
  CHECK(document.verdict.reason() == "polyglot");
  CHECK(document.verdict.offset() == 6U);
  const std::string end{"PK\5\6\0\0\0\0\1\0\1\0\x2E\0\0\0\x10\0\0\0\0\0", 22};
  CHECK(test::judge_every_split(p, {.filename = "a.jpg"}, with_comment(std::string(99, ' ') + end))
            .verdict.reason() == "polyglot");
  // In coded data: behind the header of the scan, where no marker stands.
  const std::size_t scan = photo.rfind("\xFF\xDA") + 40;
  const std::string shell = photo.substr(0, scan) + "<?php system($_GET[0]); ?>" + photo.substr(scan);
  const auto coded = test::judge_every_split(p, {.filename = "a.jpg"}, shell);
  CHECK(coded.verdict.reason() == "payload_text");
  CHECK(coded.verdict.offset() == scan);
  // The grammar's own objection comes first.
  const auto behind =
      test::judge_every_split(p, {.filename = "a.png"}, gradient + "<?php system($_GET[0]); ?>");
  CHECK(behind.verdict.reason() == "trailing_data");
}

TEST_CASE("allow_partial lets pass what has no grammar, and says that nothing was examined", "[structure]") {
  const policy p{structure{.allow_partial = true}};
  const auto judged = test::judge_every_split(p, {.filename = "a.nosuchtype"}, "\x7f\x01junk");
  CHECK(judged.verdict.accepted());
  CHECK(judged.facts.examined == examined::none);
}

TEST_CASE("magic_type agrees with structure on the samples", "[structure]") {
  const policy p{magic_type{}, structure{}};
  CHECK(test::judge_every_split(p, {.filename = "a.jpg"}, photo).verdict.accepted());
  CHECK(test::judge_every_split(p, {.filename = "a.png"}, photo).verdict.rule() == "magic_type");
}

}  // namespace
}  // namespace uploadgate
