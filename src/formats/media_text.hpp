// Looking for a playlist inside a payload, piece by piece.
#pragma once

#include <uploadgate/bytes.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace uploadgate::formats {

// A searcher for one short word whose first character stands nowhere else in it, over bytes that come in
// pieces.
class word_finder {
 public:
  constexpr explicit word_finder(std::string_view word) : word_{word} {}
  // Whether the word has ended in these bytes; `end` is then the count of bytes up to its end.
  bool feed(bytes_view piece, std::size_t& end) {
    const std::string_view text = as_text(piece);
    for (std::size_t i = 0; i < text.size();) {
      if (matched_ == 0) {
        i = text.find(word_.front(), i);
        if (i == std::string_view::npos) return false;
        matched_ = 1;
        ++i;
      } else if (text[i] == word_[matched_]) {
        ++i;
        ++matched_;
      } else {
        matched_ = 0;
      }
      if (matched_ == word_.size()) {
        end = i;
        return true;
      }
    }
    return false;
  }

 private:
  std::string_view word_;
  std::size_t matched_ = 0;
};

// The first line of an HLS playlist (RFC 8216, section 4.3.1.1).
inline constexpr std::string_view hls_playlist = "#EXTM3U";

}  // namespace uploadgate::formats
