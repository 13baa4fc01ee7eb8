#include "motion_video.hpp"

#include "endian.hpp"
#include "registry.hpp"
#include "samsung_trailer.hpp"

#include <algorithm>
#include <utility>

namespace uploadgate::formats {
namespace {

constexpr std::uint64_t to_the_end = UINT64_MAX;

// A converted Live Photo keeps its QuickTime movie.
const format* row_of(bytes_view first) {
  const bool quicktime = first.size() >= 12 && as_text(first.subspan(8, 4)) == "qt  ";
  return find_extension(quicktime ? "mov" : "mp4");
}

// ISO/IEC 14496-12, 4.2. What is no box is the movie's grammar to refuse.
std::uint64_t size_of_box(bytes_view ahead) {
  if (ahead.size() < 8) return to_the_end;
  const std::uint64_t size = be32(ahead, 0);
  if (size == 1 && ahead.size() >= 16) return std::max<std::uint64_t>(be64(ahead, 8), 16);
  return size < 8 ? to_the_end : size;
}

}  // namespace

bool motion_video::begins_with(bytes_view first) {
  return first.size() >= 8 && as_text(first.subspan(4, 4)) == "ftyp";
}

motion_video::motion_video(context& outer, bytes_view first, std::uint64_t offset)
    : offset_{offset},
      inner_{row_of(first)->read, outer.limits_for_contained(), row_of(first), outer.nesting + 1} {}

bool motion_video::begin_box(bytes_view ahead) {
  if (ahead.empty() || samsung_trailer::begins_with(ahead) || samsung_trailer::ends_with(ahead)) return false;
  left_ = size_of_box(ahead);
  return true;
}

result motion_video::feed(context& outer, bytes_view piece) {
  if (left_ != to_the_end) left_ -= piece.size();
  if (inner_.feed(piece).ok() && outer.alone()) return {};
  return outside(outer);
}

result motion_video::finish(context& outer) {
  (void)inner_.finish();
  if (result r = outside(outer); !r.ok()) return r;
  const facts& found = inner_.found();
  if (found.examined != examined::whole) outer.examined_only(found.examined, found.examined_note);
  warn_outside(outer, inner_);
  return {};
}

result motion_video::outside(context& outer) const {
  return said_inside(outer, inner_, [&](objection why) {
    why.offset = offset_ + why.offset.value_or(0);
    return why;
  });
}

}  // namespace uploadgate::formats
