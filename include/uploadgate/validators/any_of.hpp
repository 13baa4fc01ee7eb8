/// \file any_of.hpp
/// Rules made of rules: any_of and report_only.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/policy.hpp>

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace uploadgate {

/// any_of accepts where at least one of its alternatives does. Each alternative is a rule or a whole policy,
/// judged on every byte until it objects. The facts are those of the first alternative that accepts. Where
/// none does, it rejects with no_alternative, and the detail names every alternative's reason. A single
/// alternative keeps its own reason.
class UPLOADGATE_EXPORT any_of {
 public:
  static constexpr std::string_view name = "any_of";

  template <class... Alternatives>
  requires(sizeof...(Alternatives) > 0 && (!std::is_same_v<std::remove_cvref_t<Alternatives>, any_of> ||
                                           ...)) explicit any_of(Alternatives&&... alternatives)
      : alternatives_{std::make_shared<const std::vector<policy>>(
            std::vector<policy>{policy{std::forward<Alternatives>(alternatives)}...})} {}
  any_of(const any_of& other);
  any_of& operator=(const any_of&) = delete;
  ~any_of();

  result begin(const upload& u, facts& f);
  result feed(bytes_view chunk);
  result finish(facts& f, const completed_file* file = nullptr);

 private:
  [[nodiscard]] result none_left() const;

  std::shared_ptr<const std::vector<policy>> alternatives_;
  std::vector<inspection> running_;
};

/// report_only judges as its rule or policy does, and never rejects: a would-be rejection becomes a warning
/// of the form "report_only: RULE: REASON: detail at OFFSET". Its facts fill those that other rules left
/// empty.
class UPLOADGATE_EXPORT report_only {
 public:
  static constexpr std::string_view name = "report_only";

  template <class Rule>
  requires(!std::is_same_v<std::remove_cvref_t<Rule>, report_only>) explicit report_only(Rule&& rule)
      : rule_{std::make_shared<const policy>(policy{std::forward<Rule>(rule)})} {}
  report_only(const report_only& other);
  report_only& operator=(const report_only&) = delete;
  ~report_only();

  result begin(const upload& u, facts& f);
  result feed(bytes_view chunk, facts& f);
  result finish(facts& f, const completed_file* file = nullptr);

 private:
  void report(facts& f);

  std::shared_ptr<const policy> rule_;
  std::unique_ptr<inspection> running_;
};

}  // namespace uploadgate
