// UTF-8 (The Unicode Standard, table 3-7) byte by byte, so that what is at fault does not depend on the
// chunks: formats::utf8_validator names the beginning of a broken character, which may have been given away
// already.
// A byte order mark at the beginning cannot stand either: undici and node-fetch cut it off.
#pragma once

#include "http/characters.hpp"

#include <cstddef>
#include <string_view>

namespace uploadgate::http {

class utf8_steps {
 public:
  // feed gives where the first byte stands that cannot follow those before it, or npos.
  std::size_t feed(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i)
      if (!step(static_cast<unsigned char>(text[i]))) return i;
    return std::string_view::npos;
  }
  // whole says that no character is begun and not ended.
  [[nodiscard]] bool whole() const noexcept { return need_ == 0; }

 private:
  bool step(unsigned char b) {
    constexpr unsigned char mark[] = {0xEF, 0xBB, 0xBF};
    if (marked_ < 3) {
      marked_ = b == mark[marked_] ? marked_ + 1 : 4;
      if (marked_ == 3) return false;
    }
    if (need_ > 0) {
      if (b < low_ || b > high_) return false;
      --need_;
    } else if (b >= 0x80) {
      if (b < 0xC2 || b > 0xF4) return false;
      need_ = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
      low_ = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
      high_ = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
      return true;
    }
    low_ = 0x80;
    high_ = 0xBF;
    return true;
  }

  int marked_ = 0;  // bytes of a byte order mark at the beginning; 4 where there is none
  int need_ = 0;
  unsigned char low_ = 0x80;
  unsigned char high_ = 0xBF;
};

}  // namespace uploadgate::http
