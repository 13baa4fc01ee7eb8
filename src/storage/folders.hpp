// Small steps over system_calls that every part of the vault takes.
#pragma once

#include <uploadgate/bytes.hpp>

#include "system_calls.hpp"

#include <fcntl.h>

#include <functional>
#include <string>
#include <string_view>

namespace uploadgate::storage {

inline constexpr mode_t file_mode = 0600;  // never executable, nobody else's
inline constexpr mode_t folder_mode = 0700;

// Opens beneath `folder`; the mode only where a file is made.
descriptor open_at(const system_calls& calls, int folder, const std::string& path, int flags, mode_t mode,
                   std::error_code& ec);

// Calls `each` with every name in an open folder but "." and "..", until it gives an error.
std::error_code each_name(const system_calls& calls, int folder,
                          const std::function<std::error_code(const std::string&)>& each);

// Writes all, however short the single writes are.
std::error_code write_all(const system_calls& calls, int fd, bytes_view bytes, std::uint64_t offset);
// Reads until `to` is full or the file ends, and gives how many bytes.
std::size_t read_some(const system_calls& calls, int fd, std::uint64_t offset, std::span<std::byte> to,
                      std::error_code& ec);
// Reads a whole small file; an error where it is longer than `most`.
std::string read_small(const system_calls& calls, int fd, std::size_t most, std::error_code& ec);

std::error_code sync(const system_calls& calls, int fd);
std::error_code link(const system_calls& calls, int from_folder, const std::string& from, int to_folder,
                     const std::string& to, int flags = 0);
std::error_code remove_name(const system_calls& calls, int folder, const std::string& name);
std::error_code make_folder(const system_calls& calls, int folder, const std::string& name);
// Waits for the lock, or with LOCK_NB gives EAGAIN.
std::error_code lock(const system_calls& calls, int fd, int operation);
// What stands under a name, without following it.
std::error_code look(const system_calls& calls, int folder, const std::string& name, struct stat& to);

// 128 random bits in hexadecimal.
std::string random_name(const system_calls& calls, std::error_code& ec);

}  // namespace uploadgate::storage
