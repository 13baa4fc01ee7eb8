#include "rar_block.hpp"

#include "crc32.hpp"
#include "endian.hpp"
#include "reader.hpp"
#include "utf16.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace uploadgate::formats {
namespace {

// What Unix keeps in a file's mode.
constexpr std::uint64_t type_mask = 0xF000, type_folder = 0x4000, type_file = 0x8000, type_link = 0xA000;

void read_mode(std::uint64_t mode, rar_block& block) {
  const std::uint64_t type = mode & type_mask;
  block.link = block.link || type == type_link;
  block.special = type != 0 && type != type_link && type != type_file && type != type_folder;
}

// Numbers of RAR 5: seven bits a byte, the lowest first, and a bit that says whether more follow.
class fields {
 public:
  explicit fields(bytes_view bytes) : left_{bytes} {}
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      if (left_.empty()) break;
      const auto b = std::to_integer<std::uint64_t>(left_.front());
      left_ = left_.subspan(1);
      value |= (b & 0x7F) << shift;
      if (!(b & 0x80)) return value;
    }
    bad_ = true;
    return 0;
  }
  bytes_view bytes(std::uint64_t n) {
    if (n > left_.size()) {
      bad_ = true;
      return {};
    }
    const bytes_view out = left_.first(static_cast<std::size_t>(n));
    left_ = left_.subspan(out.size());
    return out;
  }
  [[nodiscard]] bool bad() const { return bad_; }
  [[nodiscard]] bytes_view left() const { return left_; }

 private:
  bytes_view left_;
  bool bad_ = false;
};

constexpr rar_fault broken{errc::bad_structure, "a block's header"};

enum rar5_type : std::uint64_t { main5 = 1, file5 = 2, service5 = 3, encryption5 = 4, end5 = 5 };

rar_fault read_file5(fields& f, rar_block& block) {
  const std::uint64_t flags = f.number();
  block.unpacked = f.number();
  const std::uint64_t attributes = f.number();
  if (flags & 2) f.bytes(4);
  const bytes_view crc = flags & 4 ? f.bytes(4) : bytes_view{};
  if (!crc.empty()) block.crc = le32(crc, 0);
  const std::uint64_t compression = f.number();
  constexpr unsigned version_50 = 0;
  if ((compression & 0x3F) != version_50) return {errc::unsupported_feature, "a newer way of packing"};
  block.solid = (compression & 0x40) != 0;
  block.window = (128 * KiB) << (compression >> 10 & 0x0F);
  const std::uint64_t system = f.number();
  block.name = as_text(f.bytes(f.number()));
  block.folder = (flags & 1) != 0;
  if (system == 1) read_mode(attributes, block);
  if (flags & 8) return {errc::unsupported_feature, "an entry of unknown size"};
  return {};
}

rar_fault read_extra5(bytes_view extra, rar_block& block) {
  constexpr std::uint64_t encryption = 1,
                          redirection = 5;  // of files; other blocks have records of their own
  const bool file = block.what == rar_block::kind::file || block.what == rar_block::kind::service;
  fields all{extra};
  while (!all.left().empty()) {
    fields one{all.bytes(all.number())};
    const std::uint64_t type = one.number();
    if (all.bad() || one.bad()) return broken;
    if (file && type == encryption) block.encrypted = true;
    if (file && type == redirection) block.link = true;
  }
  return {};
}

enum rar4_type : unsigned { main4 = 0x73, file4 = 0x74, first4 = 0x72, new_service4 = 0x7A, end4 = 0x7B };

// A name of RAR 4 in Unicode: units that are told by two bits each, in the terms of the plain name.
class packed_name4 {
 public:
  packed_name4(bytes_view plain, bytes_view packed) : plain_{plain}, packed_{packed} {}

  std::optional<std::string> read() {
    utf16_text text;
    const std::uint32_t high = next() << 8;
    for (unsigned codes = 0, left = 0; !packed_.empty(); codes <<= 2, --left) {
      if (left == 0) {
        codes = next();
        left = 4;
        if (packed_.empty()) break;
      }
      bool well = true;
      switch (codes >> 6 & 3U) {
        case 0:
          well = add(text, next());
          break;
        case 1:
          well = add(text, high | next());
          break;
        case 2: {
          const std::uint32_t low = next();
          well = add(text, low | next() << 8);
          break;
        }
        default:
          well = copy(text, high);
      }
      if (!well || bad_) return std::nullopt;
    }
    return text.whole() ? std::optional{text.take()} : std::nullopt;
  }

 private:
  std::uint32_t next() {
    if (packed_.empty()) {
      bad_ = true;
      return 0;
    }
    const std::uint32_t b = u8(packed_, 0);
    packed_ = packed_.subspan(1);
    return b;
  }
  bool add(utf16_text& text, std::uint32_t unit) {
    ++at_;
    return unit != 0 && text.add(unit);
  }
  // A run of the plain name, shifted by a number into the page that `high` names.
  bool copy(utf16_text& text, std::uint32_t high) {
    const std::uint32_t length = next();
    const bool shifted = (length & 0x80) != 0;
    const std::uint32_t shift = shifted ? next() : 0;
    for (std::uint32_t n = (length & 0x7F) + 2; n > 0; --n) {
      if (bad_ || at_ >= plain_.size()) return false;
      const std::uint32_t c = u8(plain_, at_);
      if (!add(text, shifted ? high | ((c + shift) & 0xFF) : c)) return false;
    }
    return true;
  }

  bytes_view plain_;
  bytes_view packed_;
  std::size_t at_ = 0;  // units so far
  bool bad_ = false;
};

