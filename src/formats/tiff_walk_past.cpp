// What of a TIFF goes past before anything says what it is.
#include "tiff_walk.hpp"

#include <algorithm>
#include <utility>

namespace uploadgate::formats {
namespace {

// What is kept of what went past: writers put Exif and arrays close before the directory, and Apple's put
// Exif behind the header and the directory at the end.
constexpr std::size_t max_kept = 8192;
constexpr std::size_t overlap = 32;
// Between parts: writers align them, and GDAL writes the length of a tile before and behind it.
constexpr std::uint64_t max_gap = 16;
// All larger gaps together: what tools leave behind that write a directory anew, or reserve room for one.
constexpr std::uint64_t max_gaps = 4096;

}  // namespace

std::uint64_t tiff_walk::known(std::uint64_t at, std::uint64_t most) const {
  for (const byte_ranges* set : {&pixels_, &parts_}) {
    if (const auto* r = set->next(at); r && r->begin <= at) return std::min(most, r->end - at);
  }
  return 0;
}

std::uint64_t tiff_walk::unknown(std::uint64_t at, std::uint64_t most) const {
  for (const byte_ranges* set : {&pixels_, &parts_}) {
    if (const auto* r = set->next(at)) most = std::min(most, r->begin - at);
  }
  return most;
}

void tiff_walk::pass(bytes_view bytes, std::uint64_t at) {
  if (at != passing_end_) {
    if (!seen_) seen_ = passing_.finish();
    passing_.begin(at);
    kept_.clear();
    kept_at_ = at;
  }
  passing_end_ = at + bytes.size();
  if (!seen_) seen_ = passing_.feed(bytes);
  if (first_.empty()) first_at_ = at;
  if (at == first_at_ + first_.size() && first_.size() < max_kept) {
    const bytes_view more = bytes.first(std::min(bytes.size(), max_kept - first_.size()));
    first_.insert(first_.end(), more.begin(), more.end());
  }
  const bytes_view last = bytes.last(std::min(bytes.size(), max_kept));
  kept_.insert(kept_.end(), last.begin(), last.end());
  if (kept_.size() > 2 * max_kept) kept_.erase(kept_.begin(), kept_.end() - max_kept);
  kept_at_ = passing_end_ - kept_.size();
}

result tiff_walk::tell(const std::optional<payload_text::hit>& hit) {
  if (!hit || told_) return {};
  told_ = true;
  return handle(ctx_, &image_limits::payload_text, errc::payload_text,
                std::string{hit->what} + " beside the pixels", hit->offset);
}

result tiff_walk::look(bytes_view bytes, std::uint64_t at) {
  if (at != looked_end_) {
    if (result r = look_on({}); !r.ok()) return r;
    // What went past just before may be where the text begins.
    const bool touches = at == passing_end_;
    const bytes_view tail = bytes_view{kept_}.last(touches ? std::min(kept_.size(), overlap) : 0);
    looking_.begin(at - tail.size());
    looking_.feed(tail);
  }
  looked_end_ = at + bytes.size();
  return tell(looking_.feed(bytes));
}

result tiff_walk::look_on(bytes_view pixels) {
  if (looked_end_ == byte_ranges::none) return {};
  const std::uint64_t end = std::exchange(looked_end_, byte_ranges::none);
  looking_.feed(pixels);
  const std::optional<payload_text::hit>& hit = looking_.finish();
  return hit && hit->offset < end ? tell(hit) : result{};
}

bytes_view tiff_walk::kept_from(std::uint64_t at) const {
  const bytes_view last = bytes_view{kept_}.last(std::min(kept_.size(), max_kept));
  const std::uint64_t last_at = kept_at_ + (kept_.size() - last.size());
  for (const auto& [bytes, begin] : {std::pair{last, last_at}, std::pair{bytes_view{first_}, first_at_}}) {
    if (at >= begin && at - begin < bytes.size()) return bytes.subspan(static_cast<std::size_t>(at - begin));
  }
  return {};
}

result tiff_walk::behind(const item& which) {
  const bytes_view from = kept_from(which.at);
  if (which.what == kind::directory || which.what == kind::branch || which.what == kind::attachment) {
    if (parts_.contains(which.at) || pixels_.contains(which.at)) {
      return {errc::overlap, "a directory within another part", which.at};
    }
    const std::uint64_t size = from.size() < layout_.count_bytes() ? 0 : directory_bytes(from);
    if (size != 0 && size <= from.size()) return directory(from.first(static_cast<std::size_t>(size)), which);
    lose("a directory lies behind what leads to it");
    return {};
  }
  if (which.bytes <= from.size()) {
    const bytes_view whole = from.first(static_cast<std::size_t>(which.bytes));
    if (which.what == kind::text) return metadata_.whole_text(ctx_, whole, which.at, "a tag's value");
    if (result r = values(whole, which); !r.ok()) return r;
    return end_values(which);
  }
  if (which.what == kind::text) {
    unread_text_ = std::max(unread_text_, which.at + which.bytes);
  } else if (which.what == kind::bits) {
    return end_values(which);
  } else {
    lose("where its strips stand is said too far before its directory");
  }
  return {};
}

result tiff_walk::finish() {
  if (result r = look_on({}); !r.ok()) return r;
  if (!seen_) seen_ = passing_.finish();
  std::uint64_t gaps = 0;
  for (std::uint64_t at = 0; at < end();) {
    const std::uint64_t claimed = known(at, byte_ranges::none);
    const std::uint64_t gap = claimed == 0 ? unknown(at, byte_ranges::none) : 0;
    if (gap > max_gap) {
      gaps += gap;
      ctx_.warn("bytes of a TIFF belong to no part");
      if (gap > max_gaps || gaps > max_gaps) {
        return {errc::unclaimed_data, std::to_string(gap) + " bytes between parts", at};
      }
    }
    at += claimed + gap;
  }
  if (!open_.empty()) lose("it does not say where all its strips stand");
  if (!seen_) return {};
  if (!pixels_.contains(seen_->offset)) {
    return tell(seen_);
  }
  if (unread_text_ > seen_->offset) lose("metadata lies far before its directory");
  return {};
}

}  // namespace uploadgate::formats
