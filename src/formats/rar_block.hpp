// One block of a RAR archive: its header, of version 4 or 5.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/error.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uploadgate::formats {

struct rar_block {
  enum class kind : std::uint8_t { archive, file, service, end, other };
  kind what = kind::other;
  std::string name;
  std::string other_name;      // of RAR 4, for readers that know no Unicode; empty where there is one name
  std::uint64_t data = 0;      // bytes that follow the header
  std::uint64_t unpacked = 0;  // as declared
  std::optional<std::uint32_t> crc{};
  std::uint64_t window = 0;  // bytes of history that unpacking keeps
  bool solid = false;        // which begins with that of the entry before
  bool folder = false;
  bool link = false;
  bool special = false;
  bool encrypted = false;
  bool hides_the_rest = false;  // the headers that follow are encrypted
};

struct rar_fault {
  errc code = errc::none;
  std::string_view why{};
};

// How long a header is, told by its first bytes.
struct rar_start {
  bool fault = false;
  std::size_t header = 0;  // all of it, from its checksum on
  std::size_t fields = 0;  // where the fields behind its length begin
};
// What rar4_start and rar5_start may look at.
inline constexpr std::size_t rar_longest_start = 7;

rar_start rar4_start(bytes_view first);
rar_start rar5_start(bytes_view first);
rar_fault rar4_read(bytes_view header, rar_block& block);
rar_fault rar5_read(bytes_view header, std::size_t fields, rar_block& block);

}  // namespace uploadgate::formats
