/// \file policy.hpp
/// A policy judges uploads; an inspection is one upload being judged.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/validator.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace uploadgate {

/// inspection is one upload being judged: feed its bytes as they come, then finish. It does no I/O but what a
/// rule's documentation says, has no clock, and belongs to one thread at a time. It may be moved, not copied.
/// Its memory is bounded, whatever the size of the file.
class UPLOADGATE_EXPORT inspection {
 public:
  inspection(inspection&&) noexcept;
  inspection& operator=(inspection&&) noexcept;
  ~inspection();

  /// feed judges the next bytes, and is true while the verdict is pending. After a rejection it does nothing.
  /// Bytes after finish() reject with fed_after_finish. It never throws: what a rule throws rejects with
  /// not_checked.
  bool feed(bytes_view chunk) noexcept;

  /// finish says that the last byte has come, and gives the verdict. Only finish() accepts. It may be called
  /// again.
  uploadgate::verdict finish() noexcept;
  /// finish with the completed file lets rules look into it that a stream alone cannot satisfy (structure, on
  /// 7z and RAR); the others judge as without one. A file of another size than what was fed is refused with
  /// completed_file_differs. The file is used during the call only.
  uploadgate::verdict finish(const completed_file& file) noexcept;

  /// verdict is pending until a rule objects or finish() is called.
  [[nodiscard]] const uploadgate::verdict& verdict() const noexcept;

  /// candidate_verdict is what the policy's candidate (policy::with_candidate) says; null where it has none.
  /// It is pending as long as the candidate has not seen enough: for ever, where the enforced policy rejects
  /// before the last byte and the candidate has nothing against the bytes up to the end of that chunk.
  [[nodiscard]] const uploadgate::verdict* candidate_verdict() const noexcept;

  /// facts is what was learnt so far. The reference lives as long as the inspection is neither moved nor
  /// destroyed.
  [[nodiscard]] const uploadgate::facts& facts() const noexcept;

  /// has_rule says whether the policy has a rule of this name; rules inside any_of and report_only do not
  /// count.
  [[nodiscard]] bool has_rule(std::string_view name) const noexcept;

 private:
  friend class policy;
  struct state;
  explicit inspection(state* s) noexcept;
  uploadgate::verdict finish_with(const completed_file* file) noexcept;
  state* state_;
};

/// policy is an immutable set of rules, all of which must agree. Copies share the rules, and any number of
/// threads may call inspect() on one policy at a time. Rules are asked in the order given; the first
/// objection is the verdict.
///
/// A policy among the rules of another stands for its rules, in place.
class UPLOADGATE_EXPORT policy {
 public:
  /// policy is made of at least one rule. It throws configuration_error where a rule finds itself configured
  /// wrongly.
  template <class... Rules>
  requires(sizeof...(Rules) > 0 &&
           (!std::is_same_v<std::remove_cvref_t<Rules>, policy> || ...)) explicit policy(Rules&&... rules) {
    std::vector<detail::rule> list;
    (append(list, std::forward<Rules>(rules)), ...);
    build(std::move(list));
  }

  /// with gives a policy that has one more rule (or another policy's rules) at its end.
  template <class Rule>
  [[nodiscard]] policy with(Rule&& rule) const {
    std::vector<detail::rule> list = rules();
    append(list, std::forward<Rule>(rule));
    policy extended{*this};
    extended.build(std::move(list));
    return extended;
  }

  /// named gives the same policy under a name and a version, which receipts and the audit quote.
  [[nodiscard]] policy named(std::string name, std::uint64_t version = 1) const;
  /// name is empty unless given.
  [[nodiscard]] std::string_view name() const noexcept;
  /// version is 0 unless given.
  [[nodiscard]] std::uint64_t version() const noexcept;

  /// with_candidate gives a policy that judges as this one does, and beside, in the same inspections and for
  /// one read, notes what a candidate would have said (inspection::candidate_verdict). The candidate decides
  /// nothing: whatever its rules answer, throw or write into their facts, verdict and facts are those of this
  /// policy. Rules that both have, set up alike, are asked once: those of uploadgate, and those with a
  /// same_as(). Rules of the candidate see the facts that this policy has learnt where they have none
  /// themselves. A candidate's own candidate, and one of a policy inside any_of, has no say.
  [[nodiscard]] policy with_candidate(const policy& candidate) const;
  /// candidate is what with_candidate was given.
  [[nodiscard]] std::optional<policy> candidate() const;

  /// rule_names lists the rules in the order in which they are asked.
  [[nodiscard]] std::vector<std::string_view> rule_names() const;

  /// each_rule gives one policy for each rule, for hosts that want to know what every rule says by itself.
  [[nodiscard]] std::vector<policy> each_rule() const;

  /// inspect starts an inspection. The claim is judged at once, so the verdict may be a rejection already. It
  /// throws only std::bad_alloc.
  [[nodiscard]] inspection inspect(const upload& claim) const;

 private:
  friend class inspection;
  struct shared;
  struct candidate_rules;
  explicit policy(std::shared_ptr<const shared> s) noexcept : shared_{std::move(s)} {}

  static void append(std::vector<detail::rule>& list, const policy& other);
  template <validator V>
  static void append(std::vector<detail::rule>& list, V v) {
    list.push_back(detail::make_rule(std::move(v)));
  }
  [[nodiscard]] const std::vector<detail::rule>& rules() const noexcept;
  void build(std::vector<detail::rule> list);

  std::shared_ptr<const shared> shared_;
};

}  // namespace uploadgate
