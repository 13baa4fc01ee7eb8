#include "ole2_streams.hpp"

#include <algorithm>
#include <array>

namespace uploadgate::formats::ole2_format {
namespace {

constexpr std::uint32_t mini_size = 64;
constexpr std::size_t largest_piece = 64 * KiB;

}  // namespace

// The sector n behind the first of a chain; end_of_chain where the chain is shorter.
std::uint32_t streams::nth(std::uint32_t start, std::uint64_t n) const {
  std::uint32_t sector = start;
  while (n > 0 && sector < regular_last) {
    sector = table_.next(sector);
    --n;
  }
  return sector < regular_last ? sector : end_of_chain;
}

// A small stream lies in the root's ([MS-CFB] 2.6.3), and is shorter than the cutoff: few steps of this kind
// are taken.
bool streams::mini_place(std::uint32_t mini_sector, std::uint64_t& place) const {
  const std::uint64_t at = std::uint64_t{mini_sector} * mini_size;
  const std::uint32_t sector = nth(root_.start, at / h_.sector_size);
  place = place_of_sector(h_, sector) + at % h_.sector_size;
  return sector != end_of_chain;
}

bool streams::mini_next(std::uint32_t& mini_sector) const {
  const std::uint64_t at = std::uint64_t{mini_sector} * 4;
  const std::uint32_t sector = nth(h_.first_mini_fat, at / h_.sector_size);
  std::array<std::byte, 4> number{};
  if (sector == end_of_chain || !file_.read(place_of_sector(h_, sector) + at % h_.sector_size, number))
    return false;
  mini_sector = le32(number, 0);
  return true;
}

// Calls each(piece) for the runs of sectors that follow one another in the file, until it says false.
template <class Each>
result streams::walk(const directory_entry& stream, Each each) const {
  const bool mini = stream.size < h_.mini_cutoff;
  const std::uint64_t unit = mini ? mini_size : h_.sector_size;
  piece run{};
  std::uint32_t sector = stream.start;
  for (std::uint64_t at = 0; at < stream.size; at += unit) {
    if (at > 0 && !mini) sector = table_.next(sector);
    std::uint64_t place = 0;
    const bool follows = !mini || ((at == 0 || mini_next(sector)) && mini_place(sector, place));
    if (!follows) return {errc::bad_length, "a stream is longer than its chain: " + stream.name};
    if (!mini) place = place_of_sector(h_, sector);
    const std::uint64_t size = std::min(unit, stream.size - at);
    if (run.size > 0 && place == run.in_file + run.size) {
      run.size += size;
      continue;
    }
    if (run.size > 0 && !each(run)) return {};
    run = {.in_file = place, .in_stream = at, .size = size};
  }
  if (run.size > 0) each(run);
  return {};
}

bool streams::in_one_piece(const directory_entry& stream) const {
  std::uint64_t pieces = 0;
  const result r = walk(stream, [&](const piece&) { return ++pieces < 2; });
  return r.ok() && pieces < 2;
}

result streams::read(const directory_entry& stream, const reader& look) const {
  std::vector<std::byte> buffer(largest_piece);
  bool readable = true;
  result r = walk(stream, [&](const piece& p) {
    // The last sector of a file may be short.
    const std::uint64_t there = file_.size() - std::min(file_.size(), p.in_file);
    const std::uint64_t size = std::min(p.size, there);
    for (std::uint64_t at = 0; readable && at < size; at += largest_piece) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(largest_piece, size - at));
      const std::span<std::byte> into{buffer.data(), n};
      readable = file_.read(p.in_file + at, into);
      if (readable) look(into, p.in_stream + at);
    }
    return readable;
  });
  return readable ? r : result{errc::completed_file_unreadable};
}

std::uint64_t streams::place_of(const directory_entry& stream, std::uint64_t at) const {
  std::uint64_t place = 0;
  (void)walk(stream, [&](const piece& p) {
    place = p.in_file + (at - p.in_stream);
    return at >= p.in_stream + p.size;
  });
  return place;
}

}  // namespace uploadgate::formats::ole2_format
