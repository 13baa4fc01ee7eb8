/// \file error.hpp
/// Why an upload was not accepted: fine reasons, coarse conditions, and the HTTP status for each.
#pragma once

#include <uploadgate/export.hpp>

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace uploadgate {

/// errc is the fine reason of a rejection. Names are stable; numbers are not, so store `reason(code)`.
/// The rows, with their meaning, stand in reasons.inc.
enum class errc : std::uint16_t {
  none = 0,
#define UPLOADGATE_REASON(name, condition, message) name,
#include <uploadgate/reasons.inc>
#undef UPLOADGATE_REASON
};

/// condition is the coarse class of a rejection, for hosts to branch on: `if (v.code() ==
/// condition::too_large)`.
enum class condition : std::uint8_t {
  none = 0,
  bad_name,           ///< the file name is dangerous
  wrong_type,         ///< the file is not of a type that is wanted here
  too_large,          ///< a limit on size, number or depth is passed
  malformed,          ///< the bytes break the rules of their format
  ambiguous,          ///< two readers could read the bytes differently
  forbidden_content,  ///< well-formed, and holding something that the policy forbids
  incomplete,         ///< the bytes end too early
  not_checked,        ///< a rule could not look; never a reason to let the file in
};

/// category is the std::error_category of errc; its name is "uploadgate".
UPLOADGATE_EXPORT const std::error_category& category() noexcept;
/// condition_category is the std::error_category of condition; its name is "uploadgate.condition".
UPLOADGATE_EXPORT const std::error_category& condition_category() noexcept;

UPLOADGATE_EXPORT std::error_code make_error_code(errc code) noexcept;
UPLOADGATE_EXPORT std::error_condition make_error_condition(condition c) noexcept;

/// reason gives the stable word for a code ("name_traversal"); for another category's code, that category's
/// name.
UPLOADGATE_EXPORT std::string_view reason(const std::error_code& code) noexcept;
UPLOADGATE_EXPORT std::string_view reason(errc code) noexcept;

/// condition_of gives the coarse class; a code of another category counts as not_checked, success as none.
UPLOADGATE_EXPORT condition condition_of(const std::error_code& code) noexcept;
UPLOADGATE_EXPORT condition condition_of(errc code) noexcept;

/// name gives the word for a condition ("bad_name"); "none" for none.
UPLOADGATE_EXPORT std::string_view name(condition c) noexcept;

/// http_status gives the status a server answers with: 200 for none, 413 too_large, 415 wrong_type, 400
/// malformed, ambiguous and incomplete, 422 bad_name and forbidden_content, 503 not_checked (RFC 9110,
/// section 15).
UPLOADGATE_EXPORT unsigned http_status(condition c) noexcept;

/// all_reasons lists every errc but none, in the order of the table.
UPLOADGATE_EXPORT std::span<const errc> all_reasons() noexcept;

/// configuration_error is thrown where a rule or policy is built wrongly. It is never thrown while bytes are
/// judged.
class UPLOADGATE_EXPORT configuration_error : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
  configuration_error(const configuration_error&) = default;
  ~configuration_error() override;
};

}  // namespace uploadgate

template <>
struct std::is_error_code_enum<uploadgate::errc> : std::true_type {};
template <>
struct std::is_error_condition_enum<uploadgate::condition> : std::true_type {};
