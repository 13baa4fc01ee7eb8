// The judgement of a compound file, when all of its sectors have passed.
#pragma once

#include "grammar.hpp"
#include "ole2_content.hpp"
#include "ole2_sectors.hpp"

namespace uploadgate::formats::ole2_format {

// Follows the FAT and the directory, accounts for every sector, and judges the names of storages and streams,
// and what was found in them.
result judge(context& ctx, const header& h, const sectors& s, const acting_content& content);

}  // namespace uploadgate::formats::ole2_format
