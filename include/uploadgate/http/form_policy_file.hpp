/// \file form_policy_file.hpp
/// A form policy as a file.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/http/form.hpp>

#include <string>
#include <string_view>

namespace uploadgate {

/// parse_form_policy reads a form policy from JSON (RFC 8259, UTF-8, at most max_policy_file bytes):
///   {"fields": {"avatar": {"policy": "avatars", "max_files": 1, "required": true},
///               "title": {"text": "64 KiB", "max_count": 1, "utf8": true}},
///    "policies": {"avatars": {...}}, "max_parts": 20, "max_body": "20 MiB",
///    "lenient": {"token_values": true}}
/// A file field's `policy` is an object in place, a name in `policies`, or the path of a policy file,
/// relative to `folder`. `lenient` has the switches of multipart_limits. It throws configuration_error in one
/// line with line and column, for unknown keys with the nearest known one. It reads the policy files that are
/// named, and no other.
[[nodiscard]] UPLOADGATE_EXPORT form_policy parse_form_policy(std::string_view json,
                                                              const std::string& folder = ".");

/// load_form_policy reads a file by parse_form_policy; paths in it are relative to its folder. It throws
/// configuration_error, with the path in front.
[[nodiscard]] UPLOADGATE_EXPORT form_policy load_form_policy(const std::string& path);

}  // namespace uploadgate
