#include <uploadgate/validators/any_of.hpp>
#include <uploadgate/validators/max_size.hpp>

#include "support/uploads.hpp"

namespace uploadgate {
namespace {

struct begins_with {
  static constexpr std::string_view name = "begins_with";
  char wanted;
  bool seen = false;
  result feed(bytes_view b, facts& f) {
    if (std::exchange(seen, true)) return {};
    f.media_type = std::string{"x/"} + wanted;
    return b.front() == std::byte(wanted) ? result{} : result{errc::content_mismatch, {}, 0};
  }
};

struct throwing {
  static constexpr std::string_view name = "throwing";
  result feed(bytes_view) const { throw std::runtime_error("broken"); }
};

TEST_CASE("any_of accepts where one alternative does, and gives its facts", "[any_of]") {
  const policy p{any_of{begins_with{'a'}, policy{begins_with{'b'}, max_size{3}}}};
  struct {
    std::string_view content;
    std::string_view reason;
    std::string_view media_type;
  } const cases[] = {
      {"aaaaaa", "none", "x/a"},
      {"bbb", "none", "x/b"},
      {"bbbb", "no_alternative", ""},
      {"c", "no_alternative", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.content);
    const auto judged = test::judge_every_split(p, {}, c.content);
    CHECK(judged.verdict.reason() == c.reason);
    if (judged.verdict.accepted()) CHECK(judged.facts.media_type == c.media_type);
  }
  CHECK(test::judge(p, {}, "c").verdict.detail() ==
        "begins_with: content_mismatch; begins_with: content_mismatch");
}

TEST_CASE("a single alternative keeps its own reason", "[any_of]") {
  const auto judged = test::judge_every_split(policy{any_of{max_size{2}}}, {}, "xyz");
  CHECK(judged.verdict.reason() == "size_exceeded");
  CHECK(judged.verdict.offset() == 2U);
}

TEST_CASE("an alternative that throws does not accept", "[any_of]") {
  CHECK(test::judge(policy{any_of{throwing{}}}, {}, "x").verdict.reason() == "validator_failed");
  CHECK(test::judge(policy{any_of{throwing{}, max_size{3}}}, {}, "x").verdict.accepted());
}

TEST_CASE("report_only records and never rejects", "[report_only]") {
  const policy p{report_only{policy{max_size{2}}}, begins_with{'x'}};
  const auto over = test::judge_every_split(p, {}, "xyz");
  CHECK(over.verdict.accepted());
  REQUIRE(over.facts.warnings.size() == 1);
  CHECK(over.facts.warnings[0] == "report_only: max_size: size_exceeded: the limit is 2 bytes at 2");
  CHECK(test::judge(p, {}, "xy").facts.warnings.empty());
  CHECK(test::judge(p, {.size = 9}, "xy").facts.warnings.size() == 1);
  CHECK(test::judge(policy{report_only{throwing{}}}, {}, "x").facts.warnings.size() == 1);
}

}  // namespace
}  // namespace uploadgate
