// Judging bytes by one grammar, at every split.
#pragma once

#include <uploadgate/facts.hpp>
#include <uploadgate/limits.hpp>

#include "formats/grammar.hpp"

#include <cstdint>
#include <optional>
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

}  // namespace uploadgate::test
