#include "ole2_sectors.hpp"

#include <algorithm>

namespace uploadgate::formats::ole2_format {
namespace {

// Files of over 4 GiB are none of Office's.
constexpr std::uint32_t most_sectors = 1U << 23;

constexpr std::size_t longest_name = 64;  // bytes, with the final NUL

bool is_number(std::uint32_t v) { return v >= regular_last || v < most_sectors; }

}  // namespace

result read_header(bytes_view b, header& out) {
  const std::uint16_t major = le16(b, 26);
  const std::uint16_t shift = le16(b, 30);
  if (major != 3 && major != 4) return {errc::bad_value, "the version", 26};
  if (le16(b, 28) != 0xFFFE) return {errc::bad_value, "the byte order", 28};
  if (shift != (major == 3 ? 9 : 12)) return {errc::bad_value, "the sector size", 30};
  if (le16(b, 32) != 6) return {errc::bad_value, "the mini sector size", 32};
  if (le32(b, 56) != 4096) return {errc::bad_value, "the mini stream cutoff", 56};
  out.major = major;
  out.sector_size = 1U << shift;
  out.fat_sectors = le32(b, 44);
  out.first_directory = le32(b, 48);
  out.first_mini_fat = le32(b, 60);
  out.mini_fat_sectors = le32(b, 64);
  out.first_difat = le32(b, 68);
  out.difat_sectors = le32(b, 72);
  if (out.fat_sectors == 0 || out.fat_sectors > most_sectors)
    return {errc::bad_value, "the size of the FAT", 44};
  for (std::size_t i = 0; i < out.difat.size(); ++i) out.difat[i] = le32(b, 76 + 4 * i);
  return {};
}

// A table holds sector numbers, most of which follow the one before closely; text and pictures do not.
bool sectors::looks_like_table(bytes_view sector) {
  std::size_t close = 0;
  std::uint32_t before = 0;
  for (std::size_t i = 0; i + 4 <= sector.size(); i += 4) {
    const std::uint32_t v = le32(sector, i);
    if (!is_number(v)) return false;
    if (v >= regular_last || (v > before && v - before <= 1024)) ++close;
    before = v;
  }
  return close * 16 >= sector.size();  // a quarter of the numbers
}

bool sectors::looks_like_directory(bytes_view sector) {
  for (std::size_t at = 0; at + entry_size <= sector.size(); at += entry_size) {
    const bytes_view e = sector.subspan(at, entry_size);
    const std::uint8_t type = u8(e, 66);
    const std::uint16_t name = le16(e, 64);
    if (type != 0 && type != 1 && type != 2 && type != 5) return false;
    if (u8(e, 67) > 1 || name > longest_name || (type != 0 && (name < 2 || name % 2 != 0))) return false;
  }
  return true;
}

void sectors::keep(std::vector<kept>& list, bytes_view sector) {
  if (bytes_.size() + sector.size() > most_kept) return;
  list.push_back({count_, static_cast<std::uint32_t>(bytes_.size())});
  bytes_.insert(bytes_.end(), sector.begin(), sector.end());
}

void sectors::take(bytes_view sector) {
  torn_ = sector.size() < size_;
  if (!torn_) {
    if (looks_like_table(sector)) keep(tables_, sector);
    if (looks_like_directory(sector)) keep(directories_, sector);
  }
  if (count_ < most_sectors) ++count_;
  const auto telling = [](std::byte b) { return b != std::byte{0} && b != std::byte{0xFF}; };
  const auto last = std::find_if(sector.rbegin(), sector.rend(), telling);
  if (last != sector.rend()) content_end_ = total_ + static_cast<std::uint64_t>(sector.rend() - last);
  total_ += sector.size();
}

bytes_view sectors::find(const std::vector<kept>& list, std::uint32_t index) const {
  const auto it = std::ranges::lower_bound(list, index, {}, &kept::index);
  if (it == list.end() || it->index != index) return {};
  return bytes_view{bytes_}.subspan(it->at, size_);
}

bytes_view sectors::table(std::uint32_t index) const { return find(tables_, index); }

bool sectors::directory(std::uint32_t index, std::vector<directory_entry>& out) const {
  const bytes_view sector = find(directories_, index);
  if (sector.empty()) return false;
  for (std::size_t at = 0; at < sector.size(); at += entry_size) {
    const bytes_view e = sector.subspan(at, entry_size);
    directory_entry made{.name = {},
                         .type = u8(e, 66),
                         .left = le32(e, 68),
                         .right = le32(e, 72),
                         .child = le32(e, 76),
                         .start = le32(e, 116),
                         .size = major_ == 3 ? le32(e, 120) : le64(e, 120)};
    const std::size_t units = le16(e, 64) / 2;
    for (std::size_t i = 0; made.type != 0 && i + 1 < units; ++i) {
      const std::uint16_t c = le16(e, 2 * i);
      made.name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a')
                   : c < 0x80           ? static_cast<char>(c)
                                        : '?';
    }
    out.push_back(std::move(made));
  }
  return true;
}

}  // namespace uploadgate::formats::ole2_format
