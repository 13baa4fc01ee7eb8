// Numbers in bytes, by Boost.Endian. The caller has made sure that the bytes are there.
#pragma once

#include <uploadgate/bytes.hpp>

#include <boost/endian/conversion.hpp>

#include <cstddef>
#include <cstdint>

namespace uploadgate::formats {

inline const unsigned char* at(bytes_view b, std::size_t i) {
  return reinterpret_cast<const unsigned char*>(b.data()) + i;
}
inline std::uint8_t u8(bytes_view b, std::size_t i) { return *at(b, i); }
inline std::uint16_t be16(bytes_view b, std::size_t i) { return boost::endian::load_big_u16(at(b, i)); }
inline std::uint32_t be24(bytes_view b, std::size_t i) { return boost::endian::load_big_u24(at(b, i)); }
inline std::uint32_t be32(bytes_view b, std::size_t i) { return boost::endian::load_big_u32(at(b, i)); }
inline std::uint64_t be64(bytes_view b, std::size_t i) { return boost::endian::load_big_u64(at(b, i)); }
inline std::uint16_t le16(bytes_view b, std::size_t i) { return boost::endian::load_little_u16(at(b, i)); }
inline std::uint32_t le24(bytes_view b, std::size_t i) { return boost::endian::load_little_u24(at(b, i)); }
inline std::uint32_t le32(bytes_view b, std::size_t i) { return boost::endian::load_little_u32(at(b, i)); }
inline std::uint64_t le64(bytes_view b, std::size_t i) { return boost::endian::load_little_u64(at(b, i)); }

}  // namespace uploadgate::formats
