// How a policy keeps its rules, and an inspection its state: one block, the rules' copies behind the header.
#pragma once

#include <uploadgate/policy.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace uploadgate {

// A candidate beside the policy that decides: its rules in their order, and those of them that no enforced
// rule answers for.
struct policy::candidate_rules {
  struct step {
    const detail::rule_operations* rule;
    bool own;                             // whether it is asked itself
    std::size_t index;                    // of the rule: among its own, or among those enforced
    std::optional<std::size_t> joined{};  // the enforced rule of its type that it shares work with
  };

  std::shared_ptr<const shared> whole;
  std::shared_ptr<const shared> own;
  std::vector<step> steps;
};

struct policy::shared {
  std::vector<detail::rule> rules;
  std::vector<std::size_t> offsets;  // of each rule's copy, from the beginning of the block
  std::size_t block_size = 0;
  std::size_t alignment = 0;
  std::string name;
  std::uint64_t version = 0;
  std::optional<candidate_rules> candidate;

  explicit shared(std::vector<detail::rule> list);
  // What a policy of these rules keeps of a candidate.
  [[nodiscard]] candidate_rules beside(std::shared_ptr<const shared> whole) const;
};

struct inspection::state {
  std::shared_ptr<const policy::shared> rules;
  uploadgate::facts facts;
  uploadgate::verdict verdict;
  std::size_t alive = 0;     // how many of the rules' copies exist
  std::size_t objector = 0;  // the rule that rejected
  bool finished = false;
  state* candidate = nullptr;  // owned; null also where it could not be begun

  static state* create(std::shared_ptr<const policy::shared> rules);
  static state* start(std::shared_ptr<const policy::shared> rules, const upload& claim);
  static void destroy(state* s) noexcept;

  void* copy_of(std::size_t rule) noexcept {
    return reinterpret_cast<std::byte*>(this) + rules->offsets[rule];
  }

  // Asks every rule in turn until one objects, then the candidate's.
  template <class Ask>
  void ask_all(Ask ask) noexcept;
  // The same for a candidate, when the enforced rules have been asked.
  template <class Ask>
  void ask_beside(state& enforced, Ask ask) noexcept;
  // Asks one rule; what it throws is an objection.
  template <class Ask>
  void ask_one(std::string_view rule, Ask ask) noexcept;
  void reject(std::string_view rule, objection why) noexcept;
};

}  // namespace uploadgate
