#include "formats/grammar.hpp"

#include "formats/endian.hpp"
#include "support/catch.hpp"
#include "support/judge.hpp"

#include <string>

namespace uploadgate::formats {
namespace {

// A toy with every kind of await: a length and a payload that is summed, a skipped run, and a trailer that
// may stand.
grammar toy(reader& in, context& ctx) {
  const std::uint16_t n = be16(co_await in.take(2), 0);
  std::uint64_t sum = 0;
  for (std::uint64_t left = n; left > 0;) {
    const bytes_view piece = co_await in.some(left);
    for (const std::byte b : piece) sum += std::to_integer<unsigned>(b);
    left -= piece.size();
  }
  ctx.found.entries = sum;
  co_await in.skip(3);
  const bytes_view ahead = co_await in.peek(4);
  if (as_text(ahead) == "STOP") co_return in.object(errc::bad_value, "stop");
  if (co_await in.more()) {
    std::size_t newlines = 0;
    for (;;) {
      const bytes_view window = co_await in.window();
      if (window.empty()) co_return in.object(errc::truncated);
      const auto end = std::ranges::find(window, std::byte{'.'});
      newlines += static_cast<std::size_t>(std::count(window.begin(), end, std::byte{'\n'}));
      const auto used = static_cast<std::size_t>(end - window.begin());
      if (end != window.end()) {
        in.consume(used + 1);
        break;
      }
      in.consume(used);
    }
    ctx.found.frames = newlines;
  }
  co_return result{};
}

std::string file(std::string_view tail) { return std::string{"\0\5\1\2\3\4\5xyz", 10} + std::string{tail}; }

TEST_CASE("a grammar reads the same at every split", "[grammar]") {
  struct {
    std::string input;
    std::string_view reason;
    std::optional<std::uint64_t> offset;
  } const cases[] = {
      {file(""), "", {}},
      {file("."), "", {}},
      {file("ab\ncd\nefghijkl."), "", {}},
      {file("STOP"), "bad_value", 10},
      {file("STO."), "", {}},
      {file("abc.d"), "trailing_data", 14},
      {file("abc"), "truncated", 13},
      {std::string{"\0\5\1\2\3", 5}, "truncated", 5},
      {std::string{"\0\5\1\2\3\4\5xy", 9}, "truncated", 9},
      {"", "truncated", 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    const test::outcome o = test::read_every_split(toy, c.input);
    CHECK(o.reason == c.reason);
    CHECK(o.offset == c.offset);
    if (o.ok()) {
      CHECK(o.found.entries == 15);
      CHECK(o.found.examined == examined::whole);
    }
  }
}

grammar greedy(reader& in, context&) {
  co_await in.take(reader::max_take + 1);
  co_return result{};
}

TEST_CASE("a grammar cannot ask for more at once than the reader joins", "[grammar]") {
  CHECK_THROWS_AS(test::read(greedy, "x"), std::length_error);
}

TEST_CASE("count_frame judges pixels, frames and their total at the limit", "[grammar]") {
  structure_limits limits;
  limits.image = {.max_pixels = 12, .max_frames = 2, .max_total_pixels = 20};
  const auto judge = [&](std::initializer_list<std::pair<std::uint64_t, std::uint64_t>> frames) {
    context ctx{limits};
    for (const auto& [w, h] : frames) {
      if (result r = count_frame(ctx, w, h, 7); !r.ok()) return std::string{reason(r.why().code)};
    }
    return std::string{};
  };
  CHECK(judge({{3, 4}}).empty());
  CHECK(judge({{11, 1}}).empty());
  CHECK(judge({{13, 1}}) == "too_many_pixels");
  CHECK(judge({{UINT64_MAX, UINT64_MAX}}) == "too_many_pixels");
  CHECK(judge({{0, 4}}) == "zero_pixels");
  CHECK(judge({{2, 5}, {2, 5}}).empty());
  CHECK(judge({{2, 5}, {11, 1}}) == "too_many_total_pixels");
  CHECK(judge({{1, 1}, {1, 1}, {1, 1}}) == "too_many_frames");
}

}  // namespace
}  // namespace uploadgate::formats
