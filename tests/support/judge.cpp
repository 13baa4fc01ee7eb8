#include "judge.hpp"

#include "catch.hpp"
#include "formats/registry.hpp"
#include "splits.hpp"

#include <algorithm>

namespace uploadgate::test {
namespace {

const formats::format* row(std::string_view name) {
  const auto all = formats::registry();
  const auto it = std::ranges::find(all, name, &formats::format::name);
  return it == all.end() ? nullptr : &*it;
}

template <class Deliver>
outcome run(formats::grammar_function grammar, const structure_limits& limits, std::string_view format_name,
            Deliver deliver) {
  formats::parse parse{grammar, limits, row(format_name)};
  result last;
  deliver([&](bytes_view piece) {
    if (last.ok()) last = parse.feed(piece);
  });
  if (last.ok()) last = parse.finish();
  outcome o;
  o.found = parse.found();
  if (!last.ok()) {
    o.reason = reason(last.why().code);
    o.offset = last.why().offset;
    o.detail = last.why().detail;
  }
  return o;
}

}  // namespace

outcome read(formats::grammar_function grammar, std::string_view input, const structure_limits& limits,
             std::string_view format_name) {
  return run(grammar, limits, format_name, [&](auto feed) {
    if (!input.empty()) feed(as_bytes(input));
  });
}

outcome read_every_split(formats::grammar_function grammar, std::string_view input,
                         const structure_limits& limits, std::string_view format_name) {
  const outcome first = read(grammar, input, limits, format_name);
  if (input.empty()) return first;
  for_every_split(as_bytes(input), [&](std::string_view how, auto deliver) {
    const outcome again = run(grammar, limits, format_name, deliver);
    CAPTURE(how, first.reason, again.reason, first.detail, again.detail);
    REQUIRE(again.reason == first.reason);
    REQUIRE(again.offset == first.offset);
    REQUIRE(again.found.width == first.found.width);
    REQUIRE(again.found.height == first.found.height);
    REQUIRE(again.found.frames == first.found.frames);
    REQUIRE(again.found.entries == first.found.entries);
    REQUIRE(again.found.unpacked_size == first.found.unpacked_size);
    REQUIRE(again.found.media_type == first.found.media_type);
    REQUIRE(again.found.warnings == first.found.warnings);
    REQUIRE(again.found.examined == first.found.examined);
  });
  return first;
}

void read_every_truncation(formats::grammar_function grammar, std::string_view input,
                           const structure_limits& limits, std::string_view format_name,
                           bool (*allowed)(std::size_t)) {
  for (std::size_t n = 0; n < input.size(); ++n) {
    if (allowed && allowed(n)) continue;
    CAPTURE(n);
    REQUIRE_FALSE(read(grammar, input.substr(0, n), limits, format_name).ok());
  }
}

void judge_each(formats::grammar_function grammar, std::span<const judged> cases,
                std::string_view format_name, const structure_limits& limits) {
  for (const judged& c : cases) {
    CAPTURE(c.name);
    const outcome o = read_every_split(grammar, c.input, limits, format_name);
    CAPTURE(o.detail);
    CHECK(o.reason == c.reason);
    if (c.offset) CHECK(o.offset == c.offset);
  }
}

void judge_each(formats::grammar_function grammar, std::span<const judged_as> cases) {
  for (const judged_as& c : cases) {
    const judged row{c.name, c.input, c.reason, c.offset};
    judge_each(grammar, {&row, 1}, c.row);
  }
}

}  // namespace uploadgate::test
