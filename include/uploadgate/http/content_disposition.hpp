/// \file content_disposition.hpp
/// The Content-Disposition header: read strictly in forms (RFC 7578 section 4.2), written without injection
/// in responses (RFC 6266, RFC 8187) and forms.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/http/multipart.hpp>
#include <uploadgate/verdict.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace uploadgate {

/// form_disposition is what the Content-Disposition of a form's part says. It views the header's value, and
/// nothing in it is unescaped: a value with escapes is refused.
struct form_disposition {
  std::string_view name{};
  std::optional<std::string_view> filename{};
};

/// parse_form_disposition reads `form-data; name="..."` with an optional `; filename="..."` behind it. All
/// that servers are known to read differently is an objection: other parameters, duplicates, `filename*`,
/// another order, values without quotation marks, backslashes, percent escapes of quotation marks and line
/// breaks, paths, text that is not UTF-8. Of the limits it obeys those on names and the switches. The offset
/// is that of the character in `value`. On success `out` is assigned.
[[nodiscard]] UPLOADGATE_EXPORT result parse_form_disposition(std::string_view value, form_disposition& out,
                                                              const multipart_limits& limits = {});

/// build_form_disposition writes the value that parse_form_disposition reads. What that would refuse is
/// refused here, so that neither name can inject a parameter or a header. On success `out` is assigned.
[[nodiscard]] UPLOADGATE_EXPORT result build_form_disposition(std::string_view name,
                                                              std::optional<std::string_view> filename,
                                                              std::string& out);

/// disposition says what a browser is to do with a response.
enum class disposition : std::uint8_t {
  attachment,  ///< save it
  inline_,     ///< show it
};

/// build_disposition writes the value for a response that sends a file: the name in ASCII, and where it is
/// not ASCII in `filename*` besides (RFC 6266 section 4.3 and appendix D, RFC 8187). The name should be a
/// safe name. Whatever it holds, the value stays one header with two parameters: quotation marks,
/// backslashes, percent signs, controls and bytes beyond ASCII become `_` in `filename`, and percent escapes
/// in `filename*`. A name that is not UTF-8 gets no `filename*`.
[[nodiscard]] UPLOADGATE_EXPORT std::string build_disposition(disposition kind, std::string_view name);

}  // namespace uploadgate
