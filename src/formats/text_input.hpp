// The frame of every grammar that reads text: characters from UTF-8, or from UTF-16 with a byte order mark,
// without control characters, in pieces that do not depend on how the bytes came.
#pragma once

#include "grammar.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace uploadgate::formats {

// A run of whole characters, as UTF-8; where legacy encodings are let pass, bytes from 0x80 on are opaque.
struct text_piece {
  std::string_view text;
  std::uint64_t offset = 0;  // of its first byte in the file
  bool wide = false;         // the file is UTF-16
  // Where in the file the character at text[i] stands.
  [[nodiscard]] std::uint64_t at(std::size_t i) const;
};

class text_decoder {
 public:
  static constexpr std::size_t block = 4096;  // what decode() is given at once, but for the last
  // The most of a piece: a unit of UTF-16 becomes at most three bytes.
  static constexpr std::size_t most_text = block / 2 * 3;

  explicit text_decoder(context& ctx) : ctx_{ctx} {}
  struct decoded {
    text_piece piece;
    std::size_t used = 0;  // bytes of the block
    result ill{};          // what is wrong behind the piece
  };
  // Decodes the next block of the file, which begins at `offset`. `last`: no byte follows it.
  decoded decode(bytes_view bytes, std::uint64_t offset, bool last);
  // What the whole file shows of its encoding.
  [[nodiscard]] result finish() const;

 private:
  enum class encoding : std::uint8_t { utf8, utf16_le, utf16_be, legacy };
  std::size_t skip_mark(bytes_view bytes);
  decoded decode_wide(bytes_view bytes, std::uint64_t offset, bool last);
  decoded decode_bytes(bytes_view bytes, std::uint64_t offset, bool last);
  decoded decode_legacy(bytes_view bytes, std::uint64_t offset, bool last);
  [[nodiscard]] handling mixed_encodings() const;
  result judge(const text_piece& piece);
  void warn_of_c1(unsigned c, std::uint64_t at);

  context& ctx_;
  encoding encoding_ = encoding::utf8;
  // More characters beyond ASCII than text in another encoding begins with by chance, if all were UTF-8.
  static constexpr std::uint64_t surely_utf8 = 64;
  // Characters beyond ASCII; in UTF-8 they are counted no further than is of interest.
  std::uint64_t well_formed_ = 0;
  std::uint64_t ill_formed_ = 0;
  std::uint64_t forged_ = 0;
  std::uint64_t first_ill_ = 0;
  std::uint64_t first_forged_ = 0;
  bool warned_of_direction_ = false;
  bool warned_of_c1_ = false;
  std::string wide_;  // UTF-8 of one block of UTF-16; at most 3/2 of its size
};

// read_text drives `Rules`, which has a constructor from context&, `result read(const text_piece&)` and
// `result finish(std::uint64_t end)`.
template <class Rules>
grammar read_text(reader& in, context& ctx) {
  text_decoder decoder{ctx};
  Rules rules{ctx};
  for (;;) {
    const bytes_view bytes = co_await in.peek(text_decoder::block);
    if (bytes.empty()) break;
    text_decoder::decoded d = decoder.decode(bytes, in.offset(), bytes.size() < text_decoder::block);
    if (!d.piece.text.empty()) {
      result r = rules.read(d.piece);
      if (!r.ok()) co_return r;
    }
    if (!d.ill.ok()) co_return std::move(d.ill);
    in.consume(d.used);
  }
  result encoding = decoder.finish();
  if (!encoding.ok()) co_return encoding;
  result r = rules.finish(in.offset());
  co_return r;
}

}  // namespace uploadgate::formats
