#include "completed_entries.hpp"

#include "crc32.hpp"

#include <utility>

namespace uploadgate::formats {

void completed_entries::begin(const described_entry& entry) {
  entry_ = &entry;
  size_ = 0;
  crc_ = 0;
  content_.emplace(*ctx_, budget_.before_nested(archive_size_), contained::place::entry);
}

result completed_entries::in_entry(result r) const {
  if (r.ok()) return r;
  objection why = std::move(r).why();
  why.offset = entry_->offset;
  why.detail += why.detail.empty() ? entry_->name : " (" + entry_->name + ")";
  return why;
}

result completed_entries::data(bytes_view piece) {
  if (piece.size() > entry_->size - size_) {
    return in_entry(result{errc::entry_conflict, "more comes out than the header says"});
  }
  for (;;) {
    const std::uint64_t room = budget_.room(archive_size_);
    const bytes_view allowed =
        piece.first(static_cast<std::size_t>(std::min<std::uint64_t>(room, piece.size())));
    size_ += allowed.size();
    crc_ = crc32(crc_, allowed);
    budget_.charge(allowed.size());
    if (result r = content_->feed(allowed, where()); !r.ok()) return r;
    piece = piece.subspan(allowed.size());
    if (piece.empty()) return {};
    if (result r = budget_.exceeded(archive_size_, entry_->offset, entry_->name); !r.ok()) return r;
  }
}

result completed_entries::end() {
  if (size_ != entry_->size) {
    return in_entry(result{errc::entry_conflict, "less comes out than the header says"});
  }
  if (entry_->crc && *entry_->crc != crc_) return in_entry(errc::checksum_mismatch);
  if (result r = content_->finish(where()); !r.ok()) return r;
  budget_.charge_nested(content_->unpacked());
  return budget_.kept(archive_size_, entry_->offset, entry_->name);
}

result window_exceeded(const context& ctx, std::uint64_t offset) {
  return {errc::budget_exhausted,
          "unpacking it takes " + over_bytes(ctx.manner.max_completed_window) + " of history", offset};
}

}  // namespace uploadgate::formats
