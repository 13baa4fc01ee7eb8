// A policy inside a larger JSON text.
#pragma once

#include <uploadgate/policy_file.hpp>

#include "json_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace uploadgate {

// read_policy reads the object of one policy; `what` is for messages, "" for a whole file.
policy_document read_policy(const json::value& v, std::string_view what);

// known_extensions are those that a policy with the word "known" lets in.
std::vector<std::string> known_extensions();

// read_file gives the bytes of a file of at most `most` bytes; it throws configuration_error.
std::string read_file(const std::string& path, std::size_t most);

}  // namespace uploadgate
