// What is known of a TIFF while it streams: which bytes belong to what, and what is to be read next.
//
// A TIFF is a graph of offsets in any order. It is read once, forwards: what lies ahead is read when it
// comes; what lies behind is claimed, and read only where it still stands among the last bytes that went
// past, or among the first.
#pragma once

#include "byte_ranges.hpp"
#include "grammar.hpp"
#include "image_metadata.hpp"
#include "tiff_directory.hpp"
#include "tiff_image.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace uploadgate::formats {

class tiff_walk {
 public:
  enum class kind : std::uint8_t { directory, branch, attachment, offsets, lengths, directories, bits, text };
  // Something to be read at an offset. A branch is a directory beside the chain of pages (SubIFDs), an
  // attachment one without an image (Exif).
  struct item {
    std::uint64_t at;
    std::uint64_t bytes;  // 0: a directory's are not known yet
    kind what;
    std::uint8_t width;   // of one value
    std::uint32_t owner;  // the number of the image
  };

  tiff_walk(context& ctx, tiff_layout layout) : ctx_{ctx}, layout_{layout} {}

  // begin claims the header and looks for the first directory.
  void begin(std::uint64_t header_bytes, std::uint64_t first_directory);
  // claim_text claims metadata and counts it.
  result claim_text(std::uint64_t at, std::uint64_t bytes);
  // next gives the first item and forgets it.
  std::optional<item> next();

  // directory_bytes of the directory whose count these bytes hold; 0 where it has too many entries.
  [[nodiscard]] std::uint64_t directory_bytes(bytes_view count) const;
  result directory(bytes_view bytes, const item& which);
  // values takes the next values of an array, whole ones.
  result values(bytes_view bytes, const item& which);
  result end_values(const item& which);
  // look looks through bytes that are no pixels for text that acts, over the bounds of parts that touch.
  result look(bytes_view bytes, std::uint64_t at);
  // look_on looks at the pixels that touch the end of such bytes, and ends the text.
  [[nodiscard]] bool looks_on(std::uint64_t at) const { return looked_end_ == at; }
  result look_on(bytes_view pixels);

  // known: how many bytes from `at` on belong to something that is known already, and nothing else does, up
  // to `most`; 0 where they are to be handed to pass().
  [[nodiscard]] std::uint64_t known(std::uint64_t at, std::uint64_t most) const;
  // unknown: how many bytes from `at` on belong to nothing yet, up to `most`.
  [[nodiscard]] std::uint64_t unknown(std::uint64_t at, std::uint64_t most) const;
  // pass looks at bytes that go past and belong to nothing that is known yet.
  void pass(bytes_view bytes, std::uint64_t at);
  // behind answers an item that lies behind the next unread byte.
  result behind(const item& which);

  // end of all that is claimed.
  [[nodiscard]] std::uint64_t end() const { return std::max(pixels_.end(), parts_.end()); }
  // finish judges gaps and what went past.
  result finish();
  // lost says why not everything can be followed; empty where it can.
  [[nodiscard]] const std::string& lost() const { return lost_; }

 private:
  // A value that a directory leads to.
  result follow(tiff_image& image, const tiff_entry& e, bytes_view inline_bytes, kind what);
  result entry(tiff_image& image, const tiff_entry& e, bytes_view inline_bytes);
  result old_jpeg(tiff_image& image, bytes_view entries, std::uint64_t at);
  result close(tiff_image& image);
  result tell(const std::optional<payload_text::hit>& hit);
  result claim(byte_ranges& into, std::uint64_t at, std::uint64_t bytes);
  void want(const item& i);
  void lose(std::string why) {
    if (lost_.empty()) lost_ = std::move(why);
  }

  context& ctx_;
  tiff_layout layout_;
  image_metadata metadata_;
  byte_ranges pixels_;
  byte_ranges parts_;  // all but pixels
  std::vector<item> wanted_;
  std::vector<byte_ranges::range> texts_;     // values that several directories may share
  std::map<std::uint32_t, tiff_image> open_;  // images whose arrays have not come yet
  std::vector<std::uint64_t> directories_;    // where those stand that were read, in order
  std::size_t stored_ = 0;
  // What of a part that lies behind is still here, as far as it is.
  [[nodiscard]] bytes_view kept_from(std::uint64_t at) const;
  std::vector<std::byte> kept_;  // the last bytes that went past
  std::uint64_t kept_at_ = 0;
  std::vector<std::byte> first_;  // the first ones
  std::uint64_t first_at_ = 0;
  payload_text looking_;
  std::uint64_t looked_end_ = byte_ranges::none;
  bool told_ = false;
  payload_text passing_;
  std::uint64_t passing_end_ = 0;
  std::optional<payload_text::hit> seen_;  // the first text that acts in what went past
  std::uint64_t unread_text_ = 0;          // the end of the last text that went past unread
  std::string lost_;
};

}  // namespace uploadgate::formats
