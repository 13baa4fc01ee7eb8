// Objects that lie inside a presentation of PowerPoint ([MS-PPT] 2.10.34, ExOleObjStg): compound files of
// their own, mostly packed, and followed through the sectors of the presentation as they pass.
#pragma once

#include <uploadgate/bytes.hpp>

#include "inflate.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace uploadgate::formats::ole2_format {

class slide_objects {
 public:
  // Bytes that all objects of a file may unpack to; what says that it is more is not followed.
  static constexpr std::uint64_t most_unpacked = 256 * MiB;

  // look: the next bytes of the file, which begin at `offset`.
  void look(bytes_view sector, std::uint64_t offset);
  void finish();

  // Where the first object of its kind begins.
  std::optional<std::uint64_t> any;
  std::optional<std::uint64_t> file;     // a packaged file, or an equation, whose editor runs what it holds
  std::optional<std::uint64_t> project;  // a project of VBA
  std::optional<std::uint64_t> unfollowed;  // it is cut, lies in pieces, or unpacks to more than it says

 private:
  // A record's header, and what tells that an object follows: the unpacked size and the header of a zlib
  // stream, or the mark of a compound file.
  static constexpr std::size_t header_size = 14;
  // What is kept of one piece to be searched with the next: no mark is longer.
  static constexpr std::size_t kept = 96;

  void begin(bytes_view header, std::uint64_t offset);
  void take(bytes_view bytes);
  void unpack(bytes_view bytes);
  void search(bytes_view piece);
  void judge(std::string_view text);
  void end();

  std::array<std::byte, 2 * header_size> seam_{};
  std::size_t carried_ = 0;
  std::uint64_t object_at_ = 0;
  std::uint64_t left_ = 0;              // bytes of the object that are still to come; 0 outside
  std::uint64_t promised_ = 0;          // unpacked bytes that are still to come
  std::uint64_t room_ = most_unpacked;  // for the objects behind this one
  bool packed_ = false;
  std::optional<inflater> inflater_;
  std::vector<std::byte> text_;  // at most a piece and what is kept
  bool native_ = false;          // the object holds data of an old kind, as packages do
  bool picture_ = false;         // it is one of a program that keeps only pictures in such data
};

}  // namespace uploadgate::formats::ole2_format
