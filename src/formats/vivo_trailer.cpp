#include "vivo_trailer.hpp"

#include <algorithm>

namespace uploadgate::formats {

bool vivo_trailer::begins_with(bytes_view first) {
  const std::string_view text = as_text(first);
  return text.starts_with("vivo{\"") || text.starts_with("streamdata\xFF\xD8\xFF");
}

vivo_trailer::vivo_trailer(std::uint64_t offset, image_metadata& meta) : offset_{offset} {
  meta.begin_text(offset, "vivo's trailer");
}

result vivo_trailer::feed(context& ctx, image_metadata& meta, bytes_view piece) {
  const bytes_view newest = piece.last(std::min(piece.size(), last_.size()));
  std::copy(last_.begin() + static_cast<std::ptrdiff_t>(newest.size()), last_.end(), last_.begin());
  std::ranges::copy(newest, last_.end() - static_cast<std::ptrdiff_t>(newest.size()));
  foreign_.feed(piece);
  return meta.stored_text(ctx, piece, offset_);
}

result vivo_trailer::finish(context& ctx, image_metadata& meta) {
  if (result r = meta.end_text(ctx); !r.ok()) return r;
  // Who opens the file from its end would find an archive here.
  if (result r = foreign_.judge(offset_, "vivo's trailer"); !r.ok()) return r;
  if (as_text(last_) == end_mark) return {};
  return {errc::trailing_data, "no trailer of vivo: it has another end", offset_};
}

}  // namespace uploadgate::formats
