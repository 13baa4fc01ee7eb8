#include "formats/context.hpp"

#include "support/catch.hpp"

namespace uploadgate::formats {
namespace {

structure_limits with_entries(std::uint64_t most) { return {.archive = {.max_entries = most}}; }

result count(context& ctx, std::uint64_t n, std::uint64_t offset) {
  return within(ctx, n, &archive_limits::max_entries, errc::too_many_entries, over, offset);
}

TEST_CASE("alone, an objection comes back", "[context]") {
  const structure_limits limits = with_entries(3);
  context ctx{limits};
  CHECK(count(ctx, 3, 7).ok());
  const result r = count(ctx, 4, 7);
  REQUIRE_FALSE(r.ok());
  CHECK(r.why().detail == "over 3");
  CHECK(r.why().offset == 7U);
  CHECK_FALSE(ctx.parties()[0].objected);
}

TEST_CASE("who objects is out, and the last one's objection comes back", "[context]") {
  for (const std::size_t strict : {std::size_t{0}, std::size_t{1}}) {
    CAPTURE(strict);
    party_limits limits{with_entries(9), with_entries(9)};
    limits[strict]->archive.max_entries = 3;
    context ctx{limits};
    ctx.found.frames = 1;
    CHECK(count(ctx, 4, 7).ok());
    REQUIRE(ctx.parties()[strict].objected);
    CHECK(ctx.parties()[strict].objected->offset == 7U);
    ctx.found.frames = 2;
    CHECK(ctx.found_by(strict).frames == 1U);
    CHECK(ctx.found_by(1 - strict).frames == 2U);
    CHECK(count(ctx, 5, 8).ok());  // the first objection stays
    CHECK(ctx.parties()[strict].objected->offset == 7U);
    CHECK(count(ctx, 10, 9).why().detail == "over 9");
    const party_limits left = ctx.limits_for_contained();
    CHECK_FALSE(left[strict]);
    CHECK(left[1 - strict]);
  }
}

TEST_CASE("both objecting at once, the last answers", "[context]") {
  const party_limits limits{with_entries(3), with_entries(4)};
  context ctx{limits};
  CHECK(ctx.least(limit{&archive_limits::max_entries}) == 3);
  CHECK(ctx.most(limit{&archive_limits::max_entries}) == 4);
  CHECK(count(ctx, 5, 1).why().detail == "over 4");
  CHECK(ctx.parties()[0].objected->detail == "over 3");
}

TEST_CASE("warnings are apart from where they differ, with the facts up to the objection", "[context]") {
  party_limits limits{structure_limits{}, structure_limits{}};
  limits[0]->document = {.macros = handling::warn, .launch = handling::reject};
  limits[1]->document = {.macros = handling::allow, .launch = handling::warn};
  context ctx{limits};
  ctx.warn("for both");
  CHECK(handle(ctx, &document_rules::macros, errc::macros, "x", 3).ok());
  ctx.warn("for both again");
  ctx.found.frames = 5;
  CHECK(handle(ctx, &document_rules::launch, errc::launch_action, "y", 4).ok());
  ctx.warn("for one");
  CHECK(ctx.warned(0).warnings == std::vector<std::string>{"for both", "macros: x at 3", "for both again"});
  CHECK(ctx.warned(1).warnings ==
        std::vector<std::string>{"for both", "for both again", "launch_action: y at 4", "for one"});
  CHECK(ctx.found_by(0).frames == 5U);
}

TEST_CASE("what no policy chooses is said to all", "[context]") {
  const party_limits limits{with_entries(3), with_entries(4)};
  context ctx{limits};
  CHECK_FALSE(handle(ctx, handling::reject, errc::not_text, "", 1).ok());
  CHECK_FALSE(ctx.parties()[0].objected);  // a grammar may still find that something else comes first
  CHECK(handle(ctx, handling::warn, errc::not_text, "", 1).ok());
  CHECK(ctx.warned(0).warnings == ctx.warned(1).warnings);
  CHECK(ctx.warned(0).warnings.size() == 1);
}

TEST_CASE("a softened choice warns where it would reject", "[context]") {
  const choice links = choice{&document_rules::external_references}.at_most_warn();
  CHECK(links.of({.document = {.external_references = handling::reject}}) == handling::warn);
  CHECK(links.of({.document = {.external_references = handling::allow}}) == handling::allow);
}

}  // namespace
}  // namespace uploadgate::formats
