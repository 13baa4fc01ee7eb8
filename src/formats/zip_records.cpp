#include "zip_records.hpp"

#include "crc32.hpp"
#include "entry_name.hpp"

#include <algorithm>
#include <limits>

namespace uploadgate::formats::zip_format {
namespace {

// Extra field ids (4.5.2, and Info-ZIP's extra field list).
constexpr std::uint16_t id_zip64 = 0x0001;
constexpr std::uint16_t id_ntfs_times = 0x000a;
constexpr std::uint16_t id_unix = 0x000d;
constexpr std::uint16_t id_extended_time = 0x5455;
constexpr std::uint16_t id_unix_ids = 0x7875;
// Three times of four bytes behind their flags; two numbers of eight bytes; three times of eight.
constexpr std::size_t longest_extended_time = 13;
constexpr std::size_t longest_unix_ids = 19;
constexpr std::size_t longest_ntfs_times = 32;
constexpr std::uint16_t id_asi_unix = 0x756e;
constexpr std::uint16_t id_unicode_path = 0x7075;
constexpr std::uint16_t id_aes = 0x9901;

// File types of stat(2), which Unix hosts keep in the upper half of the external attributes.
constexpr std::uint32_t type_mask = 0170000;
constexpr std::uint32_t type_regular = 0100000;
constexpr std::uint32_t type_folder = 0040000;
constexpr std::uint32_t type_link = 0120000;
constexpr std::uint32_t windows_reparse_point = 0x400;

bool is_special(std::uint32_t mode) {
  const std::uint32_t type = mode & type_mask;
  return type == 0010000 || type == 0020000 || type == 0060000 || type == 0140000;
}

// Whether the name is the Unicode path, but for what it could not spell: WinRAR writes '_' for such a
// character, others '?', or its number behind "#U" (Info-ZIP) or "%U" (Apache Commons).
bool replaces_characters(std::string_view name, std::string_view path) {
  while (!path.empty() && !name.empty()) {
    if (static_cast<unsigned char>(path.front()) < 0x80) {
      if (path.front() != name.front()) return false;
      path.remove_prefix(1);
      name.remove_prefix(1);
      continue;
    }
    const std::size_t next = std::min(
        static_cast<std::size_t>(
            std::ranges::find_if(path.substr(1), [](char c) { return (c & 0xC0) != 0x80; }) - path.begin()),
        path.size());
    path.remove_prefix(next);
    constexpr std::size_t number = 6;
    const bool numbered = name.size() >= number && (name.starts_with("#U") || name.starts_with("%U")) &&
                          std::ranges::all_of(name.substr(2, 4), [](char c) {
                            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
                          });
    if (!numbered && name.front() != '_' && name.front() != '?') return false;
    name.remove_prefix(numbered ? number : 1);
  }
  return path.empty() && name.empty();
}

}  // namespace

header read_local(bytes_view r) {
  return {.flags = le16(r, 6),
          .method = le16(r, 8),
          .crc = le32(r, 14),
          .packed = le32(r, 18),
          .unpacked = le32(r, 22),
          .name_length = le16(r, 26),
          .extra_length = le16(r, 28)};
}

header read_central(bytes_view r) {
  return {.flags = le16(r, 8),
          .method = le16(r, 10),
          .crc = le32(r, 16),
          .packed = le32(r, 20),
          .unpacked = le32(r, 24),
          .name_length = le16(r, 28),
          .extra_length = le16(r, 30),
          .comment_length = le16(r, 32),
          .disk = le16(r, 34),
          .made_by = u8(r, 5),
          .attributes = le32(r, 38),
          .offset = le32(r, 42)};
}

bool extra_fields::is_padding(bytes_view tail) {
  return tail.size() < 4 && std::ranges::all_of(tail, [](std::byte b) { return b == std::byte{0}; });
}

result extra_fields::add(std::uint16_t id, bytes_view body, std::uint64_t offset) {
  switch (id) {
    case id_zip64:
      if (zip64_size_) return {errc::duplicate_part, "two ZIP64 extra fields", offset};
      if (body.size() > zip64_longest) return {errc::bad_length, "a long ZIP64 extra field", offset};
      std::ranges::copy(body, zip64_);
      zip64_size_ = body.size();
      break;
    case id_unicode_path:
      if (has_unicode_path_) return {errc::duplicate_part, "two Unicode path extra fields", offset};
      if (body.size() < 5) return {errc::bad_length, "a short Unicode path extra field", offset};
      if (u8(body, 0) != 1) return {errc::bad_value, "the version of a Unicode path extra field", offset};
      has_unicode_path_ = true;
      unicode_crc_ = le32(body, 1);
      unicode_path_ = as_text(body.subspan(5));
      break;
    case id_aes:
      aes_ = true;
      break;
    case id_unix:  // times and ids in 12 bytes; then a link's target or a device's numbers
      special_ = special_ || body.size() > 12;
      break;
    case id_asi_unix:
      if (body.size() >= 6) {
        const std::uint32_t mode = le16(body, 4);
        link_ = link_ || (mode & type_mask) == type_link;
        special_ = special_ || is_special(mode);
      }
      break;
    case id_extended_time:
      return body.size() <= longest_extended_time ? result{} : unknown(body, offset);
    case id_unix_ids:
      return body.size() <= longest_unix_ids ? result{} : unknown(body, offset);
    case id_ntfs_times:
      return body.size() <= longest_ntfs_times ? result{} : unknown(body, offset);
    default:
      return unknown(body, offset);
  }
  return {};
}

// Fields that are not known are short, or, behind a mark of their own, zeros that align what follows.
result extra_fields::unknown(bytes_view body, std::uint64_t offset) {
  unknown_ = true;
  if (body.size() <= unknown_longest) return {};
  const auto zero = [](std::byte b) { return b == std::byte{0}; };
  if (std::ranges::all_of(body.subspan(unknown_longest), zero)) return {};
  return {errc::metadata_too_large, "an extra field of " + std::to_string(body.size()) + " bytes", offset};
}

result extra_fields::add_all(bytes_view block, std::uint64_t offset) {
  while (block.size() >= 4) {
    const std::uint16_t size = le16(block, 2);
    if (size > block.size() - 4) return {errc::bad_length, "an extra field passes its block", offset};
    if (result r = add(le16(block, 0), block.subspan(4, size), offset); !r.ok()) return r;
    block = block.subspan(4 + std::size_t{size});
  }
  if (!is_padding(block)) return {errc::bad_length, "a torn extra field", offset};
  return {};
}

// Readers that take the sizes of a ZIP64 field that no size asks for must find the same: writers that reserve
// it leave the right values there, or zeros, or ones.
result extra_fields::unneeded(const header& h, std::uint64_t offset) const {
  if (zip64_size_.value_or(0) < 16) return {};
  constexpr std::uint64_t reserved = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t unpacked = le64(bytes_view{zip64_}, 0);
  const std::uint64_t packed = le64(bytes_view{zip64_}, 8);
  const bool empty = (unpacked == 0 && packed == 0) || (unpacked == reserved && packed == reserved);
  if (empty || (unpacked == h.unpacked && packed == h.packed)) return {};
  return {errc::directory_mismatch, "sizes in a ZIP64 extra field that is not asked for", offset};
}

result extra_fields::widen(header& h, bool central, std::uint64_t offset) const {
  const bool wanted = h.unpacked == in_zip64 || h.packed == in_zip64 || (central && h.offset == in_zip64);
  if (!wanted) return unneeded(h, offset);
  if (!zip64_size_) {
    return {errc::missing_part, "a size says that it stands in a ZIP64 extra field", offset};
  }
  bytes_view body = bytes_view{zip64_}.first(*zip64_size_);
  for (std::uint64_t* field : {&h.unpacked, &h.packed, central ? &h.offset : nullptr}) {
    if (!field || *field != in_zip64) continue;
    if (body.size() < 8) return {errc::bad_length, "a short ZIP64 extra field", offset};
    *field = le64(body, 0);
    body = body.subspan(8);
  }
  return {};
}

result extra_fields::agree(std::string_view name, std::uint64_t max_length, std::uint64_t offset) const {
  if (!has_unicode_path_) return {};
  const auto contradicts = [&] { return result{errc::directory_mismatch, "a Unicode path", offset}; };
  if (unicode_crc_ != crc32(0, as_bytes(name))) return contradicts();
  if (unicode_path_ == name) return {};
  if (result r = judge_entry_name(unicode_path_, name_encoding::utf8, max_length, offset); !r.ok()) return r;
  if (replaces_characters(name, unicode_path_)) return {};
  // The name is in a code page; what does not depend on the page must be the same.
  if (is_utf8(name) || entry_extension(name) != entry_extension(unicode_path_) ||
      std::ranges::count(name, '/') != std::ranges::count(unicode_path_, '/')) {
    return contradicts();
  }
  return {};
}

result judge_attributes(const header& central, std::string_view name, std::uint64_t offset) {
  const std::uint32_t mode = central.attributes >> 16;
  const std::uint32_t type = mode & type_mask;
  if (type == type_link) return {errc::entry_link, "a symbolic link", offset};
  if (is_special(mode)) return {errc::entry_special, "a device, pipe or socket", offset};
  const bool windows = central.made_by == 0 || central.made_by == 10 || central.made_by == 11;
  if (windows && (central.attributes & windows_reparse_point) != 0 && type == 0) {
    return {errc::entry_link, "a reparse point", offset};
  }
  const bool folder = name.ends_with('/');
  if ((type == type_folder && !folder) || (type == type_regular && folder && central.unpacked != 0)) {
    return {errc::bad_value, "a folder or a file, by name and by attributes", offset};
  }
  return {};
}

}  // namespace uploadgate::formats::zip_format
