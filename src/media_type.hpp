// Media types as clients write them.
#pragma once

#include "formats/registry.hpp"

#include <string>
#include <string_view>

namespace uploadgate {

// essence gives "type/subtype" of a Content-Type, lower case, without parameters and white space (RFC
// 9110, 8.3.1).
std::string essence(std::string_view content_type);

// agrees: whether a claimed content type may stand for this type of file. A claim that says nothing agrees
// with all.
bool agrees(std::string_view content_type, const formats::format& type);

// last_segment gives what stands behind the last dot of a file name, lower case for ASCII; empty where there
// is no dot.
std::string last_segment(std::string_view filename);

}  // namespace uploadgate