rar_fault read_name4(bytes_view field, bool unicode, rar_block& block) {
  const auto nul = static_cast<std::size_t>(std::ranges::find(field, std::byte{0}) - field.begin());
  block.name = as_text(field);
  if (unicode && nul < field.size()) {
    block.other_name = block.name.substr(0, nul);
    std::optional<std::string> name = packed_name4{field.first(nul), field.subspan(nul + 1)}.read();
    if (!name) return {errc::entry_name, "a name that cannot be read"};
    block.name = std::move(*name);
  }
  for (std::string* name : {&block.name, &block.other_name}) std::ranges::replace(*name, '\\', '/');
  return {};
}

rar_fault read_file4(bytes_view h, unsigned flags, rar_block& block) {
  if (h.size() < 32) return broken;
  block.data = le32(h, 7);
  block.unpacked = le32(h, 11);
  std::size_t name_at = 32;
  if (flags & 0x100) {
    if (h.size() < 40) return broken;
    block.data |= std::uint64_t{le32(h, 32)} << 32;
    block.unpacked |= std::uint64_t{le32(h, 36)} << 32;
    name_at = 40;
  }
  const std::size_t length = le16(h, 26);
  if (length > h.size() - name_at) return broken;
  if (rar_fault f = read_name4(h.subspan(name_at, length), (flags & 0x200) != 0, block); f.code != errc::none)
    return f;
  block.folder = (flags & 0xE0) == 0xE0;
  block.crc = le32(h, 16);
  block.solid = (flags & 0x10) != 0;
  block.window = block.folder ? 0 : (64 * KiB) << (flags >> 5 & 7U);
  block.encrypted = (flags & 0x04) != 0;
  if (flags & 0x03) return {errc::unsupported_feature, "a part of several volumes"};
  constexpr unsigned unix_system = 3;
  if (u8(h, 15) == unix_system) read_mode(le32(h, 28), block);
  return {};
}

}  // namespace

rar_start rar4_start(bytes_view first) {
  if (first.size() < 7) return {.fault = true};
  const std::size_t size = le16(first, 5);
  return {.fault = size < 7 || size > reader::max_take, .header = size, .fields = 7};
}

rar_start rar5_start(bytes_view first) {
  if (first.size() < 7) return {.fault = true};
  fields f{first.subspan(4, 3)};
  const std::uint64_t size = f.number();
  const std::size_t before = 7 - f.left().size();
  const bool bad = f.bad() || size == 0 || size > reader::max_take - before;
  return {.fault = bad, .header = before + static_cast<std::size_t>(bad ? 0 : size), .fields = before};
}

rar_fault rar5_read(bytes_view header, std::size_t begin, rar_block& block) {
  block = {};
  if (crc32(0, header.subspan(4)) != le32(header, 0)) return {errc::checksum_mismatch, "a block's header"};
  fields f{header.subspan(begin)};
  const std::uint64_t type = f.number();
  const std::uint64_t flags = f.number();
  const std::uint64_t extra = flags & 1 ? f.number() : 0;
  block.data = flags & 2 ? f.number() : 0;
  if (f.bad() || extra > f.left().size()) return broken;
  if (flags & 0x18) return {errc::unsupported_feature, "a part of several volumes"};
  rar_fault fault;
  switch (type) {
    case main5:
      block.what = rar_block::kind::archive;
      if (f.number() & 1) fault = {errc::unsupported_feature, "a part of several volumes"};
      break;
    case file5:
    case service5:
      block.what = type == file5 ? rar_block::kind::file : rar_block::kind::service;
      fault = read_file5(f, block);
      if (block.what == rar_block::kind::service && block.name == "STM") {
        fault = {errc::unsupported_feature, "alternate data streams"};
      }
      break;
    case encryption5:
      block.what = rar_block::kind::archive;
      block.encrypted = block.hides_the_rest = true;
      break;
    case end5:
      block.what = rar_block::kind::end;
      if (f.number() & 1) fault = {errc::unsupported_feature, "a part of several volumes"};
      break;
    default:
      if (!(flags & 4)) fault = {errc::unsupported_feature, "a block of an unknown type"};
  }
  if (f.bad() || extra > f.left().size()) return broken;
  if (fault.code == errc::none && type != encryption5)
    fault = read_extra5(header.last(static_cast<std::size_t>(extra)), block);
  return fault;
}

rar_fault rar4_read(bytes_view header, rar_block& block) {
  block = {};
  const unsigned type = u8(header, 2);
  const unsigned flags = le16(header, 3);
  // The checksum of a main header with a comment in it covers less; nothing has written one since 1999.
  if ((crc32(0, header.subspan(2)) & 0xFFFF) != le16(header, 0)) {
    return {errc::checksum_mismatch, "a block's header"};
  }
  if (type == file4 || type == new_service4) {
    block.what = type == file4 ? rar_block::kind::file : rar_block::kind::service;
    return read_file4(header, flags, block);
  }
  if (flags & 0x8000) {
    if (header.size() < 11) return broken;
    block.data = le32(header, 7);
  }
  if (type == main4) {
    block.what = rar_block::kind::archive;
    block.encrypted = block.hides_the_rest = (flags & 0x80) != 0;
    if (flags & 1) return {errc::unsupported_feature, "a part of several volumes"};
  } else if (type == end4) {
    block.what = rar_block::kind::end;
    if (flags & 1) return {errc::unsupported_feature, "a part of several volumes"};
  } else if (type < first4 || type > end4) {
    return {errc::unsupported_feature, "a block of an unknown type"};
  }
  return {};
}

}  // namespace uploadgate::formats
