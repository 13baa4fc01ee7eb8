#include <uploadgate/validators/max_size.hpp>

#include "support/uploads.hpp"

namespace uploadgate {
namespace {

TEST_CASE("max_size and min_size judge what comes, at N-1, N and N+1", "[max_size]") {
  struct {
    std::size_t size;
    std::optional<std::uint64_t> announced;
    std::string_view reason;
  } const cases[] = {
      {9, {}, "none"},           {10, {}, "none"},
      {11, {}, "size_exceeded"}, {10, 10, "none"},
      {0, {}, "empty_file"},     {0, 0, "empty_file"},
      {3, {}, "size_too_small"}, {4, {}, "none"},
      {5, {}, "none"},           {5, 6, "size_mismatch"},
      {6, 5, "size_mismatch"},   {5, 11, "size_exceeded"},
      {5, 3, "size_too_small"},  {5, UINT64_MAX, "size_exceeded"},
  };
  const policy p{max_size{10}, min_size{4}};
  for (const auto& c : cases) {
    CAPTURE(c.size, c.announced.value_or(999));
    const auto judged = test::judge_every_split(p, {.size = c.announced}, std::string(c.size, 'x'));
    CHECK(judged.verdict.reason() == c.reason);
  }
}

TEST_CASE("an announced size rejects before the first byte", "[max_size]") {
  const inspection in = policy{max_size{10}}.inspect({.size = 11});
  CHECK(in.verdict().code() == condition::too_large);
}

TEST_CASE("the rejection is at the first byte over the limit", "[max_size]") {
  const auto judged = test::judge_every_split(policy{max_size{10}}, {}, std::string(30, 'x'));
  CHECK(judged.verdict.offset() == 10U);
}

TEST_CASE("an empty file passes only where it is allowed", "[max_size]") {
  CHECK(test::judge(policy{max_size{.limit = 10, .allow_empty = true}}, {}, "").verdict.accepted());
}

}  // namespace
}  // namespace uploadgate
