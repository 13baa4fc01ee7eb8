// Extensions of what a server or a system runs.
#pragma once

#include <cstdint>
#include <string_view>

namespace uploadgate::names {

enum class execution : std::uint8_t {
  none,
  last_only,  // runs only as the last extension, and is an everyday word between dots
  anywhere,   // a server may run it, or it names a program, wherever it stands
};

// execution_of judges one segment of a name, lower case, without dots.
execution execution_of(std::string_view segment);

}  // namespace uploadgate::names
