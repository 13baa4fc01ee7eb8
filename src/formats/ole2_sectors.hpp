// The sectors of a compound file ([MS-CFB]) as they stream past: what must be kept until the FAT is known.
#pragma once

#include <uploadgate/verdict.hpp>

#include "endian.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace uploadgate::formats::ole2_format {

inline constexpr std::size_t header_size = 512;
inline constexpr std::size_t entry_size = 128;

// [MS-CFB] 2.1: sector numbers that are none.
inline constexpr std::uint32_t regular_last = 0xFFFFFFFA;
inline constexpr std::uint32_t difat_sector = 0xFFFFFFFC;
inline constexpr std::uint32_t fat_sector = 0xFFFFFFFD;
inline constexpr std::uint32_t end_of_chain = 0xFFFFFFFE;
inline constexpr std::uint32_t free_sector = 0xFFFFFFFF;
inline constexpr std::uint32_t no_stream = 0xFFFFFFFF;

struct header {
  std::uint16_t major = 3;
  std::uint32_t sector_size = 512;
  std::uint32_t fat_sectors = 0;
  std::uint32_t first_directory = 0;
  std::uint32_t mini_cutoff = 4096;
  std::uint32_t first_mini_fat = 0;
  std::uint32_t mini_fat_sectors = 0;
  std::uint32_t first_difat = 0;
  std::uint32_t difat_sectors = 0;
  std::array<std::uint32_t, 109> difat{};
};
result read_header(bytes_view bytes, header& out);
// Where a sector begins in the file.
constexpr std::uint64_t place_of_sector(const header& h, std::uint32_t sector) {
  return (std::uint64_t{sector} + 1) * h.sector_size;
}

// One entry of the directory.
struct directory_entry {
  std::string name;       // lower case; what is not ASCII is '?'
  std::uint8_t type = 0;  // 1 storage, 2 stream, 5 root
  std::uint32_t left = no_stream;
  std::uint32_t right = no_stream;
  std::uint32_t child = no_stream;
  std::uint32_t start = end_of_chain;
  std::uint64_t size = 0;
};

// Keeps the sectors that look like those of the FAT, the DIFAT or the directory, because which they are is
// known only when all have passed. Bounded: most_kept bytes, whatever the file's size.
class sectors {
 public:
  static constexpr std::size_t most_kept = 6 * MiB;
  static constexpr std::size_t most_directory_entries = 16'384;

  void begin(std::uint32_t sector_size, std::uint16_t major) {
    size_ = sector_size;
    major_ = major;
  }
  void take(bytes_view sector);
  [[nodiscard]] std::uint32_t count() const { return count_; }
  // torn: whether the sector is the last, and the file ended within it.
  [[nodiscard]] bool torn(std::uint32_t index) const { return torn_ && index + 1 == count_; }

  // content_end: where the last byte stands that is no filling (zeros or ones), counted from the first
  // sector.
  [[nodiscard]] std::uint64_t content_end() const { return content_end_; }
  [[nodiscard]] std::uint64_t size() const { return total_; }

  // table: the sector as numbers; empty where it was not kept.
  [[nodiscard]] bytes_view table(std::uint32_t index) const;
  // directory: the sector as directory entries, appended to `out`; false where it was not kept.
  bool directory(std::uint32_t index, std::vector<directory_entry>& out) const;

 private:
  struct kept {
    std::uint32_t index;
    std::uint32_t at;
  };
  void keep(std::vector<kept>& list, bytes_view sector);
  static bool looks_like_table(bytes_view sector);
  static bool looks_like_directory(bytes_view sector);
  [[nodiscard]] bytes_view find(const std::vector<kept>& list, std::uint32_t index) const;

  std::uint32_t size_ = 512;
  std::uint16_t major_ = 3;
  std::uint32_t count_ = 0;
  bool torn_ = false;
  std::uint64_t total_ = 0;
  std::uint64_t content_end_ = 0;
  std::vector<kept> tables_;
  std::vector<kept> directories_;
  std::vector<std::byte> bytes_;
};

}  // namespace uploadgate::formats::ole2_format
