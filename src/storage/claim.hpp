// An upload's claim as a small file, and back.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/upload.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace uploadgate::storage {

inline constexpr std::size_t max_claim = 64 * KiB;  // bytes

struct kept_claim {
  std::string filename, content_type, field;
  std::optional<std::uint64_t> size;
  [[nodiscard]] upload view() const {
    return {.filename = filename, .content_type = content_type, .size = size, .field = field};
  }
};

std::string to_text(const upload& claim);
// Nothing where the text is not what to_text gives.
std::optional<kept_claim> claim_from(std::string_view text);

}  // namespace uploadgate::storage
