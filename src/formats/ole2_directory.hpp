// The judgement of a compound file, when all of its sectors have passed.
#pragma once

#include "grammar.hpp"
#include "ole2_sectors.hpp"

namespace uploadgate::formats::ole2_format {

// Follows the FAT and the directory, accounts for every sector, and judges the names of storages and streams.
result judge(context& ctx, const header& h, const sectors& s);

}  // namespace uploadgate::formats::ole2_format
