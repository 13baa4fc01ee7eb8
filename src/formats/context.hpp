// What a grammar is told, what it finds, and how it asks the policies about what it finds.
//
// One reading may answer two policies, the one that decides and a candidate beside it. A grammar does not
// choose between them: it holds a number against a limit with within(), answers for something unwanted with
// handle(), and asks anything else with ask(). Who objects is out, with the facts of that moment, and the
// reading goes on for the other; an objection comes back only when nobody is left. What a grammar objects to
// by itself is said to all who are left.
#pragma once

#include <uploadgate/facts.hpp>
#include <uploadgate/limits.hpp>
#include <uploadgate/verdict.hpp>

#include "part_list.hpp"
#include "settings.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace uploadgate::formats {

struct format;

// One of those that a reading answers: the policy that decides comes first, then its candidate.
struct party {
  const structure_limits* limits = nullptr;  // null: there is none, or it takes no part
  std::optional<objection> objected{};       // while others are left; the last one's ends the reading
  std::unique_ptr<facts> own{};              // where its facts are not those of the reading

  [[nodiscard]] bool reads() const { return limits && !objected; }
};

inline constexpr std::size_t most_parties = 2;
using party_limits = std::array<std::optional<structure_limits>, most_parties>;

// It outlives the grammar and does not move.
class context {
 public:
  // For one policy. The limits must outlive it.
  explicit context(const structure_limits& limits);
  // For those of the parties that have limits, at least one.
  explicit context(const party_limits& limits);

  // What decides how the bytes are read, alike for all.
  formats::manner manner;
  // The row of the registry that was chosen; a grammar that serves several rows asks it which.
  const format* chosen = nullptr;
  // How many archives this file lies in.
  std::uint64_t nesting = 0;
  // Bytes that had come out of the archives around this file when its first byte came; nothing where it lies
  // in none. See unpack_budget.
  std::optional<std::uint64_t> unpacked_before{};
  // What is found: only the members that a grammar can know are used. `examined` is set to whole when the
  // grammar ends well, unless the grammar has lowered it with examined_only(). Warnings go through warn().
  facts found{};
  bool lowered = false;
  std::uint64_t total_pixels = 0;  // see count_frame

  // Says that a part begins at an offset, where somebody wants to know: its name, or a function that gives
  // it.
  template <class Name>
  void part(const Name& name, std::uint64_t at) {
    if (!parts) return;
    if constexpr (std::invocable<const Name&>) {
      parts->begin(name(), at);
    } else {
      parts->begin(name, at);
    }
  }
  std::unique_ptr<part_list> parts = manner.list_parts ? std::make_unique<part_list>() : nullptr;

  // Says that not every byte could be understood, and why. The strict policy refuses such a file.
  void examined_only(examined much, std::string why) {
    lowered = true;
    found.examined = much;
    found.examined_note = std::move(why);
  }
  // Warns all who are left, or those of them who do more about a thing than to allow it.
  void warn(const std::string& text);
  void warn_who_minds(const choice& how, const std::string& text);

  // The limits of those who are left, changed by `change`: for a file inside this one.
  template <class Change>
  [[nodiscard]] party_limits limits_for_contained(Change change) const {
    party_limits all;
    for (std::size_t i = 0; i < parties_.size(); ++i) {
      if (!parties_[i].reads()) continue;
      all[i] = *parties_[i].limits;
      change(*all[i]);
    }
    return all;
  }
  [[nodiscard]] party_limits limits_for_contained() const {
    return limits_for_contained([](structure_limits&) {});
  }
  // The least and the largest of a number that follows from the limits of each who is left: how far nobody
  // objects, and how far it is worth to read.
  template <class Number>
  [[nodiscard]] std::uint64_t least(Number number) const {
    std::uint64_t n = std::numeric_limits<std::uint64_t>::max();
    for (const party& p : parties_) {
      if (p.reads()) n = std::min<std::uint64_t>(n, number(*p.limits));
    }
    return n;
  }
  template <class Number>
  [[nodiscard]] std::uint64_t most(Number number) const {
    std::uint64_t n = 0;
    for (const party& p : parties_) {
      if (p.reads()) n = std::max<std::uint64_t>(n, number(*p.limits));
    }
    return n;
  }
  // Whether anybody of them does more about it than to allow it.
  [[nodiscard]] bool minds(const choice& how) const;

