// The header of a 7z archive (7zFormat.txt of the LZMA SDK): packed streams, the folders that unpack them,
// and the entries that come out of those.
#pragma once

#include <uploadgate/verdict.hpp>

#include "grammar.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace uploadgate::formats::sevenzip_format {

// What a folder's packed data goes through.
enum class codec : std::uint8_t {
  copy,
  lzma,
  lzma2,
  bzip2,
  deflate,
  library,    // PPMd and BCJ2: read by libarchive
  encrypted,  // AES, perhaps with others behind it
  unknown,
};

// The filter behind a codec, by its method.
enum class filter : std::uint8_t { none, delta, x86, powerpc, ia64, arm, arm_thumb, sparc, arm64 };

// A folder: coders that make one run of bytes out of one or more packed streams.
struct folder {
  static constexpr std::size_t max_coders = 4;  // 7-Zip's BCJ2 with an LZMA each for three of its streams

  codec by = codec::unknown;
  filter behind = filter::none;
  std::array<std::uint8_t, 5> properties{};  // of the codec
  std::uint64_t dictionary = 0;              // that the codec names
  std::uint8_t distance = 0;                 // of the delta filter, less one
  std::uint8_t coders = 0;                   // each has one output
  std::uint8_t main = 0;                     // the output that no coder takes
  std::uint8_t packed_streams = 1;
  std::array<std::uint64_t, max_coders> windows{};  // the history that each coder names
  std::uint64_t window = 0;                         // that unpacking keeps at most, of all coders
  std::uint64_t unpacked = 0;
  std::uint64_t parts = 1;  // entries that lie in it
  std::optional<std::uint32_t> crc{};
};

struct stream_part {
  std::uint64_t size = 0;
  std::optional<std::uint32_t> crc{};
};

struct packed_streams {
  std::uint64_t position = 0;          // of the first, from the end of the start header
  std::vector<std::uint64_t> sizes{};  // they follow one another
  std::uint64_t total = 0;
  std::vector<folder> folders{};
  std::vector<stream_part> parts{};  // of all folders, in order
};

struct entry {
  std::string name{};  // UTF-8
  bool folder = false;
  bool has_data = false;  // takes the next part
};

struct header {
  packed_streams streams{};
  std::vector<entry> entries{};
};

// Where objections to the header stand: at its byte where the file holds it as it is, else at its beginning.
struct header_place {
  std::uint64_t offset = 0;
  bool plain = true;
};

// read_packed_header reads what stands for a packed header: where its one folder is. The mark was read.
result read_packed_header(bytes_view bytes, context& ctx, packed_streams& out, header_place where);
// read_header reads a header, and judges what stands in it. The limits that the folders must keep are judged
// by whoever unpacks them.
result read_header(bytes_view bytes, context& ctx, header& out, header_place where);

}  // namespace uploadgate::formats::sevenzip_format
