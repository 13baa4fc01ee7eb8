// Which settings of a policy a grammar reads: policies that differ only in others are answered alike.
#pragma once

#include "registry.hpp"

namespace uploadgate::formats {

// settings_for gives what the row's grammar reads of the settings, and the strictest value of all else: where
// the table behind it is wrong, honest files are refused, and none gets in.
structure_limits settings_for(const format& row, const structure_limits& all);

}  // namespace uploadgate::formats
