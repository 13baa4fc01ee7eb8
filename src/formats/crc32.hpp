// CRC-32 of ISO 3309 (PNG, gzip, ZIP), by ISA-L.
#pragma once

#include <uploadgate/bytes.hpp>

#include <isa-l/crc.h>

#include <cstdint>

namespace uploadgate::formats {

// crc32 goes on from `crc`, 0 at the beginning.
inline std::uint32_t crc32(std::uint32_t crc, bytes_view bytes) {
  return crc32_gzip_refl(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

}  // namespace uploadgate::formats
