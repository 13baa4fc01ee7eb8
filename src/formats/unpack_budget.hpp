// What really comes out of packed data, held against archive_limits: counted, never believed.
#pragma once

#include <uploadgate/limits.hpp>
#include <uploadgate/verdict.hpp>

#include "grammar.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

namespace uploadgate::formats {

// One for a file that unpacks, whatever number of entries it has. Use, for each piece of output:
//
//   const std::uint64_t allowed = budget.room(in.offset());
//   ... use at most `allowed` bytes of the piece ...
//   budget.charge(used);
//   if (used < piece.size()) co_return budget.exceeded(in.offset());
//
// How far a decoder has read when a byte comes out depends on how its input was cut, so packed bytes are
// counted in whole steps: the answer and its offset are those of the step in which the byte came out. A
// caller ends a decoder's input at the end of a step (left_of_step), so that no answer depends on the chunks.
//
// max_unpacked counts over all depths, max_ratio for each depth by itself.
class unpack_budget {
 public:
  static constexpr std::uint64_t step = 4096;

  explicit unpack_budget(const context& ctx)
      : limits_{&ctx.limits.archive},
        before_{ctx.unpacked_before.value_or(0)},
        enclosed_{ctx.unpacked_before.has_value()} {}

  // step_of: the beginning of the step in which an offset lies.
  [[nodiscard]] static std::uint64_t step_of(std::uint64_t offset) { return offset - offset % step; }
  // left_of_step: bytes from an offset to the end of its step; between 1 and step.
  [[nodiscard]] static std::uint64_t left_of_step(std::uint64_t offset) { return step - offset % step; }

  // room: how many more bytes may come out while the packed bytes at this offset are read.
  [[nodiscard]] std::uint64_t room(std::uint64_t offset) const {
    const std::uint64_t most = std::min(most_by_size(offset), most_by_ratio(offset));
    return most - std::min(most, direct_);
  }
  // charge counts bytes that came out of this file's own packed data (or lie in it as they are).
  void charge(std::uint64_t bytes) { direct_ = plus(direct_, bytes); }
  // charge_nested counts what came out of a file inside this one, at its end.
  void charge_nested(std::uint64_t bytes) { nested_ = plus(nested_, bytes); }
  // exceeded is the objection where more came out than room() allows.
  [[nodiscard]] result exceeded(std::uint64_t offset) const {
    if (most_by_size(offset) <= most_by_ratio(offset)) {
      return {errc::unpacked_too_large, "over " + std::to_string(limits_->max_unpacked) + " bytes",
              step_of(offset)};
    }
    return {errc::ratio_exceeded, "over " + std::to_string(limits_->max_ratio) + " to 1", step_of(offset)};
  }
  // unpacked: what came out of this file, over all depths; the fact unpacked_size.
  [[nodiscard]] std::uint64_t unpacked() const { return plus(direct_, nested_); }
  // before_nested: what a file inside this one is told (context::unpacked_before) that begins where this file
  // has claimed `offset` bytes.
  [[nodiscard]] std::uint64_t before_nested(std::uint64_t offset) const {
    return plus(around(offset), unpacked());
  }

 private:
  static std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
    return a > std::numeric_limits<std::uint64_t>::max() - b ? std::numeric_limits<std::uint64_t>::max()
                                                             : a + b;
  }
  // What came out around this file, up to a byte of it.
  [[nodiscard]] std::uint64_t around(std::uint64_t offset) const {
    return enclosed_ ? plus(before_, offset) : before_;
  }
  [[nodiscard]] std::uint64_t most_by_size(std::uint64_t offset) const {
    const std::uint64_t gone = plus(around(step_of(offset)), nested_);
    return limits_->max_unpacked - std::min(limits_->max_unpacked, gone);
  }
  [[nodiscard]] std::uint64_t most_by_ratio(std::uint64_t offset) const {
    const std::uint64_t packed = plus(step_of(offset), step);
    const std::uint64_t ratio = limits_->max_ratio;
    const bool huge = ratio != 0 && packed > std::numeric_limits<std::uint64_t>::max() / ratio;
    return huge ? std::numeric_limits<std::uint64_t>::max() : std::max(limits_->ratio_floor, packed * ratio);
  }

  const archive_limits* limits_;
  std::uint64_t before_;
  bool enclosed_;
  std::uint64_t direct_ = 0;
  std::uint64_t nested_ = 0;
};

}  // namespace uploadgate::formats
