#include "tar_header.hpp"

#include "grammars.hpp"

#include <algorithm>
#include <optional>

namespace uploadgate::formats {
namespace {

struct field {
  std::size_t at;
  std::size_t length;
};
constexpr field name{0, 100}, mode{100, 8}, uid{108, 8}, gid{116, 8}, size{124, 12}, mtime{136, 12},
    checksum{148, 8}, link{157, 100}, magic{257, 8}, prefix{345, 155};
constexpr std::size_t type_at = 156;
// star keeps its own times in the last 24 bytes of the prefix, and says so by this mark at 508.
constexpr field star_prefix{345, 131}, star_mark{508, 4};

bytes_view raw(bytes_view block, field f) { return block.subspan(f.at, f.length); }
std::string_view text(bytes_view block, field f) {
  const std::string_view all = as_text(raw(block, f));
  return all.substr(0, all.find('\0'));
}

// A number in octal digits, between spaces and ended by a space or NUL; nothing at all is 0.
std::optional<std::uint64_t> octal(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
  std::uint64_t value = 0;
  std::size_t i = 0;
  for (; i < digits.size() && digits[i] >= '0' && digits[i] <= '7'; ++i) {
    value = value * 8 + static_cast<unsigned>(digits[i] - '0');  // at most 12 digits: 36 bits
  }
  if (digits.substr(i).find_first_not_of(std::string_view{" \0", 2}) != std::string_view::npos) return {};
  return value;
}

bool binary(bytes_view bytes) { return (std::to_integer<unsigned>(bytes[0]) & 0x80) != 0; }

// GNU's and star's way for what octal cannot hold: the first bit set, then a two's complement number.
std::optional<std::uint64_t> base256(bytes_view bytes) {
  const unsigned first = std::to_integer<unsigned>(bytes[0]);
  if (first != 0x80) return {};  // negative, or beyond 64 bits
  std::uint64_t value = 0;
  for (const std::byte b : bytes.subspan(1)) {
    if (value >> 55) return {};  // keeps it below 2^63, where signed readers agree
    value = value << 8 | std::to_integer<unsigned>(b);
  }
  return value;
}

std::optional<std::uint64_t> number(bytes_view block, field f) {
  const bytes_view bytes = raw(block, f);
  return binary(bytes) ? base256(bytes) : octal(as_text(bytes));
}

// Numbers that judge nothing here need only be ones: owners may be negative, times too.
bool is_number(bytes_view block, field f) {
  const bytes_view bytes = raw(block, f);
  return binary(bytes) || octal(as_text(bytes)).has_value();
}

// Where GNU's magic stands, the prefix's place holds times; a reader that took them for a prefix must not get
// a path of them.
bool gnu_times(bytes_view block) {
  for (const field f : {field{345, 12}, field{357, 12}}) {
    if (!is_number(block, f)) return false;
  }
  return true;
}

}  // namespace

bool tar_checksum(bytes_view block) {
  const std::optional<std::uint64_t> wanted = number(block, checksum);
  if (!wanted) return false;
  std::int64_t plain = 0;
  std::int64_t with_sign = 0;
  for (std::size_t i = 0; i < tar_block; ++i) {
    const bool blank = i >= checksum.at && i < checksum.at + checksum.length;
    const auto b = blank ? std::uint8_t{' '} : std::to_integer<std::uint8_t>(block[i]);
    plain += b;
    with_sign += static_cast<std::int8_t>(b);
  }
  const auto sum = static_cast<std::int64_t>(*wanted);
  return sum == plain || sum == with_sign;
}

tar_fault tar_read_header(bytes_view block, tar_header& header) {
  for (const field f : {mode, uid, gid, mtime}) {
    if (!is_number(block, f)) return {errc::bad_value, "a number in the header", f.at};
  }
  const std::optional<std::uint64_t> bytes = number(block, size);
  if (!bytes) return {errc::bad_value, "an entry's size", size.at};
  header.size = *bytes;
  header.type = static_cast<char>(block[type_at]);
  header.name = text(block, name);
  header.link = text(block, link);
  const std::string_view kind = as_text(raw(block, magic));
  if (kind == std::string_view{"ustar  \0", 8}) {
    if (!gnu_times(block))
      return {errc::entry_conflict, "GNU's magic with the prefix of another tar", prefix.at};
  } else if (kind.starts_with("ustar")) {
    const bool star = as_text(raw(block, star_mark)) == std::string_view{"tar\0", 4};
    const std::string_view before = text(block, star ? star_prefix : prefix);
    if (!before.empty()) header.name = std::string{before} + '/' + header.name;
  }
  return {};
}

match tar_signature(bytes_view first) {
  if (first.empty()) return match::more;
  if (first[0] == std::byte{0}) return match::no;
  if (first.size() < tar_block) return match::more;
  const bytes_view block = first.first(tar_block);
  tar_header header;
  const bool known = tar_checksum(block) && tar_read_header(block, header).code == errc::none;
  return known ? match::yes : match::no;
}

}  // namespace uploadgate::formats
