// The streams of a compound file in their own order, read from its completed file.
#pragma once

#include <uploadgate/completed_file.hpp>
#include <uploadgate/verdict.hpp>

#include "ole2_sectors.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace uploadgate::formats::ole2_format {

// Which sector follows which.
class allocation_table {
 public:
  void add(bytes_view sector) { sectors_.push_back(sector); }
  // How many sectors it knows.
  [[nodiscard]] std::uint64_t size() const {
    return sectors_.empty() ? 0 : sectors_.size() * sectors_.front().size() / 4;
  }
  [[nodiscard]] std::uint32_t next(std::uint32_t sector) const {
    const std::size_t each = sectors_.front().size() / 4;
    return le32(sectors_[sector / each], 4 * (sector % each));
  }

 private:
  std::vector<bytes_view> sectors_;
};

// For a file whose chains have been followed: none of them loops, or leads out of the file.
class streams {
 public:
  // All must outlive it.
  streams(const completed_file& file, const header& h, const allocation_table& table,
          const directory_entry& root)
      : file_{file}, h_{h}, table_{table}, root_{root} {}

  // Whether the stream lies in one piece, so that its bytes have passed in their order.
  [[nodiscard]] bool in_one_piece(const directory_entry& stream) const;
  // Gives the stream's bytes, piece by piece, with their place in the stream.
  using reader = std::function<void(bytes_view, std::uint64_t)>;
  result read(const directory_entry& stream, const reader& look) const;
  // Where a byte of the stream stands in the file.
  [[nodiscard]] std::uint64_t place_of(const directory_entry& stream, std::uint64_t at) const;

 private:
  struct piece {
    std::uint64_t in_file;
    std::uint64_t in_stream;
    std::uint64_t size;
  };
  template <class Each>
  result walk(const directory_entry& stream, Each each) const;
  [[nodiscard]] std::uint32_t nth(std::uint32_t start, std::uint64_t n) const;
  bool mini_place(std::uint32_t mini_sector, std::uint64_t& place) const;
  bool mini_next(std::uint32_t& mini_sector) const;

  const completed_file& file_;
  const header& h_;
  const allocation_table& table_;
  const directory_entry& root_;
};

}  // namespace uploadgate::formats::ole2_format
