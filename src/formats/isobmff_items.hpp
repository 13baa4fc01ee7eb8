// The items of a file-level `meta` box: HEIF and AVIF (ISO/IEC 14496-12, 8.11; 23008-12; AVIF 1.1).
#pragma once

#include "grammar.hpp"
#include "isobmff_leaf.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace uploadgate::formats::isobmff {

enum class family : std::uint8_t { movie, heif, avif };

class items {
 public:
  // A photograph of a telephone has 50 to 250 items (tiles, thumbnails, gain maps, metadata).
  static constexpr std::size_t max_items = 1024;
  static constexpr std::size_t max_extents = 2048;
  static constexpr std::size_t max_properties = 4096;
  static constexpr std::size_t max_sizes = 1024;   // ispe
  static constexpr std::size_t max_payloads = 64;  // mdat boxes
  static constexpr std::size_t max_small_idat = 1024;

  items(context& ctx, isobmff::family f) : ctx_{ctx}, family_{f} {}

  step begin(leaf& l, std::uint64_t at);
  step next(leaf& l, bytes_view bytes, std::uint64_t at);
  // A box in iref (version 0: 16-bit ids), which is read like a leaf.
  void set_reference_version(std::uint8_t version) { wide_references_ = version != 0; }
  // A box in ipco, whatever its type.
  result property(std::uint64_t at);

  // The end of the file-level meta box.
  result finish_meta(std::uint64_t start);
  result payload(std::uint64_t from, std::uint64_t to);              // an mdat box
  void payload_ends(std::uint64_t at) { payloads_.back().to = at; }  // of an mdat without a size
  // The end of the file.
  result finish(std::uint64_t size, bool tracks);

  // What is looked at when it streams past: the description of a grid, Exif, XMP.
  enum class look : std::uint8_t { none, grid, text };
  struct place {
    look kind = look::none;
    std::uint64_t from = 0;
    std::uint64_t length = 0;
  };
  // The next such place in [at, end) of an mdat box.
  place next_place(std::uint64_t at, std::uint64_t end);
  result grid(bytes_view description, std::uint64_t at);

  bool seen = false;      // a file-level meta with items was finished
  bool pictures = false;  // its handler is 'pict'

 private:
  struct item {
    std::uint32_t id = 0;
    std::uint32_t type = 0;  // 0: not (yet) in iinf
    std::uint64_t at = 0;    // of its infe
    std::uint16_t size = 0;  // 1 + index in sizes_; 0: none
    std::uint16_t inputs = 0;
    std::uint32_t input = 0;  // the first one
    bool hidden = false;      // a tile, a thumbnail or an auxiliary image
  };
  struct extent {
    std::uint64_t from = 0;
    std::uint64_t length = 0;
    std::uint64_t at = 0;  // where it is declared
    std::uint32_t id = 0;
    bool in_idat = false;
    look kind = look::none;
  };
  struct size {
    std::uint64_t width = 0;
    std::uint64_t height = 0;
    std::uint64_t at = 0;
    std::uint32_t property = 0;
  };
  struct range {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
  };

  item* find(std::uint32_t id);
  result insert(std::uint32_t id, std::uint64_t at, item*& out);
  step read_infe(leaf& l, bytes_view b, std::uint64_t at);
  step read_iloc(leaf& l, bytes_view b, std::uint64_t at);
  step read_ipma(leaf& l, bytes_view b, std::uint64_t at);
  step read_reference(leaf& l, bytes_view b, std::uint64_t at);
  step read_ispe(bytes_view b, std::uint64_t at);
  result add_extent(const leaf& l, std::uint64_t from, std::uint64_t length, std::uint64_t at);
  [[nodiscard]] static bool is_image(std::uint32_t type);
  result judge_type(const item& i) const;
  result judge_sizes();

  context& ctx_;
  isobmff::family family_;
  std::vector<item> items_;  // by id
  std::vector<extent> extents_;
  std::vector<size> sizes_;
  std::vector<range> payloads_;
  std::uint32_t primary_ = 0;
  std::uint64_t primary_at_ = 0;
  std::uint32_t properties_ = 0;
  bool wide_references_ = false;
  std::uint64_t idat_size_ = 0;
  std::uint64_t idat_at_ = 0;
  std::size_t idat_kept_ = 0;
  std::array<std::byte, max_small_idat> idat_{};

  // The entry that is being read.
  std::uint32_t current_ = 0;
  std::uint64_t base_ = 0;
  unsigned extents_left_ = 0;
  unsigned associations_left_ = 0;
  unsigned construction_ = 0;
  std::array<std::uint8_t, 4> widths_{};  // iloc: offset, length, base, index
};

}  // namespace uploadgate::formats::isobmff
