/// \file completed_file.hpp
/// The bytes of an upload once all of them have come, for formats that cannot be examined while they stream.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/export.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <system_error>

namespace uploadgate {

/// completed_file is where the host holds the very bytes that it has fed, all of them: a temporary file, an
/// object in a store, memory. It is given to inspection::finish(), and read there only, by the rules that
/// need it. It owns nothing and keeps no position.
///
/// The host promises that the bytes are those that were fed and that nobody changes them meanwhile. What
/// shows cheaply is checked: another size, or a part that does not read as it streamed, is refused with
/// completed_file_differs. A file that cannot be read is refused with completed_file_unreadable.
class UPLOADGATE_EXPORT completed_file {
 public:
  /// reader fills `into` with the bytes from `offset` on and says how many it read. Fewer than asked are read
  /// on from there, 0 is an error: it is never asked for bytes beyond the size. What it throws rejects with
  /// not_checked.
  using reader = std::function<std::size_t(std::uint64_t offset, std::span<std::byte> into)>;

  completed_file(std::uint64_t size, reader read);

  /// of_descriptor reads an open regular file with pread, so that its position does not move. The descriptor
  /// stays the caller's, and must stay open as long as this is used. It sets `ec` where it is no regular
  /// file.
  static completed_file of_descriptor(int fd, std::error_code& ec);

  /// size is in bytes.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// read fills `into` with the bytes from `offset` on: all of it, or false.
  [[nodiscard]] bool read(std::uint64_t offset, std::span<std::byte> into) const;

 private:
  std::uint64_t size_;
  reader read_;
};

}  // namespace uploadgate
