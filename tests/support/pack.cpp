#include "pack.hpp"

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace uploadgate::test {
namespace {

void require(bool good) {
  if (!good) throw std::runtime_error("a test file cannot be packed");
}

std::string le32(std::uint64_t value) {
  std::string out;
  for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

std::string octal(std::uint64_t value, std::size_t digits) {
  std::string out(digits, '0');
  for (std::size_t i = digits; i-- > 0; value /= 8) out[i] = static_cast<char>('0' + value % 8);
  return out;
}

}  // namespace

std::string deflated(std::string_view data) {
  z_stream z{};
  require(deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&z, data.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  z.avail_in = static_cast<uInt>(data.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  require(deflate(&z, Z_FINISH) == Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::string gzip_member(std::string_view header, std::string_view data) {
  const auto crc = crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size()));
  return std::string{header} + deflated(data) + le32(crc) + le32(data.size());
}

std::string gzipped(std::string_view data) {
  return gzip_member(std::string_view{"\x1F\x8B\x08\0\0\0\0\0\0\x03", 10}, data);
}

std::string bzip2ed(std::string_view data) {
  auto size = static_cast<unsigned>(data.size() + data.size() / 50 + 1000);
  std::string out(size, '\0');
  require(BZ2_bzBuffToBuffCompress(out.data(), &size, const_cast<char*>(data.data()),
                                   static_cast<unsigned>(data.size()), 1, 0, 0) == BZ_OK);
  out.resize(size);
  return out;
}

std::string xzed(std::string_view data, std::uint32_t preset) {
  std::string out(lzma_stream_buffer_bound(data.size()), '\0');
  std::size_t size = 0;
  require(lzma_easy_buffer_encode(preset, LZMA_CHECK_CRC32, nullptr,
                                  reinterpret_cast<const std::uint8_t*>(data.data()), data.size(),
                                  reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size()) == LZMA_OK);
  out.resize(size);
  return out;
}

std::string zstded(std::string_view data, int level, int window_log) {
  ZSTD_CCtx* c = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
  if (window_log) {
    ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, window_log);
    ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, 0);
  }
  std::string out(ZSTD_compressBound(data.size()), '\0');
  ZSTD_inBuffer from{data.data(), data.size(), 0};
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  // A first call that does not end the frame, so that its size is not known and the window is written.
  if (window_log) require(!ZSTD_isError(ZSTD_compressStream2(c, &to, &from, ZSTD_e_continue)));
  require(ZSTD_compressStream2(c, &to, &from, ZSTD_e_end) == 0);
  ZSTD_freeCCtx(c);
  out.resize(to.pos);
  return out;
}

std::string tar_entry(const tar_fields& f, std::string_view data) {
  std::string block(512, '\0');
  const auto put = [&](std::size_t at, std::string_view text) { block.replace(at, text.size(), text); };
  put(0, f.name);
  put(100, "0000644");
  put(108, "0001750");
  put(116, "0001750");
  put(124, f.size.empty() ? octal(data.size(), 11) : f.size);
  put(136, f.mtime);
  put(148, "        ");
  block[156] = f.type;
  put(157, f.link);
  put(257, f.magic);
  put(345, f.prefix);
  std::uint64_t sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put(148, octal(sum, 6) + std::string{"\0 ", 2});
  block += data;
  block.resize((block.size() + 511) / 512 * 512);
  return block;
}

std::string tar_file(std::string_view name, std::string_view data) {
  return tar_entry({.name = std::string{name}}, data);
}

std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + 1;
  while (std::to_string(length).size() + rest != length) length = std::to_string(length).size() + rest;
  return std::to_string(length) + ' ' + std::string{key} + '=' + std::string{value} + '\n';
}

std::string pax(std::string_view records, char type) {
  return tar_entry({.name = "PaxHeaders/x", .type = type}, records);
}

std::string tar_end() { return std::string(1024, '\0'); }

}  // namespace uploadgate::test
