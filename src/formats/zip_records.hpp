// The fixed records of ZIP (PKWARE APPNOTE 6.3.10, section 4.3) as they stand in the file.
#pragma once

#include <uploadgate/verdict.hpp>

#include "endian.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace uploadgate::formats::zip_format {

inline constexpr std::uint32_t local_signature = 0x04034b50;
inline constexpr std::uint32_t central_signature = 0x02014b50;
inline constexpr std::uint32_t descriptor_signature = 0x08074b50;
inline constexpr std::uint32_t end_signature = 0x06054b50;
inline constexpr std::uint32_t end64_signature = 0x06064b50;
inline constexpr std::uint32_t locator64_signature = 0x07064b50;
inline constexpr std::uint32_t extra_data_signature = 0x08064b50;

inline constexpr std::size_t local_size = 30;
inline constexpr std::size_t central_size = 46;
inline constexpr std::size_t end_size = 22;
inline constexpr std::size_t end64_size = 56;
inline constexpr std::size_t locator64_size = 20;
// The longest data descriptor (4.3.9), with what must follow it: the signature of the next record.
inline constexpr std::size_t descriptor_window = 24 + 4;

inline constexpr std::uint16_t method_stored = 0;
inline constexpr std::uint16_t method_deflated = 8;
inline constexpr std::uint16_t method_aes = 99;

// General purpose bits (4.4.4).
inline constexpr std::uint16_t flag_encrypted = 1U << 0;
inline constexpr std::uint16_t flag_descriptor = 1U << 3;
inline constexpr std::uint16_t flag_patch = 1U << 5;
inline constexpr std::uint16_t flag_strong_encryption = 1U << 6;
inline constexpr std::uint16_t flag_utf8 = 1U << 11;
inline constexpr std::uint16_t flag_masked = 1U << 13;

inline constexpr std::uint32_t in_zip64 = 0xFFFFFFFF;
inline constexpr std::uint16_t in_zip64_short = 0xFFFF;

inline bool begins(bytes_view b, std::uint32_t signature) { return b.size() >= 4 && le32(b, 0) == signature; }

// What both headers of an entry say about it.
struct header {
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t crc = 0;
  std::uint64_t packed = 0;
  std::uint64_t unpacked = 0;
  std::uint16_t name_length = 0;
  std::uint16_t extra_length = 0;
  // The central directory only.
  std::uint16_t comment_length = 0;
  std::uint16_t disk = 0;
  std::uint8_t made_by = 0;  // the host system of "version made by"
  std::uint32_t attributes = 0;
  std::uint64_t offset = 0;
};

header read_local(bytes_view record);
header read_central(bytes_view record);

// What the extra fields say that uploadgate must know.
class extra_fields {
 public:
  // Takes the next field; ids that are not known pass where they are short.
  result add(std::uint16_t id, bytes_view body, std::uint64_t offset);
  // Reads a whole block of fields. A tail of under four zero bytes is what zipalign leaves.
  result add_all(bytes_view block, std::uint64_t offset);
  static bool is_padding(bytes_view tail);

  // Puts the 64-bit values in the place of those that say so (4.5.3); `central` reads the offset and the disk
  // too.
  result widen(header& h, bool central, std::uint64_t offset) const;
  // Whether the Unicode path, where there is one, agrees with the name (4.6.9).
  result agree(std::string_view name, std::uint64_t max_length, std::uint64_t offset) const;

  void clear() { *this = {}; }
  [[nodiscard]] bool zip64() const { return zip64_size_.has_value(); }
  [[nodiscard]] bool aes() const { return aes_; }
  [[nodiscard]] bool link() const { return link_; }
  [[nodiscard]] bool special() const { return special_; }
  // Whether there is a field of an id that is not known.
  [[nodiscard]] bool has_unknown() const { return unknown_; }

 private:
  result unknown(bytes_view body, std::uint64_t offset);
  result unneeded(const header& h, std::uint64_t offset) const;

  static constexpr std::size_t zip64_longest = 28;
  static constexpr std::size_t unknown_longest = 1024;
  bool unknown_ = false;
  std::optional<std::size_t> zip64_size_;
  std::byte zip64_[zip64_longest]{};
  bool aes_ = false;
  bool link_ = false;
  bool special_ = false;
  bool has_unicode_path_ = false;
  std::uint32_t unicode_crc_ = 0;
  std::string unicode_path_;
};

// Judges what the external attributes of a directory entry make of it: a link, a device, or fine.
result judge_attributes(const header& central, std::string_view name, std::uint64_t offset);

}  // namespace uploadgate::formats::zip_format
