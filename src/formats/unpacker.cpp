#include "unpacker.hpp"

#include "inflate.hpp"

#include <bzlib.h>
#include <lzma.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <new>
#include <variant>

namespace uploadgate::formats {
namespace {

using status = unpacker::status;
using output = std::array<std::byte, unpacker::piece>;

// A larger window may be named, as `xz -9` and `zstd --ultra` do for the smallest file: memory that is not
// written to costs nothing, so only content that is really longer than what is allowed is refused.
constexpr std::uint64_t max_named_window = 128 * MiB;

// The part of what came out last that is within the window.
bytes_view within(std::uint64_t window, std::uint64_t total, bytes_view last, status& state) {
  if (total <= window) return last;
  state = status::too_large;
  return last.first(last.size() - std::min<std::size_t>(last.size(), total - window));
}

struct deflate_decoder {
  inflater inflate{inflater::wrapping::raw};
  bytes_view unpack(bytes_view& in, output&, status& state) {
    const bytes_view out = inflate.unpack(in);
    if (inflate.state() == inflater::status::done) state = status::done;
    if (inflate.state() == inflater::status::corrupt) state = status::corrupt;
    return out;
  }
  void reset() { inflate.reset(); }
};

struct bzip2_decoder {
  bz_stream z{};
  bool open = false;
  bzip2_decoder() { start(); }
  ~bzip2_decoder() { stop(); }
  bzip2_decoder(const bzip2_decoder&) = delete;
  bzip2_decoder& operator=(const bzip2_decoder&) = delete;
  void start() {
    z = {};
    if (BZ2_bzDecompressInit(&z, 0, 0) != BZ_OK) throw std::bad_alloc();
    open = true;
  }
  void stop() {
    if (open) BZ2_bzDecompressEnd(&z);
    open = false;
  }
  bytes_view unpack(bytes_view& in, output& out, status& state) {
    const std::size_t given = std::min<std::size_t>(in.size(), std::numeric_limits<unsigned>::max());
    z.next_in = reinterpret_cast<char*>(const_cast<std::byte*>(in.data()));
    z.avail_in = static_cast<unsigned>(given);
    z.next_out = reinterpret_cast<char*>(out.data());
    z.avail_out = static_cast<unsigned>(out.size());
    const int answer = BZ2_bzDecompress(&z);
    in = in.subspan(given - z.avail_in);
    if (answer == BZ_MEM_ERROR) throw std::bad_alloc();
    if (answer == BZ_STREAM_END) {
      state = status::done;
    } else if (answer != BZ_OK) {
      state = status::corrupt;
    }
    return bytes_view{out}.first(out.size() - z.avail_out);
  }
  void reset() {
    stop();
    start();
  }
};

struct xz_decoder {
  // What the decoder needs beside its dictionary: filters, probabilities, the index's hash.
  static constexpr std::uint64_t overhead = 1 * MiB;
  lzma_stream z = LZMA_STREAM_INIT;
  std::uint64_t window;
  bool large = false;  // the dictionary that the stream names is larger than the window
  explicit xz_decoder(std::uint64_t max_window) : window{std::min(max_window, max_named_window)} { reset(); }
  ~xz_decoder() { lzma_end(&z); }
  xz_decoder(const xz_decoder&) = delete;
  xz_decoder& operator=(const xz_decoder&) = delete;
  bytes_view unpack(bytes_view& in, output& out, status& state) {
    z.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    z.avail_in = in.size();
    z.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    z.avail_out = out.size();
    lzma_ret answer = lzma_code(&z, LZMA_RUN);
    if (answer == LZMA_MEMLIMIT_ERROR && !large) {
      large = true;
      if (lzma_memlimit_set(&z, max_named_window + overhead) == LZMA_OK) answer = LZMA_OK;
    }
    in = in.last(z.avail_in);
    switch (answer) {
      case LZMA_OK:
      case LZMA_BUF_ERROR:
        break;
      case LZMA_STREAM_END:
        state = status::done;
        break;
      case LZMA_MEM_ERROR:
        throw std::bad_alloc();
      case LZMA_MEMLIMIT_ERROR:
        state = status::too_large;
        break;
      case LZMA_UNSUPPORTED_CHECK:
      case LZMA_OPTIONS_ERROR:
        state = status::unsupported;
        break;
      default:
        state = status::corrupt;
    }
    const bytes_view all = bytes_view{out}.first(out.size() - z.avail_out);
    return large ? within(window, z.total_out, all, state) : all;
  }
  void reset() {
    large = false;
    if (lzma_stream_decoder(&z, window + overhead, LZMA_TELL_UNSUPPORTED_CHECK) != LZMA_OK)
      throw std::bad_alloc();
  }
};

struct zstd_decoder {
  // The longest frame header (RFC 8878, section 3.1.1.1). It is fed byte by byte: the library takes another
  // way for a frame that is here whole, and what it answers to a broken one would depend on the chunks.
  static constexpr std::size_t header = 18;
  struct free_context {
    void operator()(ZSTD_DCtx* c) const { ZSTD_freeDCtx(c); }
  };
  std::unique_ptr<ZSTD_DCtx, free_context> z{ZSTD_createDCtx()};
  std::uint64_t window;
  std::uint64_t fed = 0;
  std::uint64_t given_out = 0;
  std::uint64_t named_window = 0;
  explicit zstd_decoder(std::uint64_t max_window) : window{std::min(max_window, max_named_window)} {
    if (!z) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(z.get(), ZSTD_d_windowLogMax,
                           static_cast<int>(std::bit_width(max_named_window)) - 1);
  }
  bytes_view unpack(bytes_view& in, output& out, status& state) {
    const std::size_t given = fed < header ? std::min<std::size_t>(in.size(), 1) : in.size();
    ZSTD_inBuffer from{in.data(), given, 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    if (given == 1 && fed < header) note_header(fed, std::to_integer<unsigned>(in.front()));
    const std::size_t answer = ZSTD_decompressStream(z.get(), &to, &from);
    in = in.subspan(from.pos);
    fed += from.pos;
    if (ZSTD_isError(answer)) {
      switch (ZSTD_getErrorCode(answer)) {
        case ZSTD_error_memory_allocation:
          throw std::bad_alloc();
        case ZSTD_error_frameParameter_windowTooLarge:
          state = status::too_large;
          break;
        case ZSTD_error_dictionary_wrong:
        case ZSTD_error_version_unsupported:
        case ZSTD_error_frameParameter_unsupported:
          state = status::unsupported;
          break;
        default:
          state = status::corrupt;
      }
    } else if (answer == 0) {
      state = status::done;
    }
    given_out += to.pos;
    const bytes_view all = bytes_view{out}.first(to.pos);
    return named_window > window ? within(window, given_out, all, state) : all;
  }
  // The window that a frame names (RFC 8878, section 3.1.1.1.2); a frame of one segment is its own window.
  void note_header(std::size_t i, unsigned byte) {
    constexpr unsigned single_segment = 0x20;
    if (i == 4) named_window = byte & single_segment ? max_named_window : 0;
    if (i == 5 && named_window == 0) {
      const std::uint64_t base = std::uint64_t{1} << (10 + (byte >> 3));
      named_window = base + base / 8 * (byte & 7);
    }
  }
  void reset() {
    ZSTD_DCtx_reset(z.get(), ZSTD_reset_session_only);
    fed = 0;
    given_out = 0;
  }
};

}  // namespace

struct unpacker::decoder {
  std::variant<std::monostate, deflate_decoder, bzip2_decoder, xz_decoder, zstd_decoder> by;
  status state = status::more;
  output out;
};

unpacker::unpacker(method m, std::uint64_t max_window) : decoder_{std::make_unique<decoder>()} {
  switch (m) {
    case method::deflate:
      decoder_->by.emplace<deflate_decoder>();
      break;
    case method::bzip2:
      decoder_->by.emplace<bzip2_decoder>();
      break;
    case method::xz:
      decoder_->by.emplace<xz_decoder>(max_window);
      break;
    case method::zstd:
      decoder_->by.emplace<zstd_decoder>(max_window);
      break;
  }
}
unpacker::~unpacker() = default;
unpacker::unpacker(unpacker&&) noexcept = default;
unpacker& unpacker::operator=(unpacker&&) noexcept = default;

bytes_view unpacker::unpack(bytes_view& in) {
  decoder& d = *decoder_;
  // A call may take input and give nothing yet (headers, tables, a block that is still gathered).
  for (;;) {
    if (d.state != status::more) return {};
    const std::size_t before = in.size();
    const bytes_view out = std::visit(
        [&](auto& by) -> bytes_view {
          if constexpr (std::is_same_v<decltype(by), std::monostate&>) {
            return {};
          } else {
            return by.unpack(in, d.out, d.state);
          }
        },
        d.by);
    if (!out.empty() || in.empty() || in.size() == before) return out;
  }
}

unpacker::status unpacker::state() const { return decoder_->state; }

void unpacker::reset() {
  std::visit(
      [](auto& by) {
        if constexpr (!std::is_same_v<decltype(by), std::monostate&>) by.reset();
      },
      decoder_->by);
  decoder_->state = status::more;
}

}  // namespace uploadgate::formats
