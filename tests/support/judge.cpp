#include "judge.hpp"

#include "beside.hpp"
#include "catch.hpp"
#include "formats/registry.hpp"
#include "splits.hpp"

#include <algorithm>
#include <random>

namespace uploadgate::test {
namespace {

const formats::format* row(std::string_view name) {
  const auto all = formats::registry();
  const auto it = std::ranges::find(all, name, &formats::format::name);
  return it == all.end() ? nullptr : &*it;
}

template <class Deliver>
outcome run(formats::grammar_function grammar, const structure_limits& limits, std::string_view format_name,
            Deliver deliver, const completed_file* file = nullptr) {
  formats::parse parse{grammar, limits, row(format_name)};
  result last;
  deliver([&](bytes_view piece) {
    if (last.ok()) last = parse.feed(piece);
  });
  if (last.ok()) last = parse.finish(file);
  outcome o;
  o.found = parse.found();
  if (!last.ok()) {
    o.reason = reason(last.why().code);
    o.offset = last.why().offset;
    o.detail = last.why().detail;
  }
  return o;
}

// A reading for two policies, of any settings, says to each what one for it alone says.
void read_beside(formats::grammar_function grammar, std::string_view input, const structure_limits& limits,
                 std::string_view format_name) {
  constexpr std::size_t longest = 64 * KiB;
  if (input.size() > longest) return;
  const formats::format* const chosen = row(format_name);
  const auto numbers = telling_numbers(grammar, chosen, as_bytes(input));
  std::mt19937_64 random{input.size()};
  const auto next = [&] { return random(); };
  for (std::size_t i = 0; i < 16; ++i) {
    const structure_limits one = settings_by(next, numbers, limits);
    const structure_limits other = i % 2 ? limits : settings_by(next, numbers, limits);
    const std::size_t cut = random() % (input.size() + 1);
    CAPTURE(i, cut);
    REQUIRE(difference(grammar, chosen, {one, other}, as_bytes(input), {&cut, 1}) == "");
    REQUIRE(difference(grammar, chosen, {other, one}, as_bytes(input), {&cut, 1}) == "");
  }
}

}  // namespace

outcome read(formats::grammar_function grammar, std::string_view input, const structure_limits& limits,
             std::string_view format_name) {
  return run(grammar, limits, format_name, [&](auto feed) {
    if (!input.empty()) feed(as_bytes(input));
  });
}

namespace {

outcome read_split(formats::grammar_function grammar, std::string_view input, const structure_limits& limits,
                   std::string_view format_name, const completed_file* file) {
  const auto whole = [&](auto feed) {
    if (!input.empty()) feed(as_bytes(input));
  };
  const outcome first = run(grammar, limits, format_name, whole, file);
  if (input.empty()) return first;
  read_beside(grammar, input, limits, format_name);
  for_every_split(as_bytes(input), [&](std::string_view how, auto deliver) {
    const outcome again = run(grammar, limits, format_name, deliver, file);
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

}  // namespace

outcome read_every_split(formats::grammar_function grammar, std::string_view input,
                         const structure_limits& limits, std::string_view format_name) {
  return read_split(grammar, input, limits, format_name, nullptr);
}

completed_file file_of(std::string_view text) {
  return {text.size(), [text](std::uint64_t offset, std::span<std::byte> into) {
            std::ranges::copy(as_bytes(text.substr(static_cast<std::size_t>(offset), into.size())),
                              into.begin());
            return into.size();
          }};
}

outcome completed(formats::grammar_function grammar, std::string_view input, const structure_limits& limits,
                  std::string_view format_name) {
  const completed_file file = file_of(input);
  return read_split(grammar, input, limits, format_name, &file);
}

outcome completed_once(formats::grammar_function grammar, std::string_view input,
                       const structure_limits& limits) {
  const completed_file file = file_of(input);
  return run(
      grammar, limits, {}, [&](auto feed) { feed(as_bytes(input)); }, &file);
}

outcome completed_as(formats::grammar_function grammar, std::string_view input, const completed_file& file,
                     const structure_limits& limits) {
  return read_split(grammar, input, limits, {}, &file);
}

void judge_each_completed(formats::grammar_function grammar, std::span<const judged> cases) {
  for (const judged& c : cases) {
    CAPTURE(c.name);
    const outcome o = completed(grammar, c.input);
    CAPTURE(o.detail);
    CHECK(o.reason == c.reason);
    if (c.offset) CHECK(o.offset == c.offset);
  }
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

void judge_one(formats::grammar_function grammar, const judged& row, const structure_limits& limits,
               std::string_view format_name) {
  CAPTURE(row.name);
  const outcome o = read_every_split(grammar, row.input, limits, format_name);
  CAPTURE(o.detail);
  CHECK(o.reason == row.reason);
  if (row.offset || row.reason.empty()) CHECK(o.offset == row.offset);
}

void judge_each(formats::grammar_function grammar, std::span<const judged> cases,
                std::string_view format_name, const structure_limits& limits) {
  for (const judged& c : cases) judge_one(grammar, c, limits, format_name);
}

void judge_each(formats::grammar_function grammar, std::span<const judged_as> cases) {
  for (const judged_as& c : cases) {
    judge_one(grammar, {c.name, c.input, c.reason, c.offset}, {}, c.row);
  }
}

}  // namespace uploadgate::test