  // The rest is for ask(), handle() and parse.
  // Warns those for whom `whom` is true of their limits.
  template <class Whom>
  void warn_those(Whom whom, const std::string& text) {
    std::array<bool, most_parties> warned{};
    bool all = true;
    for (std::size_t i = 0; i < parties_.size(); ++i) {
      warned[i] = parties_[i].reads() && whom(*parties_[i].limits);
      all = all && warned[i] == parties_[i].reads();
    }
    if (all) return warn(text);
    for (std::size_t i = 0; i < parties_.size(); ++i) {
      if (warned[i]) warnings_of(i).warn(text);
    }
  }
  [[nodiscard]] const std::array<party, most_parties>& parties() const { return parties_; }
  [[nodiscard]] bool alone() const { return !parties_[1].limits; }
  // Asks those who are left by their number, and takes those out who object; the objection where none is
  // left.
  template <class Rule>
  result ask_parties(Rule rule) {
    for (std::size_t i = 0; i < parties_.size(); ++i) {
      if (!parties_[i].reads()) continue;
      result r = rule(i);
      if (r.ok()) continue;
      if (!others_read(i)) return r;
      dismiss(i, std::move(r).why());
    }
    return {};
  }
  [[nodiscard]] bool others_read(std::size_t but) const;
  void dismiss(std::size_t who, objection why);
  // Warnings of one alone: from here on those of the others are kept apart too.
  facts& warnings_of(std::size_t who);
  // Warnings that were dropped inside, for all who are left.
  void drop_warnings(std::uint64_t n);
  // Facts of a party; their warnings only by warned().
  [[nodiscard]] const facts& found_by(std::size_t who) const;
  [[nodiscard]] const facts& warned(std::size_t who) const;

 private:
  facts& own(std::size_t who);

  std::array<party, most_parties> parties_{};
};

// Asks everybody who is left: `rule` gives the answer by one's limits, and has no effect of its own.
template <class Rule>
requires std::invocable<Rule, const structure_limits&> result ask(context& ctx, Rule rule) {
  if (ctx.alone()) return rule(*ctx.parties()[0].limits);
  return ctx.ask_parties([&](std::size_t i) -> result { return rule(*ctx.parties()[i].limits); });
}

// Holds a number against a limit: over it is an objection. The detail is a text, or is made of the limit.
template <class Detail>
result within(context& ctx, std::uint64_t value, limit most, errc code, const Detail& detail,
              std::uint64_t offset) {
  return ask(ctx, [&](const structure_limits& limits) -> result {
    const std::uint64_t allowed = most.of(limits);
    if (value <= allowed) return {};
    if constexpr (std::invocable<const Detail&, std::uint64_t>) {
      return {code, detail(allowed), offset};
    } else {
      return {code, std::string{detail}, offset};
    }
  });
}
// Details for it.
std::string over(std::uint64_t allowed);
std::string over_bytes(std::uint64_t allowed);

// Answers for something that is legal and often unwanted: an objection, a warning, or nothing.
result handle(context& ctx, const choice& how, errc code, const std::string& detail, std::uint64_t offset);

// Holds width x height against max_pixels alone.
result judge_pixels(context& ctx, std::uint64_t width, std::uint64_t height, std::uint64_t offset);
// The same, and keeps the first such size in the facts: for a header that comes before its frames.
result judge_size(context& ctx, std::uint64_t width, std::uint64_t height, std::uint64_t offset);
// Judges one frame or page: counts it, and holds width x height against the limits. Facts keep the first
// one's size.
result count_frame(context& ctx, std::uint64_t width, std::uint64_t height, std::uint64_t offset);

}  // namespace uploadgate::formats
