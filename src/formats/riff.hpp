// WAV and AVI: what the chunks of a RIFF file are (Microsoft/IBM Multimedia Programming Interface 1.0; EBU
// Tech 3306 for RF64; OpenDML AVI 1.02).
#pragma once

#include "endian.hpp"
#include "grammar.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace uploadgate::formats {

class riff_file {
 public:
  static constexpr std::size_t max_depth = 6;  // RIFF, hdrl, strl; RIFF, movi, rec
  static constexpr std::uint64_t to_the_end = UINT64_MAX;
  // Writers that cannot seek leave 0 or all ones (ffmpeg), or a number of about 2 GiB (sox).
  static constexpr std::uint64_t streamed = 0x7FFFF000;

  enum class kind : std::uint8_t { opaque, payload, list, wave_format, avi_header, stream_header, sizes };

  explicit riff_file(context& ctx);

  // The 12 bytes of RIFF, RF64 or BW64 at `at`.
  result begin(bytes_view head, std::uint64_t at);
  // How to read a chunk that begins at `at`; gives its end (without the pad byte).
  result enter(std::string_view id, std::uint64_t size, std::uint64_t at, kind& how, std::uint64_t& end);
  // The type of a LIST whose payload ends at `end`.
  result push(std::string_view type, std::uint64_t at, std::uint64_t end);
  result head(kind how, bytes_view b, std::uint64_t at);  // the first bytes of a chunk
  result close();
  result finish(std::uint64_t at) const;

  [[nodiscard]] std::size_t depth() const { return depth_; }
  [[nodiscard]] std::uint64_t end() const { return depth_ ? open_[depth_ - 1].end : to_the_end; }
  [[nodiscard]] bool in_movie() const { return movie_depth_ > 0; }
  [[nodiscard]] bool whole() const { return wave_ ? data_ : movi_; }
  [[nodiscard]] bool avi() const { return !wave_; }
  [[nodiscard]] static std::size_t head_size(kind how);

 private:
  struct list {
    std::uint32_t type = 0;
    std::uint64_t end = 0;
  };
  context& ctx_;
  std::array<list, max_depth> open_{};
  std::size_t depth_ = 0;
  std::size_t movie_depth_ = 0;
  bool wave_ = false;
  bool large_ = false;  // RF64, BW64
  std::uint64_t large_data_ = 0;
  bool format_ = false;
  bool data_ = false;
  bool header_ = false;
  bool movi_ = false;
};

}  // namespace uploadgate::formats
