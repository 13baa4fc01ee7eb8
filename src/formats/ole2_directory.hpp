// The judgement of a compound file, when all of its sectors have passed.
#pragma once

#include <uploadgate/completed_file.hpp>

#include "grammar.hpp"
#include "ole2_content.hpp"
#include "ole2_sectors.hpp"

namespace uploadgate::formats::ole2_format {

// Follows the FAT and the directory, accounts for every sector, and judges the names of storages and streams,
// and what was found in them. With the completed file, a document in pieces is searched in its own order.
result judge(context& ctx, const header& h, const sectors& s, acting_content& content,
             const completed_file* file);

}  // namespace uploadgate::formats::ole2_format
