// Documents of offices in one XML file: Word's and Excel's of 2003, Flat OPC, and flat ODF.
#pragma once

#include "package_rules.hpp"

#include <memory>
#include <string_view>

namespace uploadgate::formats {

// is_flat_office: whether an office opens the document, by its root's namespace.
bool is_flat_office(std::string_view root_space);
// scan_flat_office: the rules of packages, for what stands in one file.
std::unique_ptr<xml_events> scan_flat_office(rule_sink& sink);

}  // namespace uploadgate::formats
