#include "inflate.hpp"

#include "endian.hpp"

#include <isa-l/igzip_lib.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <optional>
#include <span>

namespace uploadgate::formats {
namespace {

// zlib's own Adler-32 takes a fifth of the time of inflating what is packed well, so that of ISA-L is used.
class adler_check {
 public:
  void unpacked(bytes_view out) { sum_ = isal_adler32(sum_, at(out, 0), out.size()); }
  void consumed(bytes_view in) {
    const bytes_view tail = in.last(std::min(in.size(), tail_.size()));
    std::ranges::copy(std::span{tail_}.subspan(tail.size()), tail_.begin());
    std::ranges::copy(tail, tail_.end() - static_cast<std::ptrdiff_t>(tail.size()));
  }
  // At the end of the stream, whose last four bytes are the sum (RFC 1950, section 2.2).
  [[nodiscard]] bool agrees() const { return be32(tail_, 0) == sum_; }

 private:
  std::uint32_t sum_ = 1;
  std::array<std::byte, 4> tail_{};
};

}  // namespace

struct inflater::stream {
  z_stream z{};
  std::optional<adler_check> check{};
  std::array<std::byte, piece> out;
  void begin(bool zlib) {
    if (!zlib) return;
    inflateValidate(&z, 0);
    check.emplace();
  }
  ~stream() { inflateEnd(&z); }
};

inflater::inflater(wrapping w) : stream_{std::make_unique<stream>()} {
  const int bits = w == wrapping::raw ? -MAX_WBITS : w == wrapping::gzip ? MAX_WBITS + 16 : MAX_WBITS;
  if (inflateInit2(&stream_->z, bits) != Z_OK) throw std::bad_alloc();
  stream_->begin(w == wrapping::zlib);
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
  const bytes_view used = in.first(given - z.avail_in);
  const bytes_view out = bytes_view{stream_->out}.first(piece - z.avail_out);
  in = in.subspan(used.size());
  if (stream_->check) {
    stream_->check->unpacked(out);
    stream_->check->consumed(used);
  }
  if (answer == Z_STREAM_END) {
    status_ = !stream_->check || stream_->check->agrees() ? status::done : status::corrupt;
  } else if (answer == Z_MEM_ERROR) {
    throw std::bad_alloc();
  } else if (answer != Z_OK && answer != Z_BUF_ERROR) {
    status_ = status::corrupt;
  }
  return out;
}

void inflater::reset() {
  inflateReset(&stream_->z);
  stream_->begin(stream_->check.has_value());
  status_ = status::more;
}

}  // namespace uploadgate::formats
