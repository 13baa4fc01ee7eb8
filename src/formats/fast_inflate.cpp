#include "fast_inflate.hpp"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <array>
#include <limits>

namespace uploadgate::formats {

struct fast_inflater::stream {
  inflate_state z;
  std::array<std::byte, piece> out;
};

// All zeros: ISA-L leaves the table entries of incomplete codes as they were, and an answer must not depend
// on what lay in memory.
fast_inflater::fast_inflater() : stream_{std::make_unique<stream>()} { reset(); }
fast_inflater::~fast_inflater() = default;
fast_inflater::fast_inflater(fast_inflater&&) noexcept = default;
fast_inflater& fast_inflater::operator=(fast_inflater&&) noexcept = default;

void fast_inflater::reset() {
  isal_inflate_init(&stream_->z);
  stream_->z.crc_flag = ISAL_DEFLATE;
  status_ = status::more;
}

bytes_view fast_inflater::unpack(bytes_view run, std::size_t& used) {
  if (status_ != status::more) return {};
  inflate_state& z = stream_->z;
  const bytes_view in = run.subspan(used);
  const std::size_t given = std::min<std::size_t>(in.size(), std::numeric_limits<std::uint32_t>::max());
  z.next_in = reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(in.data()));
  z.avail_in = static_cast<std::uint32_t>(given);
  z.next_out = reinterpret_cast<std::uint8_t*>(stream_->out.data());
  z.avail_out = piece;
  const int answer = isal_inflate(&z);
  used += given - z.avail_in;
  if (answer < 0) {
    status_ = status::corrupt;
  } else if (z.block_state == ISAL_BLOCK_FINISH) {
    status_ = status::done;
    used -= std::min(used, static_cast<std::size_t>(std::max(z.read_in_length, 0)) / 8);
  }
  return bytes_view{stream_->out}.first(piece - z.avail_out);
}

}  // namespace uploadgate::formats
