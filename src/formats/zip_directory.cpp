#include "zip_directory.hpp"

#include "entry_name.hpp"

#include <algorithm>
#include <functional>
#include <limits>

namespace uploadgate::formats::zip_format {
namespace {

// Honest names meet far fewer in one run of the table; made-up collisions end here instead of costing time.
constexpr std::size_t longest_probe = 256;

std::string_view without_root(std::string_view name) {
  if (name.starts_with("./")) name.remove_prefix(2);
  return name;
}

// The flags that two readers must not see differently. The encoding matters only where a name has it.
std::uint16_t telling_flags(std::uint16_t flags, std::string_view name) {
  const std::uint16_t always = flag_encrypted | flag_patch | flag_strong_encryption | flag_masked;
  return static_cast<std::uint16_t>(flags & (is_ascii(name) ? always : always | flag_utf8));
}

}  // namespace

void directory::grow() {
  const std::size_t size = std::max<std::size_t>(64, table_.size() * 2);
  table_.assign(size, 0);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t slot = entries_[i].fold & (size - 1);
    while (table_[slot] != 0) slot = (slot + 1) & (size - 1);
    table_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

result directory::add(std::string_view name, std::uint64_t offset) {
  result r = ask(*ctx_, [&](const structure_limits& limits) -> result {
    const std::uint64_t most = limits.archive.max_entries;
    constexpr std::uint64_t most_here = std::numeric_limits<std::uint32_t>::max();
    if (entries_.size() >= std::min(most, most_here / 2)) return {errc::too_many_entries, over(most), offset};
    if (names_.size() + name.size() > std::min(64 * KiB + mean_name * most, most_here)) {
      return {errc::too_many_entries, "the names together are too long", offset};
    }
    return {};
  });
  if (!r.ok()) return r;
  if (2 * (entries_.size() + 1) > table_.size()) grow();
  const std::uint64_t fold = std::hash<std::string_view>{}(folded_entry_name(name, buffer_));
  const std::size_t mask = table_.size() - 1;
  std::size_t slot = fold & mask;
  for (std::size_t probe = 0; table_[slot] != 0; slot = (slot + 1) & mask) {
    if (++probe > longest_probe) return {errc::budget_exhausted, "names made to collide", offset};
    const entry& other = entries_[table_[slot] - 1];
    if (other.fold != fold) continue;
    std::string_view mine = name;
    std::string_view theirs = name_of(other);
    for (std::string_view* n : {&mine, &theirs}) {
      *n = without_root(*n);
      if (n->ends_with('/')) n->remove_suffix(1);
    }
    if (mine == theirs) return {errc::duplicate_entry, {}, offset};
    if (!folded_duplicate_) folded_duplicate_ = offset;
  }
  table_[slot] = static_cast<std::uint32_t>(entries_.size() + 1);
  entries_.push_back({.offset = offset,
                      .fold = fold,
                      .name_at = static_cast<std::uint32_t>(names_.size()),
                      .name_length = static_cast<std::uint16_t>(name.size())});
  names_ += name;
  return {};
}

bool directory::is_file(std::string_view path) {
  const std::uint64_t fold = std::hash<std::string_view>{}(folded_entry_name(path, buffer_));
  const std::size_t mask = table_.size() - 1;
  for (std::size_t slot = fold & mask; table_[slot] != 0; slot = (slot + 1) & mask) {
    const entry& other = entries_[table_[slot] - 1];
    if (other.fold != fold) continue;
    if (without_root(name_of(other)) == path) return true;
  }
  return false;
}

// Entries of one folder mostly stand together, so that a folder is looked up when it changes.
std::optional<std::uint64_t> directory::file_with_children() {
  std::string_view looked_at;
  for (const entry& e : entries_) {
    const std::string_view name = without_root(name_of(e));
    const std::string_view folder = name.substr(0, name.ends_with('/') ? name.size() - 1 : name.size());
    const std::size_t last = folder.rfind('/');
    if (last == std::string_view::npos || folder.substr(0, last) == looked_at) continue;
    looked_at = folder.substr(0, last);
    for (std::size_t slash = folder.find('/'); slash != std::string_view::npos;
         slash = folder.find('/', slash + 1)) {
      if (is_file(folder.substr(0, slash))) return e.offset;
    }
  }
  return std::nullopt;
}

void directory::measured(const header& h, std::uint64_t end) {
  data_end_ = end;
  entry& e = entries_.back();
  e.packed = h.packed;
  e.unpacked = h.unpacked;
  e.crc = h.crc;
  e.method = h.method;
  e.flags = telling_flags(h.flags, name_of(e));
}

directory::entry* directory::find(std::uint64_t offset) {
  if (next_ < entries_.size() && entries_[next_].offset == offset) return &entries_[next_];
  const auto it = std::ranges::lower_bound(entries_, offset, {}, &entry::offset);
  return it != entries_.end() && it->offset == offset ? &*it : nullptr;
}

result directory::compare(const header& central, std::string_view name, std::uint64_t offset) {
  const auto contradicts = [&](const char* what) { return result{errc::directory_mismatch, what, offset}; };
  entry* e = find(central.offset);
  if (!e && !entries_.empty() && central.offset > entries_.front().offset && central.offset < data_end_) {
    return {errc::overlap, "a directory entry points into another entry", offset};
  }
  if (!e) return contradicts("no entry stands at the offset");
  if (e->compared) return {errc::overlap, "two directory entries for one", offset};
  if (name != name_of(*e)) return contradicts("the name");
  if (central.method != e->method) return contradicts("the method");
  if (central.crc != e->crc) return contradicts("the CRC");
  if (central.packed != e->packed || central.unpacked != e->unpacked) return contradicts("a size");
  if (telling_flags(central.flags, name) != e->flags) return contradicts("the flags");
  e->compared = true;
  ++compared_;
  next_ = static_cast<std::size_t>(e - entries_.data()) + 1;
  return {};
}

}  // namespace uploadgate::formats::zip_format
