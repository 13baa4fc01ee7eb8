// ZIP archives for tests, honest by default, with every field open to lies.
#pragma once

#include "pack.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate::test {

std::string little(std::uint64_t value, int bytes);
std::uint32_t crc_of(std::string_view text);

struct zip_entry {
  std::string name = "a.txt";
  std::string content = "hello";
  bool deflate = true;
  std::uint16_t flags = 0;
  std::optional<std::uint16_t> method{};
  std::optional<std::string> packed{};         // what stands for the data
  std::optional<std::uint32_t> crc{};          // in both headers
  std::optional<std::uint32_t> unpacked{};     // in both headers
  std::optional<std::uint32_t> packed_size{};  // in both headers
  std::string local_extra{};
  std::string central_extra{};
  std::string comment{};
  std::uint32_t attributes = 0;
  std::uint8_t made_by = 3;
  // With flag 8: sizes zero in the local header, and this behind the data; made where it is not given.
  bool descriptor = false;
  bool descriptor_marked = true;
  bool descriptor_wide = false;
  std::optional<std::string> descriptor_bytes{};
  // What the directory says where it lies.
  std::optional<std::string> central_name{};
  std::optional<std::uint16_t> central_method{};
  std::optional<std::uint16_t> central_flags{};
  std::optional<std::uint32_t> central_crc{};
  std::optional<std::uint32_t> central_packed{};
  std::optional<std::uint32_t> central_unpacked{};
  std::optional<std::uint32_t> central_offset{};
  bool in_directory = true;
  bool in_file = true;
  std::string gap{};  // bytes before the local header
};

struct zip_file {
  std::vector<zip_entry> entries{};
  std::string before_directory{};
  std::string before_end{};
  std::string comment{};
  std::string after{};
  bool zip64 = false;
  bool reversed_directory = false;
  std::optional<std::uint16_t> count{};
  std::optional<std::uint32_t> directory_size{};
  std::optional<std::uint32_t> directory_offset{};
  [[nodiscard]] std::string bytes() const;
};

// zipped gives an honest archive of names and contents.
std::string zipped(const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace uploadgate::test
