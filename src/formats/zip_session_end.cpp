// The directory and the end records of a session.
#include "entry_name.hpp"
#include "zip_session.hpp"

#include <algorithm>

namespace uploadgate::formats::zip_format {

result session::central_record(bytes_view record, const header& h, std::uint64_t offset) {
  header central = h;
  const bytes_view name = record.subspan(central_size, h.name_length);
  const bytes_view fields = record.subspan(central_size + name.size(), h.extra_length);
  bool extra_looked_at = false;
  if (!fields.empty() || h.offset == in_zip64 || h.packed == in_zip64 || h.unpacked == in_zip64) {
    extra.clear();
    if (result r = extra.add_all(fields, offset); !r.ok()) return r;
    extra_looked_at = extra.has_unknown();
    if (result r = extra.widen(central, true, offset); !r.ok()) return r;
    if (result r = unicode_path(as_text(name), offset); !r.ok()) return r;
    if (extra.link()) return {errc::entry_link, "a symbolic link", offset};
    if (extra.special()) return {errc::entry_special, "a link or a device", offset};
  }
  const bytes_view texts = record.subspan(central_size + name.size() + (extra_looked_at ? 0 : fields.size()));
  if (!texts.empty()) {
    const std::uint64_t at = offset + record.size() - texts.size();
    if (result r = comment.whole_text(*ctx_, texts, at, "a directory entry"); !r.ok()) return r;
  }
  if (central.disk != 0 && central.disk != in_zip64_short) {
    return {errc::unsupported_feature, "an archive in several volumes", offset};
  }
  if (result r = directory_.compare(central, as_text(name), offset); !r.ok()) return r;
  if (result r = judge_attributes(central, as_text(name), offset); !r.ok()) return r;
  std::ranges::copy(record.last(locator64_size), last_record_);
  return {};
}

result session::central(bytes_view ahead, std::uint64_t offset, std::size_t& used) {
  for (;;) {
    const bytes_view here = ahead.subspan(used);
    if (here.size() < central_size || !begins(here, central_signature)) return {};
    const header h = read_central(here);
    const std::size_t size = central_size + h.name_length + h.extra_length + h.comment_length;
    if (size > here.size()) return {};
    if (result r = central_record(here.first(size), h, offset + used); !r.ok()) return r;
    used += size;
  }
}

result session::finish(std::uint64_t directory_at) {
  ctx_->found.entries = directory_.size();
  if (!directory_.complete()) {
    return {errc::directory_mismatch, "entries that the directory does not name", directory_at};
  }
  if (const auto at = directory_.file_with_children()) {
    return {errc::duplicate_entry, "a file is a folder too", *at};
  }
  return contents_.finish(directory_at);
}

result session::end64(bytes_view record, std::uint64_t directory_at, std::uint64_t offset) {
  const auto contradicts = [&](const char* what) { return result{errc::directory_mismatch, what, offset}; };
  if (le64(record, 4) != end64_size - 12) return {errc::bad_length, "the ZIP64 end record", offset + 4};
  if (le32(record, 16) != 0 || le32(record, 20) != 0) {
    return {errc::unsupported_feature, "an archive in several volumes", offset};
  }
  if (le64(record, 24) != directory_.size() || le64(record, 32) != directory_.size()) {
    return contradicts("the number of entries in the ZIP64 end record");
  }
  if (le64(record, 40) != offset - directory_at)
    return contradicts("the directory's size in the ZIP64 end record");
  if (le64(record, 48) != directory_at) return contradicts("the directory's offset in the ZIP64 end record");
  zip64_ = true;
  return {};
}

result session::locator64(bytes_view record, std::uint64_t end64_at, std::uint64_t offset) {
  if (!begins(record, locator64_signature)) return {errc::missing_part, "the ZIP64 locator", offset};
  if (le32(record, 4) != 0 || le32(record, 16) > 1) {
    return {errc::unsupported_feature, "an archive in several volumes", offset};
  }
  if (le64(record, 8) != end64_at) return {errc::directory_mismatch, "the ZIP64 locator", offset};
  return {};
}

result session::end(bytes_view record, std::uint64_t directory_at, std::uint64_t directory_end) {
  const std::uint64_t at = directory_end + (zip64_ ? end64_size + locator64_size : 0);
  const auto contradicts = [&](const char* what) { return result{errc::directory_mismatch, what, at}; };
  // Where ZIP64 records stand, a field may point to them.
  const auto says = [&](std::uint64_t field, std::uint64_t truth, std::uint64_t elsewhere) {
    return field == truth || (zip64_ && field == elsewhere);
  };
  for (const std::size_t disk : {std::size_t{4}, std::size_t{6}}) {
    if (!says(le16(record, disk), 0, in_zip64_short)) {
      return {errc::unsupported_feature, "an archive in several volumes", at};
    }
  }
  for (const std::size_t count : {std::size_t{8}, std::size_t{10}}) {
    if (!says(le16(record, count), directory_.size(), in_zip64_short)) {
      return contradicts("the number of entries in the end record");
    }
  }
  if (!says(le32(record, 12), directory_end - directory_at, in_zip64)) {
    return contradicts("the directory's size in the end record");
  }
  if (!says(le32(record, 16), directory_at, in_zip64)) {
    return contradicts("the directory's offset in the end record");
  }
  // Who looks for the end record from the end backwards, or for a ZIP64 locator right before it, must find
  // what was read here.
  if (as_text(record.subspan(4)).find("PK\x05\x06") != std::string_view::npos) {
    return {errc::second_directory, "in the end record", at};
  }
  if (!zip64_ && begins(bytes_view{last_record_}, locator64_signature)) {
    return {errc::second_directory, "a ZIP64 locator at the end of the directory", at - locator64_size};
  }
  return {};
}

}  // namespace uploadgate::formats::zip_format
