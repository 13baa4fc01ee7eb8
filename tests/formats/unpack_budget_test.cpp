#include "formats/unpack_budget.hpp"

#include "support/catch.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

structure_limits limits_of(std::uint64_t unpacked, std::uint64_t ratio, std::uint64_t floor) {
  structure_limits limits;
  limits.archive = {.max_unpacked = unpacked, .max_ratio = ratio, .ratio_floor = floor};
  return limits;
}

TEST_CASE("unpack_budget leaves room up to each cap and not a byte more", "[unpack_budget]") {
  constexpr std::uint64_t step = unpack_budget::step;
  struct {
    std::string_view name;
    structure_limits limits;
    std::optional<std::uint64_t> before;
    std::uint64_t direct, nested, offset, room;
  } const cases[] = {
      {"size alone", limits_of(100, 0, 1000), {}, 0, 0, 0, 100},
      {"one byte left", limits_of(100, 0, 1000), {}, 99, 0, 0, 1},
      {"full", limits_of(100, 0, 1000), {}, 100, 0, 0, 0},
      {"over full", limits_of(100, 0, 1000), {}, 101, 0, 0, 0},
      {"nested counts", limits_of(100, 0, 1000), {}, 10, 60, 0, 30},
      {"around counts", limits_of(100, 0, 1000), 70, 10, 0, 0, 20},
      {"around passes the cap", limits_of(100, 0, 1000), 170, 0, 0, 0, 0},
      {"own bytes came out too", limits_of(3 * step, 0, 9 * step), 0, 0, 0, step + 7, 2 * step},
      {"a file that lies in none is not itself unpacked", limits_of(100, 0, 1000), {}, 0, 0, 5 * step, 100},
      {"the floor", limits_of(1 * GiB, 0, 1000), {}, 1, 0, 0, 999},
      {"the ratio, by whole steps", limits_of(1 * GiB, 10, 1000), {}, 0, 0, step + 1, 20 * step},
      {"the ratio does not overflow",
       limits_of(1 * GiB, UINT64_MAX, 0),
       {},
       0,
       0,
       UINT64_MAX - step,
       1 * GiB},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    context ctx{c.limits};
    ctx.unpacked_before = c.before;
    unpack_budget budget{ctx};
    budget.charge(c.direct);
    budget.charge_nested(c.nested);
    CHECK(budget.room(c.offset) == c.room);
    CHECK(budget.unpacked() == c.direct + c.nested);
  }
}

TEST_CASE("unpack_budget says which cap broke, at the step", "[unpack_budget]") {
  const auto why = [](const structure_limits& limits, std::uint64_t offset) {
    context ctx{limits};
    unpack_budget budget{ctx};
    budget.charge(budget.room(offset));
    return budget.exceeded(offset, unpack_budget::step_of(offset)).why();
  };
  CHECK(why(limits_of(100, 10, 1000), 5000).code == errc::unpacked_too_large);
  CHECK(why(limits_of(100, 10, 1000), 5000).offset == 4096);
  CHECK(why(limits_of(1 * GiB, 10, 1000), 4095).code == errc::ratio_exceeded);
  CHECK(why(limits_of(1 * GiB, 10, 1000), 4095).offset == 0);
}

TEST_CASE("unpack_budget hands on what came out before a nested file", "[unpack_budget]") {
  const structure_limits limits;
  context outside{limits};
  unpack_budget budget{outside};
  budget.charge(5);
  budget.charge_nested(6);
  CHECK(budget.before_nested(1000) == 11);
  context inside{limits};
  inside.unpacked_before = 100;
  CHECK(unpack_budget{inside}.before_nested(1000) == 1100);
}

}  // namespace
}  // namespace uploadgate::formats
