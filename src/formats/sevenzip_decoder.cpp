#include "sevenzip_decoder.hpp"

#include "endian.hpp"

#include <lzma.h>

#include <algorithm>
#include <array>
#include <new>

namespace uploadgate::formats::sevenzip_format {
namespace {

constexpr std::size_t piece = 64 * KiB;

lzma_vli filter_id(filter f) {
  switch (f) {
    case filter::delta:
      return LZMA_FILTER_DELTA;
    case filter::x86:
      return LZMA_FILTER_X86;
    case filter::powerpc:
      return LZMA_FILTER_POWERPC;
    case filter::ia64:
      return LZMA_FILTER_IA64;
    case filter::arm:
      return LZMA_FILTER_ARM;
    case filter::arm_thumb:
      return LZMA_FILTER_ARMTHUMB;
    case filter::sparc:
      return LZMA_FILTER_SPARC;
    case filter::arm64:
      return LZMA_FILTER_ARM64;
    case filter::none:
      break;
  }
  return LZMA_VLI_UNKNOWN;
}

}  // namespace

struct decoder::by_lzma {
  lzma_stream z = LZMA_STREAM_INIT;
  status state = status::more;
  std::array<std::byte, piece> out;

  explicit by_lzma(const folder& f) {
    lzma_options_delta delta{};
    delta.type = LZMA_DELTA_TYPE_BYTE;
    delta.dist = f.distance + 1U;
    lzma_options_lzma options{};
    // liblzma keeps at least 4 KiB, and no more than can come out.
    options.dict_size = static_cast<std::uint32_t>(
        std::clamp<std::uint64_t>(std::min(f.dictionary, f.unpacked), LZMA_DICT_SIZE_MIN, 0xFFFFFFFF));
    const bool two = f.by == codec::lzma2;
    if (!two) {
      const unsigned packed = f.properties[0];  // (pb * 5 + lp) * 9 + lc
      options.lc = packed % 9;
      options.lp = packed / 9 % 5;
      options.pb = packed / 45;
      // The end is known by the size; old writers put a mark there too.
      options.ext_flags = LZMA_LZMA1EXT_ALLOW_EOPM;
      lzma_set_ext_size(options, f.unpacked);
    }
    std::array<lzma_filter, 3> chain{};
    std::size_t n = 0;
    if (f.behind != filter::none) {
      chain[n++] = {filter_id(f.behind), f.behind == filter::delta ? &delta : nullptr};
    }
    chain[n++] = {two ? LZMA_FILTER_LZMA2 : LZMA_FILTER_LZMA1EXT, &options};
    chain[n] = {LZMA_VLI_UNKNOWN, nullptr};
    const lzma_ret answer = lzma_raw_decoder(&z, chain.data());
    if (answer == LZMA_MEM_ERROR) throw std::bad_alloc();
    if (answer != LZMA_OK) state = status::unsupported;
  }
  ~by_lzma() { lzma_end(&z); }
  by_lzma(const by_lzma&) = delete;
  by_lzma& operator=(const by_lzma&) = delete;

  bytes_view unpack(bytes_view& in) {
    z.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    z.avail_in = in.size();
    z.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    z.avail_out = out.size();
    const lzma_ret answer = lzma_code(&z, LZMA_RUN);
    in = in.last(z.avail_in);
    if (answer == LZMA_MEM_ERROR) throw std::bad_alloc();
    if (answer == LZMA_STREAM_END) {
      state = status::done;
    } else if (answer != LZMA_OK && answer != LZMA_BUF_ERROR) {
      state = status::corrupt;
    }
    return bytes_view{out}.first(out.size() - z.avail_out);
  }
};

decoder::decoder(const folder& f) {
  switch (f.by) {
    case codec::lzma:
    case codec::lzma2:
      lzma_ = std::make_unique<by_lzma>(f);
      break;
    case codec::bzip2:
      other_ = std::make_unique<unpacker>(unpacker::method::bzip2, f.unpacked);
      break;
    case codec::deflate:
      other_ = std::make_unique<unpacker>(unpacker::method::deflate, f.unpacked);
      break;
    default:
      left_ = f.unpacked;
  }
}
decoder::~decoder() = default;

bytes_view decoder::unpack(bytes_view& in) {
  if (state() != status::more) return {};
  if (lzma_) return lzma_->unpack(in);
  if (other_) return other_->unpack(in);
  const bytes_view out = in.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size())));
  in = in.subspan(out.size());
  left_ -= out.size();
  return out;
}

decoder::status decoder::state() const {
  if (lzma_) return lzma_->state;
  if (other_) return other_->state();
  return left_ == 0 ? status::done : status::more;
}

}  // namespace uploadgate::formats::sevenzip_format
