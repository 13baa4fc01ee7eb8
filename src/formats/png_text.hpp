// The chunks of PNG that carry metadata: tEXt, zTXt, iTXt, iCCP, sPLT, and those of which only the bytes are
// known.
#pragma once

#include "image_metadata.hpp"
#include "inflate.hpp"
#include "png_rules.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace uploadgate::formats {

class png_text {
 public:
  // begin starts the chunk whose first byte of content stands at `offset`. `name` is kept.
  void begin(png_rules::chunk kind, std::string_view name, std::uint64_t offset, image_metadata& meta);
  // feed reads the next bytes of the chunk, finish its end.
  result feed(context& ctx, image_metadata& meta, bytes_view piece);
  result finish(context& ctx, image_metadata& meta);

 private:
  enum class part : std::uint8_t { keyword, flag, method, language, translated, depth, plain, packed };

  result head(char c, std::uint64_t at);
  result unpack(context& ctx, image_metadata& meta, bytes_view piece, std::uint64_t at);

  png_rules::chunk kind_ = png_rules::chunk::unknown;
  part part_ = part::plain;
  bool packed_ = false;
  std::string name_;
  std::uint64_t start_ = 0;
  std::uint64_t seen_ = 0;
  std::uint64_t keyword_ = 0;
  std::optional<inflater> inflater_;
};

}  // namespace uploadgate::formats
