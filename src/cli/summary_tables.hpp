// Summaries and differences as tables for a person.
#pragma once

#include <uploadgate/maintenance/difference.hpp>
#include <uploadgate/maintenance/summary.hpp>

#include <string>

namespace uploadgate::cli {

std::string to_tables(const baseline_summary& s);
std::string to_table(const store_difference& d);

}  // namespace uploadgate::cli
