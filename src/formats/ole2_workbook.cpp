#include "ole2_workbook.hpp"

#include "endian.hpp"

#include <algorithm>

namespace uploadgate::formats::ole2_format {
namespace {

constexpr std::size_t record_header = 4;
constexpr std::size_t longest_record = 8224;
// Streams begin at a sector, or at a sector of the mini stream.
constexpr std::size_t alignment = 64;

// [MS-XLS] 2.3.2.
enum : std::uint16_t {
  end_of_substream = 0x000A,
  file_pass = 0x002F,
  bound_sheet = 0x0085,
  supporting_link = 0x01AE,
  last_type = 0x10FF,
};

// BOF of the globals of BIFF5 or BIFF8.
bool begins_workbook(bytes_view b) {
  return b.size() >= 8 && le16(b, 0) == 0x0809 && le16(b, 2) >= 8 && le16(b, 2) <= 16 &&
         (le16(b, 4) == 0x0500 || le16(b, 4) == 0x0600) && le16(b, 6) == 0x0005;
}

// [MS-XLS] 2.4.271 and 2.5.277: a path that does not begin with a control character is that of a program
// and its document, with U+0003 between them.
bool names_program(bytes_view record) {
  if (record.size() < record_header + 6) return false;
  const std::size_t characters = le16(record, record_header + 2);
  const bool wide = (u8(record, record_header + 4) & 1) != 0;
  if (characters == 0 || characters > 255) return false;
  const bytes_view text = record.subspan(record_header + 5);
  for (std::size_t i = 0; i < characters; ++i) {
    const std::size_t at = i * (wide ? 2 : 1);
    if (at + (wide ? 2 : 1) > text.size()) return false;
    const unsigned c = wide ? le16(text, at) : u8(text, at);
    if (c == 3) return i > 0;
    if (c < 0x20) return false;
  }
  return false;
}

}  // namespace

void workbook_records::look(bytes_view sector, std::uint64_t offset) {
  for (std::size_t i = 0; i < used_; ++i) {
    if (runs_[i].count > 0) follow(runs_[i], sector, offset);
  }
  begin(sector, offset);
}

void workbook_records::begin(bytes_view sector, std::uint64_t offset) {
  for (std::size_t at = 0; at + 8 <= sector.size() && used_ < most_runs; at += alignment) {
    if (!begins_workbook(sector.subspan(at))) continue;
    run& r = runs_[used_++];
    r.count = 1;
    r.record_at = offset + at + record_header + le16(sector, at + 2);
    follow(r, sector, offset);
  }
}

void workbook_records::follow(run& r, bytes_view sector, std::uint64_t offset) {
  const std::uint64_t end = offset + sector.size();
  while (r.count > 0) {
    // Of each record its header and its beginning are kept.
    const std::uint64_t at = r.record_at + r.read;
    if (at >= end) return;
    const bytes_view left = sector.subspan(static_cast<std::size_t>(at - offset));
    const bool headed = r.read >= record_header;
    const std::size_t wanted =
        headed ? std::min(record_header + le16(r.bytes, 2), r.bytes.size()) : record_header;
    const std::size_t taken = std::min(left.size(), wanted - r.read);
    std::copy_n(left.begin(), taken, r.bytes.begin() + static_cast<std::ptrdiff_t>(r.read));
    r.read += taken;
    if (r.read < wanted) return;
    if (wanted == record_header && le16(r.bytes, 2) > 0) continue;
    if (!judge(r)) r.count = 0;
    r.record_at += record_header + le16(r.bytes, 2);
    r.read = 0;
    if (r.count > 0) ++r.count;
  }
}

// False where the run is over: its substream ended, or the stream goes on elsewhere in the file.
bool workbook_records::judge(const run& r) {
  const bytes_view record = bytes_view{r.bytes}.first(r.read);
  const std::uint16_t type = le16(record, 0);
  const std::uint16_t length = le16(record, 2);
  if (type == 0 || type > last_type || length > longest_record || type == end_of_substream) return false;
  // 2.1.7.20.3: it stands right behind the BOF, or behind write protection.
  if (type == file_pass && r.count <= 4 && !encryption) encryption = r.record_at;
  if (type == bound_sheet && length >= 6 && u8(record, 9) == 1 && !macro_sheet) macro_sheet = r.record_at;
  if (type == supporting_link && names_program(record) && !dde_link) dde_link = r.record_at;
  return !encryption;
}

}  // namespace uploadgate::formats::ole2_format
