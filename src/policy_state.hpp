// How a policy keeps its rules, and an inspection its state: one block, the rules' copies behind the header.
#pragma once

#include <uploadgate/policy.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace uploadgate {

struct policy::shared {
  std::vector<detail::rule> rules;
  std::vector<std::size_t> offsets;  // of each rule's copy, from the beginning of the block
  std::size_t block_size = 0;
  std::size_t alignment = 0;
  std::string name;
  std::uint64_t version = 0;
};

struct inspection::state {
  std::shared_ptr<const policy::shared> rules;
  uploadgate::facts facts;
  uploadgate::verdict verdict;
  std::size_t alive = 0;  // how many of the rules' copies exist
  bool finished = false;

  static state* start(std::shared_ptr<const policy::shared> rules, const upload& claim);
  static void destroy(state* s) noexcept;

  void* copy_of(std::size_t rule) noexcept {
    return reinterpret_cast<std::byte*>(this) + rules->offsets[rule];
  }

  // Asks every rule in turn until one objects; what a rule throws is an objection.
  template <class Ask>
  void ask_all(Ask ask) noexcept;
  void reject(std::string_view rule, objection why) noexcept;
};

}  // namespace uploadgate
