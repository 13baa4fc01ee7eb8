// Archives that libarchive unpacks, from a completed file. It runs in the host's process.
#pragma once

#include <uploadgate/completed_file.hpp>
#include <uploadgate/verdict.hpp>

#include "completed_entries.hpp"

#include <cstdint>
#include <span>

namespace uploadgate::formats {

enum class library_format : std::uint8_t { sevenzip, rar4, rar5 };

// Unpacks every entry into `to`. libarchive must find the entries that were described, in their order, under
// the same names and with the same sizes, and unpack each without as much as a warning: what it cannot unpack
// is refused. It takes what memory the archive's windows name, which the caller has held against the policy.
result unpack_by_library(const completed_file& file, library_format format,
                         std::span<const described_entry> entries, completed_entries& to);

}  // namespace uploadgate::formats
