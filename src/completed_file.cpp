#include <uploadgate/completed_file.hpp>

#include "storage/system_calls.hpp"

#include <utility>

namespace uploadgate {

completed_file::completed_file(std::uint64_t size, reader read) : size_{size}, read_{std::move(read)} {}

completed_file completed_file::of_descriptor(int fd, std::error_code& ec) {
  const storage::system_calls& calls = storage::real_system_calls();
  struct stat status {};
  ec = calls.fstat(fd, &status) != 0 ? storage::last_error()
       : S_ISREG(status.st_mode)     ? std::error_code{}
                                     : std::make_error_code(std::errc::invalid_argument);
  const std::uint64_t size = ec ? 0 : static_cast<std::uint64_t>(status.st_size);
  return {size, [&calls, fd](std::uint64_t offset, std::span<std::byte> into) {
            const ssize_t got = storage::retry(
                [&] { return calls.pread(fd, into.data(), into.size(), static_cast<off_t>(offset)); });
            return got > 0 ? static_cast<std::size_t>(got) : 0;
          }};
}

bool completed_file::read(std::uint64_t offset, std::span<std::byte> into) const {
  if (offset > size_ || into.size() > size_ - offset) return false;
  while (!into.empty()) {
    const std::size_t got = read_(offset, into);
    if (got == 0 || got > into.size()) return false;
    offset += got;
    into = into.subspan(got);
  }
  return true;
}

}  // namespace uploadgate
