// Archives that would hide in a PDF: in its streams, strings and comments, which are claimed and not read.
#pragma once

#include <uploadgate/bytes.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace uploadgate::formats::pdf {

// The longest signature that archive_name looks at.
inline constexpr std::size_t archive_signature_size = 6;
// archive_name says what archive or program begins with those bytes; empty where none does.
std::string_view archive_name(bytes_view first);

// Finds where a ZIP reader would find an archive's end in this file (APPNOTE 4.3.16): readers look for the
// end record backwards from the end of the file, as far as its comment can reach. Fed with every byte, in
// order.
class zip_end_watch {
 public:
  void feed(bytes_view bytes);
  // Where the last end record begins, if a reader would take it for the end of an archive in the file fed.
  [[nodiscard]] std::optional<std::uint64_t> found() const;

 private:
  static constexpr std::size_t record_size = 22;

  // Looks at the records that begin among the first `starts` bytes; `at` is the offset of the first.
  void look(std::string_view bytes, std::size_t starts, std::uint64_t at);

  std::uint64_t size_ = 0;
  std::optional<std::uint64_t> last_;
  std::size_t kept_ = 0;  // bytes in which a record may have begun
  std::array<char, 2 * (record_size - 1)> tail_{};
};

}  // namespace uploadgate::formats::pdf
