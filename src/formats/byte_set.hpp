// Sets of bytes, and where their members stand in a text: for readers that go from one byte that matters to
// the next, and never look at what lies between.
#pragma once

#include <uploadgate/bytes.hpp>

#include "endian.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string_view>

namespace uploadgate::formats {

class byte_set {
 public:
  constexpr byte_set() = default;
  constexpr explicit byte_set(std::string_view members) {
    for (const char c : members) add(c);
  }
  constexpr void add(char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    members_[byte] = true;
    std::uint8_t& row = (byte < 0x80 ? low_ : high_)[byte & 15U];
    row = static_cast<std::uint8_t>(row | 1U << (byte >> 4U & 7U));
  }
  [[nodiscard]] constexpr bool has(char c) const { return members_[static_cast<std::uint8_t>(c)]; }
  // The bytes that are no members.
  constexpr byte_set operator~() const {
    byte_set others;
    for (unsigned byte = 0; byte < 256; ++byte) {
      if (!members_[byte]) others.add(static_cast<char>(byte));
    }
    return others;
  }

  // Sets one bit for each byte of the text that is a member, the lowest bits of `bits` first, and clears the
  // others; it writes whole groups of 8 bytes.
  void mark(std::string_view text, std::byte* bits) const;

  // Bit h % 8 of row l: whether the byte of the halves h and l is a member; h below 8, and from 8 on.
  [[nodiscard]] const std::uint8_t* low_rows() const { return low_.data(); }
  [[nodiscard]] const std::uint8_t* high_rows() const { return high_.data(); }

 private:
  std::array<bool, 256> members_{};
  alignas(16) std::array<std::uint8_t, 16> low_{};
  alignas(16) std::array<std::uint8_t, 16> high_{};
};

// A set of which the bytes from 0x80 on are members just as those from 0x10 to 0x1F with the same lower half
// are: where all or none of them are, say. The members of several such sets are found in one pass.
class ascii_set {
 public:
  static constexpr std::size_t at_once = 6;

  constexpr explicit ascii_set(const byte_set& set) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      const unsigned like = byte < 0x80 ? byte : 0x10 | (byte & 15U);
      if (set.has(static_cast<char>(byte)) != set.has(static_cast<char>(like))) {
        throw std::invalid_argument("ascii_set: other bytes are members than those of ASCII tell");
      }
      if (set.has(static_cast<char>(byte)))
        rows_[byte & 15U] |= static_cast<std::uint8_t>(1U << (like >> 4U));
    }
  }

  // As byte_set::mark, for each of the sets, whose bits begin `stride` bytes behind the last one's; the last
  // group may have bits set behind the text.
  static void mark(std::span<const ascii_set, at_once> sets, std::string_view text, std::byte* bits,
                   std::size_t stride);

  // Bit h of row l: whether the ASCII byte of the halves h and l is a member.
  [[nodiscard]] const std::uint8_t* rows() const { return rows_.data(); }

 private:
  alignas(16) std::array<std::uint8_t, 16> rows_{};
};

// Where the members of a set stand in a text of at most `Most` bytes.
template <std::size_t Most>
class byte_marks {
 public:
  void read(const byte_set& set, std::string_view text) {
    set.mark(text, bits_.data());
    end_at(text.size());
  }
  // The same for several sets at once.
  static void read_all(const std::array<ascii_set, ascii_set::at_once>& sets, std::string_view text,
                       std::array<byte_marks, ascii_set::at_once>& marks) {
    ascii_set::mark(sets, text, marks[0].bits_.data(), sizeof(byte_marks));
    for (byte_marks& m : marks) m.end_at(text.size());
  }
  // next gives the first member from i on, which is at most the text's size; that size where there is none.
  [[nodiscard]] std::size_t next(std::size_t i) const {
    std::size_t at = i / 8;
    std::uint64_t bits = le64(bits_, at) >> i % 8;
    if (bits != 0) [[likely]]
      return i + static_cast<std::size_t>(std::countr_zero(bits));
    do {
      at += 8;
      bits = le64(bits_, at);
    } while (bits == 0);
    return at * 8 + static_cast<std::size_t>(std::countr_zero(bits));
  }

 private:
  // Behind the text a member is made up, at which every search ends.
  void end_at(std::size_t size) {
    const std::size_t last = size / 8;
    const std::byte end = std::byte{1} << size % 8;
    bits_[last] = (bits_[last] & std::byte(std::to_integer<unsigned>(end) - 1)) | end;
    std::fill_n(bits_.begin() + static_cast<std::ptrdiff_t>(last) + 1, 7, std::byte{});
  }

  // Loads of 8 bytes begin at any byte up to the made-up member's.
  std::array<std::byte, (Most / 64 + 1) * 8 + 8> bits_;
};

}  // namespace uploadgate::formats
