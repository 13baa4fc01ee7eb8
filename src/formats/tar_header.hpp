// One header block of a tar archive (POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic
// Tar Format").
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace uploadgate::formats {

inline constexpr std::size_t tar_block = 512;

struct tar_header {
  std::string name;
  std::string link;
  std::uint64_t size = 0;
  char type = '0';
};

// What is wrong with a header; code none where nothing is.
struct tar_fault {
  errc code = errc::none;
  std::string_view why{};
  std::size_t at = 0;  // in the block
};

// Whether the block's checksum is right, over bytes taken as unsigned or, as old tars did, as signed.
bool tar_checksum(bytes_view block);
// Reads a block whose checksum is right.
tar_fault tar_read_header(bytes_view block, tar_header& header);

}  // namespace uploadgate::formats
