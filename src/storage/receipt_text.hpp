// A receipt's payload: JSON with one spelling.
#pragma once

#include <uploadgate/storage/receipt.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace uploadgate::storage {

std::string payload_of(const receipt& r, std::string_view key_id);
// The receipt and its key's id; nothing where it is not exactly what payload_of gives.
std::optional<std::pair<receipt, std::string>> read_payload(std::string_view payload);

}  // namespace uploadgate::storage
