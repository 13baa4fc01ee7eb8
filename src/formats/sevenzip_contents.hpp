// A 7z archive on its completed file: its header, and all that its folders unpack to.
#pragma once

#include <uploadgate/completed_file.hpp>

#include "grammar.hpp"

#include <cstdint>

namespace uploadgate::formats {

// Where the start header says that the end header stands, and its checksum.
struct sevenzip_end_header {
  std::uint64_t offset = 0;  // from the file's beginning
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
};

result read_sevenzip(const completed_file& file, context& ctx, const sevenzip_end_header& where);

}  // namespace uploadgate::formats
