// What the metadata of one image file may hold: counted, capped, and looked through for text that acts.
#pragma once

#include "grammar.hpp"
#include "payload_text.hpp"
#include "wide_text.hpp"

#include <cstdint>
#include <string_view>

namespace uploadgate::formats {

class image_metadata {
 public:
  // claim counts n stored bytes that begin at `offset`, before they come: metadata_too_large.
  result claim(context& ctx, std::uint64_t n, std::uint64_t offset);

  // One text: where it stands in the file, its bytes as they come, its end. `where` ("tEXt") is for a person.
  void begin_text(std::uint64_t offset, std::string_view where);
  result text(context& ctx, bytes_view piece);
  result end_text(context& ctx);
  // The same for a text whose length is not known before: its bytes are counted as they come, and are too
  // many at `start`.
  result stored_text(context& ctx, bytes_view piece, std::uint64_t start);
  // The same for text that comes out of compressed data, which is counted on the way; every objection is at
  // `offset`. It ends with end_text too.
  void begin_unpacked_text(std::uint64_t offset, std::string_view where);
  result unpacked_text(context& ctx, bytes_view piece);
  // A whole text at once.
  result whole_text(context& ctx, bytes_view all, std::uint64_t offset, std::string_view where);

 private:
  result answer(context& ctx, const std::optional<payload_text::hit>& hit);

  payload_text scanner_;
  wide_text wide_;
  std::string_view where_;
  std::uint64_t stored_ = 0;
  std::uint64_t unpacked_ = 0;
  std::uint64_t fixed_offset_ = 0;
  bool fixed_ = false;
  bool told_ = false;
};

}  // namespace uploadgate::formats
