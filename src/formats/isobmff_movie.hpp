// Tracks and their sample tables (ISO/IEC 14496-12, section 8).
#pragma once

#include "grammar.hpp"
#include "isobmff_leaf.hpp"

#include <cstdint>

namespace uploadgate::formats::isobmff {

class movie {
 public:
  explicit movie(context& ctx, bool images) : ctx_{ctx}, images_{images} {}

  void begin_track() { track_ = {}; }
  // Boxes that this class reads. The walker has taken version and flags.
  step begin(leaf& l, std::uint64_t at);
  step next(leaf& l, bytes_view bytes, std::uint64_t at);
  // An entry of `stsd`: how many of its bytes are wanted, and what they say.
  [[nodiscard]] std::size_t sample_entry_head(std::uint64_t room) const;
  result sample_entry(std::uint32_t format, bytes_view head, std::uint64_t at);
  // An entry of `dref`, behind version and flags: the data must stand in this file.
  result data_reference(const leaf& l, std::uint64_t room);

  result end_of_media(std::uint64_t start);  // mdia
  result end_of_table(std::uint64_t start);  // stbl
  // The end of the file.
  result finish(std::uint64_t size, std::uint64_t payload);

  bool fragmented = false;
  std::uint32_t last_handler = 0;  // of the last hdlr box

 private:
  struct track {
    std::uint32_t handler = 0;
    std::uint64_t samples = 0;
    std::uint64_t chunks = 0;
    std::uint64_t entries = 0;  // of stsd
    bool sizes = false;         // stsz or stz2
    bool offsets = false;       // stco or co64
    bool runs = false;          // stsc
    std::uint64_t width = 0;
    std::uint64_t height = 0;
  };
  [[nodiscard]] bool visual() const;
  step head(leaf& l, bytes_view b, std::uint64_t at);
  step sizes_head(leaf& l, bytes_view b, std::uint64_t at);
  step run_head(leaf& l, bytes_view b, std::uint64_t at);
  result records(leaf& l, bytes_view b, std::uint64_t at);

  context& ctx_;
  bool images_;
  track track_{};
  std::uint64_t far_chunk_ = 0;     // the greatest chunk offset
  std::uint64_t far_chunk_at_ = 0;  // where it stands
  std::uint64_t described_ = 0;     // bytes that samples claim
  bool unsized_ = false;            // a track does not tell the bytes of its samples
};

}  // namespace uploadgate::formats::isobmff
