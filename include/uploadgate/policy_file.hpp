/// \file policy_file.hpp
/// A policy as a file: JSON to policy and back.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/limits.hpp>
#include <uploadgate/policy.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate {

/// structure_check says how the content is held against the grammar of its type.
enum class structure_check : std::uint8_t {
  strict,   ///< every byte is read by the grammar, or the file is refused
  partial,  ///< what the grammar cannot see passes, and facts::examined says so. Danger: it may be anything
  off,      ///< not at all
};

/// policy_mode says what comes of an objection.
enum class policy_mode : std::uint8_t {
  enforce,  ///< the file is refused
  report,   ///< the file is accepted, with the objection in facts::warnings
};

/// filename_rules is the "filename" of a policy file.
struct filename_rules {
  std::uint64_t max_length = 255;  ///< bytes, 1 to 4096
  bool operator==(const filename_rules&) const = default;
};

/// content_rules is the "content" of a policy file.
struct content_rules {
  bool magic = true;                                    ///< the rule magic_type
  structure_check structure = structure_check::strict;  ///< the rule structure
  uploadgate::depth depth = uploadgate::depth::standard;
  bool content_type = true;  ///< a claimed content type must agree with the extension
  bool digest = true;        ///< the SHA-256 as a fact
  bool operator==(const content_rules&) const = default;
};

/// policy_document is what a policy file says. What a file leaves out keeps the value that it has here.
struct policy_document {
  std::string name{};
  std::uint64_t version = 1;
  /// extensions is the allowlist; empty for every extension of a type that uploadgate has a grammar for, but
  /// those of HTML, of application packages (jar, war, apk) and of add-ins; in JSON "known".
  std::vector<std::string> extensions{};
  std::uint64_t max_size = 100 * MiB;  ///< bytes
  std::uint64_t min_size = 1;          ///< bytes; 0 lets empty files pass
  filename_rules filename{};
  content_rules content{};
  image_limits image{};
  archive_limits archive{};
  document_rules document{};
  policy_mode mode = policy_mode::enforce;
  bool operator==(const policy_document&) const = default;
};

/// max_policy_file is the most bytes of a policy file.
inline constexpr std::size_t max_policy_file = 1 * MiB;

/// parse_policy reads the JSON of docs/policy.schema.json (RFC 8259, UTF-8, at most max_policy_file bytes, 16
/// levels deep). It throws configuration_error for anything else, an unknown or repeated key among it, in one
/// line that gives line, column and, where a word is wrong, the nearest right one.
[[nodiscard]] UPLOADGATE_EXPORT policy_document parse_policy(std::string_view json);

/// load_policy reads a file by parse_policy. It throws configuration_error, with the path in front, also
/// where the file cannot be read.
[[nodiscard]] UPLOADGATE_EXPORT policy_document load_policy(const std::string& path);

/// to_json writes a document with all its keys, on many lines; parse_policy gives back the same document.
[[nodiscard]] UPLOADGATE_EXPORT std::string to_json(const policy_document& document);

/// save_policy writes to_json to a file, which it replaces at once or not at all. It throws
/// std::system_error.
UPLOADGATE_EXPORT void save_policy(const policy_document& document, const std::string& path);

/// make_policy builds the rules path_guard, extension, max_size, min_size (above 1), magic_type, structure
/// and digest, in this order; in mode report, all of them inside one report_only. It throws
/// configuration_error where a value is out of its range or no extension is left.
///
/// Where "encrypted" of archive or document is not reject, structure lets partly examined files pass, as it
/// must for these; list only extensions for which you mean that.
[[nodiscard]] UPLOADGATE_EXPORT policy make_policy(const policy_document& document);

/// default_policy_json is the built-in policy `default`: every type that uploadgate has a grammar for,
/// strict, at most 100 MiB. The text is static.
[[nodiscard]] UPLOADGATE_EXPORT std::string_view default_policy_json() noexcept;

}  // namespace uploadgate
