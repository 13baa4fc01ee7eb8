// Which setting of a policy file decides about a reason.
#pragma once

#include <uploadgate/error.hpp>
#include <uploadgate/policy_file.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate::maintenance {

// A setting that refuses, warns or allows. "hyperlinks" is not among them: it shares its reason with
// external_references, and nearly every document has some.
struct reason_switch {
  errc reason;
  std::string_view key;  // "document.macros"
  handling& (*of)(policy_document&);
};
std::span<const reason_switch> reason_switches() noexcept;

// A setting that is a number which a file may not pass.
struct reason_limit {
  errc reason;
  std::string_view key;
  std::uint64_t& (*of)(policy_document&);
};
std::span<const reason_limit> reason_limits() noexcept;

// The keys of the settings that could let a file with this reason pass; empty where none can.
std::vector<std::string_view> settings_for(std::string_view reason);
bool decided_by_structure_setting(std::string_view reason);

// The reasons of switches that stand in a warning, as handle() writes them, within archives too.
void add_features(std::vector<std::string>& features, std::string_view warning);
void add_feature(std::vector<std::string>& features, std::string_view reason);

}  // namespace uploadgate::maintenance
