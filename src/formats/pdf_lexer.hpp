// The lexical level of PDF (ISO 32000-2, 7.2 and 7.3): bytes to tokens, resumable at every byte.
#pragma once

#include "hex_digit.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uploadgate::formats::pdf {

enum class kind : std::uint8_t {
  more,     // the input is used up inside or between tokens
  integer,  // without a sign or with one; number() is its magnitude, capped
  real,
  name,    // text() is decoded, without the solidus
  word,    // any other run of regular characters: obj, R, true, xref, ...
  string,  // text() is the beginning, decoded
  dict_open,
  dict_close,
  array_open,
  array_close,
  comment,  // text() is its beginning, with the percent sign; length() is all of it
  bad,      // a byte that can begin no token, or not stand within this one
};

// Classes of bytes (7.2.3).
enum class byte_class : std::uint8_t { regular, white, delimiter };
inline constexpr std::array<byte_class, 256> byte_classes = [] {
  std::array<byte_class, 256> t{};
  for (const char c : {'\0', '\t', '\n', '\f', '\r', ' '})
    t[static_cast<unsigned char>(c)] = byte_class::white;
  for (const char c : {'(', ')', '<', '>', '[', ']', '{', '}', '/', '%'}) {
    t[static_cast<unsigned char>(c)] = byte_class::delimiter;
  }
  return t;
}();
constexpr byte_class class_of(char c) { return byte_classes[static_cast<unsigned char>(c)]; }
constexpr bool is_regular(char c) { return class_of(c) == byte_class::regular; }
constexpr bool is_white(char c) { return class_of(c) == byte_class::white; }

class lexer {
 public:
  // What is kept of a token that windows cut, and of a string or comment. Longer names and words are known
  // by their beginning and long_text().
  static constexpr std::size_t max_text = 256;

  // Begins anew, with the next byte at that offset.
  void restart(std::uint64_t offset);
  // next reads one token and shortens `in` by what it took. Text lives until the next call, or the window's
  // end.
  kind next(std::string_view& in);
  // Whether the last call ended with a whole token.
  [[nodiscard]] bool between_tokens() const { return mode_ == mode::between; }
  // Takes whole tokens that someone else has read: that many bytes. Only between tokens.
  void skip(std::string_view& in, std::size_t n) {
    in.remove_prefix(n);
    position_ += n;
  }
  // Takes an unsigned integer of at most 18 digits, as next would, where one stands here and ends within
  // `in`. Only between tokens.
  bool next_integer(std::string_view& in);
  // Takes what opens a dictionary, as next would, where it stands here. Only between tokens.
  bool next_dictionary(std::string_view& in) {
    const std::size_t n = blanks(in);
    if (!in.substr(n).starts_with("<<")) return false;
    began_ = position_ + n;
    length_ = 2;
    skip(in, n + 2);
    return true;
  }
  // Takes that word, as next would, where it stands here and ends within `in`. Only between tokens.
  bool next_word(std::string_view& in, std::string_view word) {
    const std::size_t n = blanks(in);
    const std::string_view here = in.substr(n);
    if (here.size() <= word.size() || !here.starts_with(word) || is_regular(here[word.size()])) return false;
    began_ = position_ + n;
    length_ = word.size();
    text_ = word;
    skip(in, n + word.size());
    return true;
  }
  // finish says that no byte follows: the token that was still open, or more where there was none. A string
  // that is open is bad.
  kind finish();

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] bool negative() const { return negative_; }
  [[nodiscard]] bool long_text() const { return length_ > max_text; }
  [[nodiscard]] std::uint64_t length() const { return length_; }      // bytes of the token
  [[nodiscard]] std::uint64_t offset() const { return began_; }       // of the token's first byte
  [[nodiscard]] std::uint64_t position() const { return position_; }  // of the next byte
  // For a comment: whether a control byte stands in it (other than tab and form feed), and where.
  [[nodiscard]] bool control_byte() const { return control_; }

 private:
  enum class mode : std::uint8_t { between, regular, name, string, hex, comment, less, greater };

  static std::size_t blanks(std::string_view in) {
    std::size_t n = 0;
    while (n < in.size() && is_white(in[n])) ++n;
    return n;
  }
  void begin(mode m);
  void keep(std::string_view run);
  kind between(std::string_view& in);
  kind run_of_regulars(std::string_view& in);
  kind finish_regular(std::string_view run);
  kind finish_name(std::string_view run);
  kind literal(std::string_view& in);
  kind hexadecimal(std::string_view& in);
  kind comment(std::string_view& in);
  void decode_literal();
  void decode_hexadecimal();
  void take(std::string_view& in, std::size_t n) {
    in.remove_prefix(n);
    position_ += n;
    length_ += n;
  }

  mode mode_ = mode::between;
  bool negative_ = false;
  bool escaped_ = false;
  bool control_ = false;
  std::uint64_t depth_ = 0;  // of parentheses
  std::uint64_t position_ = 0;
  std::uint64_t began_ = 0;
  std::uint64_t length_ = 0;
  std::uint64_t number_ = 0;
  std::string_view text_;
  std::size_t kept_ = 0;
  std::array<char, max_text> buffer_{};
};

}  // namespace uploadgate::formats::pdf
