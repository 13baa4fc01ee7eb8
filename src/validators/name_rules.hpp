// What makes a file name dangerous.
#pragma once

#include <uploadgate/verdict.hpp>

#include <cstddef>
#include <string_view>

namespace uploadgate::names {

// judge applies every rule of path_guard to one name, as sent and decoded to a fixed point. `max_length` in
// bytes.
result judge(std::string_view name, std::size_t max_length);

}  // namespace uploadgate::names
