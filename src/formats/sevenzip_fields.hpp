// The fields that a 7z header is made of, read one after another.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/verdict.hpp>

#include "endian.hpp"
#include "sevenzip_header.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace uploadgate::formats::sevenzip_format {

// The marks of 7zFormat.txt, "Property IDs".
enum mark : std::uint64_t {
  end_mark = 0x00,
  header_mark = 0x01,
  main_streams_mark = 0x04,
  files_mark = 0x05,
  pack_mark = 0x06,
  unpack_mark = 0x07,
  substreams_mark = 0x08,
  size_mark = 0x09,
  crc_mark = 0x0A,
  folder_mark = 0x0B,
  unpack_size_mark = 0x0C,
  part_count_mark = 0x0D,
  empty_stream_mark = 0x0E,
  empty_file_mark = 0x0F,
  anti_mark = 0x10,
  names_mark = 0x11,
  creation_mark = 0x12,
  access_mark = 0x13,
  change_mark = 0x14,
  attributes_mark = 0x15,
  packed_header_mark = 0x17,
  dummy_mark = 0x19,
};

// What is read behind the end is zeros, and bad() from then on.
class fields {
 public:
  fields(bytes_view bytes, header_place where) : all_{bytes}, left_{bytes}, where_{where} {}

  std::uint8_t byte() {
    const bytes_view b = bytes(1);
    return b.empty() ? std::uint8_t{0} : u8(b, 0);
  }
  // NUMBER: the high ones of the first byte say how many bytes follow, the lowest first.
  std::uint64_t number() {
    const unsigned first = byte();
    std::uint64_t value = 0;
    unsigned mask = 0x80;
    for (unsigned i = 0; i < 8; ++i, mask >>= 1) {
      if ((first & mask) == 0) return value | std::uint64_t{first & (mask - 1)} << (8 * i);
      value |= std::uint64_t{byte()} << (8 * i);
    }
    return value;
  }
  std::uint32_t word() {
    const bytes_view b = bytes(4);
    return b.empty() ? 0 : le32(b, 0);
  }
  bytes_view bytes(std::uint64_t n) {
    if (n > left_.size()) {
      bad_ = true;
      left_ = left_.last(0);
      return {};
    }
    const bytes_view out = left_.first(static_cast<std::size_t>(n));
    left_ = left_.subspan(out.size());
    return out;
  }
  // n bits, the highest of each byte first; where `all_defined` a byte before them may say that all are set,
  // and something follows for each. Fewer where there is not so much.
  std::vector<bool> bits(std::uint64_t n, bool all_defined) {
    const bool all = all_defined && byte() != 0;
    if ((all ? n : n / 8) > left_.size()) {
      bad_ = true;
      return {};
    }
    if (all) return std::vector<bool>(static_cast<std::size_t>(n), true);
    std::vector<bool> out(static_cast<std::size_t>(n));
    const bytes_view packed = bytes((n + 7) / 8);
    for (std::size_t i = 0; i < out.size() && !bad_; ++i)
      out[i] = (u8(packed, i / 8) & (0x80U >> (i % 8))) != 0;
    return out;
  }
  // part gives the fields of the next n bytes.
  fields part(std::uint64_t n) {
    fields inner{*this};
    inner.left_ = bytes(n);
    inner.bad_ = bad_;
    return inner;
  }
  [[nodiscard]] bool bad() const { return bad_; }
  [[nodiscard]] bytes_view left() const { return left_; }
  [[nodiscard]] std::uint64_t at() const {
    if (!where_.plain) return where_.offset;
    return where_.offset + static_cast<std::uint64_t>(left_.data() - all_.data());
  }
  [[nodiscard]] result object(errc code, std::string detail) const { return {code, std::move(detail), at()}; }
  // expect reads the mark that must stand here.
  result expect(mark m, const char* what) {
    const std::uint64_t at = this->at();
    if (number() == m && !bad_) return {};
    return {errc::bad_structure, std::string{"the header: "} + what, at};
  }
  [[nodiscard]] result broken(const char* what) const {
    return object(errc::bad_structure, std::string{"the header: "} + what);
  }

 private:
  bytes_view all_;
  bytes_view left_;
  header_place where_;
  bool bad_ = false;
};

// Reads a folder's coders, and what binds them.
result read_folder(fields& in, folder& f);
// Reads what stands behind main_streams_mark or packed_header_mark.
result read_streams(fields& in, context& ctx, packed_streams& out);

}  // namespace uploadgate::formats::sevenzip_format
