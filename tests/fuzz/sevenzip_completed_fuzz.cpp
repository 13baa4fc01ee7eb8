// A 7z archive on its completed file, with right checksums around whatever the input says: two bytes with the
// length of the end header, the header, and the packed streams.
#include "formats/crc32.hpp"
#include "formats/endian.hpp"
#include "formats/grammars.hpp"
#include "grammar_fuzz.hpp"

#include <algorithm>
#include <string>

namespace {

using uploadgate::as_bytes;
using uploadgate::as_text;
using uploadgate::bytes_view;

std::string little(std::uint64_t value, unsigned bytes) {
  std::string out;
  for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using uploadgate::formats::crc32;
  if (size < 2) return 0;
  const bytes_view all{reinterpret_cast<const std::byte*>(data), size};
  const bytes_view rest = all.subspan(2);
  const bytes_view header = rest.first(std::min<std::size_t>(rest.size(), uploadgate::formats::le16(all, 0)));
  const bytes_view streams = rest.subspan(header.size());
  const std::string start =
      little(streams.size(), 8) + little(header.size(), 8) + little(crc32(0, header), 4);
  std::string file{"7z\xBC\xAF\x27\x1C\0\4", 8};
  file += little(crc32(0, as_bytes(start)), 4) + start;
  file.append(as_text(streams)).append(as_text(header));
  return uploadgate::fuzz::completed(uploadgate::formats::sevenzip,
                                     reinterpret_cast<const std::uint8_t*>(file.data()), file.size());
}
