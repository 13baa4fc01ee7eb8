// The requirements, and what of a policy decides about each.
#pragma once

#include <uploadgate/policy_file.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace uploadgate::maintenance {

struct requirement {
  static constexpr std::size_t most_rules = 5;
  static constexpr std::size_t most_tests = 4;

  std::string_view source, id;
  unsigned level;
  std::string_view text;
  // What is missing in the policy; empty where nothing is. Null where no policy can do it.
  std::string (*missing)(const policy_document&);
  // What the policy does, with its numbers.
  std::string (*how)(const policy_document&);
  std::string_view duty;  // of the host; empty where it has none
  std::array<std::string_view, most_rules> rules;
  std::array<std::string_view, most_tests> tests;
};

inline constexpr std::string_view asvs = "OWASP ASVS 5.0";
inline constexpr std::string_view cheat_sheet = "OWASP File Upload Cheat Sheet";
inline constexpr std::string_view cwe = "CWE";

// In three files, since a file has one subject.
std::span<const requirement> asvs_requirements() noexcept;
std::span<const requirement> cheat_sheet_requirements() noexcept;
std::span<const requirement> cwe_requirements() noexcept;

// What several requirements ask of a policy. Each gives what is missing, or nothing.
std::string lists_extensions(const policy_document& d);
std::string lists_no_program(const policy_document& d);
std::string reads_all(const policy_document& d);
std::string reads_all_or_has_no_archive(const policy_document& d);
std::string refuses_links(const policy_document& d);
std::string nothing_missing(const policy_document& d);
std::string lets_in_no_page(const policy_document& d);
std::string refuses_external(const policy_document& d);
std::string refuses_active(const policy_document& d);
std::string refuses_formulas(const policy_document& d);

// What it does, in words.
std::string says_nothing(const policy_document& d);
std::string says_types(const policy_document& d);
std::string says_size(const policy_document& d);
std::string says_name(const policy_document& d);
std::string says_unpacked(const policy_document& d);
std::string says_pixels(const policy_document& d);
std::string says_content(const policy_document& d);
std::string says_links(const policy_document& d);

}  // namespace uploadgate::maintenance
