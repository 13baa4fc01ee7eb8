// Judging bytes by one grammar, at every split.
#pragma once

#include <uploadgate/completed_file.hpp>
#include <uploadgate/facts.hpp>
#include <uploadgate/limits.hpp>

#include "formats/grammar.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace uploadgate::test {

// outcome is what a grammar said: no reason where it accepted.
struct outcome {
  std::string reason;  // "" where accepted
  std::optional<std::uint64_t> offset;
  std::string detail;
  facts found;
  [[nodiscard]] bool ok() const { return reason.empty(); }
};

// read judges the input in one piece.
outcome read(formats::grammar_function grammar, std::string_view input, const structure_limits& limits = {},
             std::string_view format_name = {});
// read_every_split judges it at every split, and fails the test where two splits differ in reason, offset or
// facts.
outcome read_every_split(formats::grammar_function grammar, std::string_view input,
                         const structure_limits& limits = {}, std::string_view format_name = {});
// read_every_truncation judges every proper prefix, and fails the test where one is accepted. `allowed` says
// at which lengths a prefix is a whole file in its own right.
void read_every_truncation(formats::grammar_function grammar, std::string_view input,
                           const structure_limits& limits = {}, std::string_view format_name = {},
                           bool (*allowed)(std::size_t) = nullptr);

// completed judges the input and gives it as the completed file too, at every split.
outcome completed(formats::grammar_function grammar, std::string_view input,
                  const structure_limits& limits = {}, std::string_view format_name = {});
// completed_once does so in one piece, for files that take long.
outcome completed_once(formats::grammar_function grammar, std::string_view input,
                       const structure_limits& limits = {});
// completed_as gives another file than what was fed.
outcome completed_as(formats::grammar_function grammar, std::string_view input, const completed_file& file,
                     const structure_limits& limits = {});
// file_of gives text as a completed file; the text must outlive it.
completed_file file_of(std::string_view text);
// judge_each_completed judges the rows as completed() does.
struct judged;
void judge_each_completed(formats::grammar_function grammar, std::span<const judged> cases);

// judged is a row of a table: the input is refused with this reason at this byte, or accepted where there is
// no reason. Without an offset any will do.
struct judged {
  std::string_view name;
  std::string input;
  std::string_view reason;
  std::optional<std::uint64_t> offset{};
};
// judged_as is one that is judged as a file of this format.
struct judged_as {
  std::string_view name;
  std::string input;
  std::string_view row;
  std::string_view reason;
  std::optional<std::uint64_t> offset{};
};
// judge_one judges a row at every split.
void judge_one(formats::grammar_function grammar, const judged& row, const structure_limits& limits = {},
               std::string_view format_name = {});
// judge_each judges all rows of a table.
void judge_each(formats::grammar_function grammar, std::span<const judged> cases,
                std::string_view format_name = {}, const structure_limits& limits = {});
void judge_each(formats::grammar_function grammar, std::span<const judged_as> cases);

}  // namespace uploadgate::test
