#include "inflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

namespace uploadgate::formats {

struct inflater::stream {
  z_stream z{};
  std::array<std::byte, piece> out;
  ~stream() { inflateEnd(&z); }
};

inflater::inflater(wrapping w) : stream_{std::make_unique<stream>()} {
  const int bits = w == wrapping::raw ? -MAX_WBITS : w == wrapping::gzip ? MAX_WBITS + 16 : MAX_WBITS;
  if (inflateInit2(&stream_->z, bits) != Z_OK) throw std::bad_alloc();
}
inflater::~inflater() = default;
inflater::inflater(inflater&&) noexcept = default;
inflater& inflater::operator=(inflater&&) noexcept = default;

bytes_view inflater::unpack(bytes_view& in) {
  if (status_ != status::more) return {};
  z_stream& z = stream_->z;
  const std::size_t given = std::min<std::size_t>(in.size(), std::numeric_limits<uInt>::max());
  z.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
  z.avail_in = static_cast<uInt>(given);
  z.next_out = reinterpret_cast<Bytef*>(stream_->out.data());
  z.avail_out = piece;
  const int answer = inflate(&z, Z_NO_FLUSH);
  in = in.subspan(given - z.avail_in);
  if (answer == Z_STREAM_END) {
    status_ = status::done;
  } else if (answer == Z_MEM_ERROR) {
    throw std::bad_alloc();
  } else if (answer != Z_OK && answer != Z_BUF_ERROR) {
    status_ = status::corrupt;
  }
  return bytes_view{stream_->out}.first(piece - z.avail_out);
}

void inflater::reset() {
  inflateReset(&stream_->z);
  status_ = status::more;
}

}  // namespace uploadgate::formats
