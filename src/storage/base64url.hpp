// base64url without padding (RFC 4648, section 5).
#pragma once

#include <uploadgate/bytes.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace uploadgate::storage {

std::string to_base64url(bytes_view bytes);
// Nothing where the text is not what to_base64url gives.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace uploadgate::storage
