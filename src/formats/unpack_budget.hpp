// What really comes out of packed data, held against archive_limits: counted, never believed.
#pragma once

#include <uploadgate/limits.hpp>
#include <uploadgate/verdict.hpp>

#include "context.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace uploadgate::formats {

// One for a file that unpacks, whatever number of entries it has. Use, for each piece of output:
//
//   const std::uint64_t allowed = budget.room(in.offset());
//   ... use at most `allowed` bytes of the piece ...
//   budget.charge(used);
//   if (used < piece.size()) r = budget.exceeded(in.offset(), unpack_budget::step_of(in.offset()));
//   ... where that is no objection, a policy is left that allows more: go on with the rest ...
//
// How far a decoder has read when a byte comes out depends on how its input was cut, so packed bytes are
// counted in whole steps: the answer and its offset are those of the step in which the byte came out. A
// caller ends a decoder's input at the end of a step (left_of_step), so that no answer depends on the chunks.
//
// max_unpacked counts over all depths, max_ratio for each depth by itself.
class unpack_budget {
 public:
  static constexpr std::uint64_t step = 4096;

  explicit unpack_budget(context& ctx)
      : ctx_{&ctx}, before_{ctx.unpacked_before.value_or(0)}, enclosed_{ctx.unpacked_before.has_value()} {}

  // step_of: the beginning of the step in which an offset lies.
  [[nodiscard]] static std::uint64_t step_of(std::uint64_t offset) { return offset - offset % step; }
  // left_of_step: bytes from an offset to the end of its step; between 1 and step.
  [[nodiscard]] static std::uint64_t left_of_step(std::uint64_t offset) { return step - offset % step; }

  // room: how many more bytes may come out while the packed bytes at this offset are read, before a policy
  // objects.
  [[nodiscard]] std::uint64_t room(std::uint64_t offset) const {
    return ctx_->least([&](const structure_limits& limits) { return room_of(limits.archive, offset); });
  }
  // charge counts bytes that came out of this file's own packed data (or lie in it as they are).
  void charge(std::uint64_t bytes) { direct_ = plus(direct_, bytes); }
  // charge_nested counts what came out of a file inside this one, at its end.
  void charge_nested(std::uint64_t bytes) { nested_ = plus(nested_, bytes); }
  // exceeded is the objection of those who have no room left at `offset`, where more came out; said at `at`,
  // with the entry's name where it is given.
  [[nodiscard]] result exceeded(std::uint64_t offset, std::uint64_t at, std::string_view name = {}) const {
    return ask(*ctx_, [&](const structure_limits& all) -> result {
      const archive_limits& limits = all.archive;
      if (room_of(limits, offset) > 0) return {};
      if (most_by_size(limits, offset) <= most_by_ratio(limits, offset)) {
        return {errc::unpacked_too_large, of(name, over_bytes(limits.max_unpacked)), at};
      }
      return {errc::ratio_exceeded, of(name, over(limits.max_ratio) + " to 1"), at};
    });
  }
  // fits holds a size that is declared against the room at `offset`.
  template <class Detail>
  [[nodiscard]] result fits(std::uint64_t declared, std::uint64_t offset, Detail detail,
                            std::uint64_t at) const {
    return ask(*ctx_, [&](const structure_limits& limits) -> result {
      if (declared <= room_of(limits.archive, offset)) return {};
      return {errc::unpacked_too_large, detail(limits.archive.max_unpacked), at};
    });
  }
  // kept holds what came out so far, of files inside too, against max_unpacked.
  [[nodiscard]] result kept(std::uint64_t offset, std::uint64_t at, std::string_view name = {}) const {
    return ask(*ctx_, [&](const structure_limits& limits) -> result {
      const std::uint64_t most = limits.archive.max_unpacked;
      if (room_of(limits.archive, offset) > 0 || unpacked() <= most) return {};
      return {errc::unpacked_too_large, of(name, over_bytes(most)), at};
    });
  }
  // unpacked: what came out of this file, over all depths; the fact unpacked_size.
  [[nodiscard]] std::uint64_t unpacked() const { return plus(direct_, nested_); }
  // before_nested: what a file inside this one is told (context::unpacked_before) that begins where this file
  // has claimed `offset` bytes.
  [[nodiscard]] std::uint64_t before_nested(std::uint64_t offset) const {
    return plus(around(offset), unpacked());
  }

 private:
  static std::string of(std::string_view name, std::string detail) {
    return name.empty() ? std::move(detail) : std::move(detail) + " (" + std::string{name} + ")";
  }
  static std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
    return a > std::numeric_limits<std::uint64_t>::max() - b ? std::numeric_limits<std::uint64_t>::max()
                                                             : a + b;
  }
  // What came out around this file, up to a byte of it.
  [[nodiscard]] std::uint64_t around(std::uint64_t offset) const {
    return enclosed_ ? plus(before_, offset) : before_;
  }
  [[nodiscard]] std::uint64_t room_of(const archive_limits& limits, std::uint64_t offset) const {
    const std::uint64_t most = std::min(most_by_size(limits, offset), most_by_ratio(limits, offset));
    return most - std::min(most, direct_);
  }
  [[nodiscard]] std::uint64_t most_by_size(const archive_limits& limits, std::uint64_t offset) const {
    const std::uint64_t gone = plus(around(step_of(offset)), nested_);
    return limits.max_unpacked - std::min(limits.max_unpacked, gone);
  }
  [[nodiscard]] static std::uint64_t most_by_ratio(const archive_limits& limits, std::uint64_t offset) {
    const std::uint64_t packed = plus(step_of(offset), step);
    const std::uint64_t ratio = limits.max_ratio;
    const bool huge = ratio != 0 && packed > std::numeric_limits<std::uint64_t>::max() / ratio;
    return huge ? std::numeric_limits<std::uint64_t>::max() : std::max(limits.ratio_floor, packed * ratio);
  }

  context* ctx_;
  std::uint64_t before_;
  bool enclosed_;
  std::uint64_t direct_ = 0;
  std::uint64_t nested_ = 0;
};

}  // namespace uploadgate::formats
