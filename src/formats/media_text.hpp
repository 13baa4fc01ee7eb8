// Looking for a playlist inside a payload, piece by piece.
#pragma once

#include <uploadgate/bytes.hpp>
#include <uploadgate/verdict.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
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
        matched_ = 0;  // for the next one
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

// Marks of another file inside a box: who opens the whole as an archive, a document or a playlist finds it.
// Eight bytes each, so that coded pictures and sound do not hold them by chance.
class foreign_file {
 public:
  // feed looks at the next bytes of one box, in order; what it finds stays found.
  void feed(bytes_view piece) {
    std::size_t end = 0;
    archive_ = archive_ || zip_.feed(piece, end);
    document_ = document_ || pdf_.feed(piece, end);
    playlist_ = playlist_ || hls_.feed(piece, end);
  }
  // judge answers for the box, or whatever `where` names, that began at `offset`.
  [[nodiscard]] result judge(std::uint64_t offset, std::string_view where = "a box") const {
    if (archive_) return {errc::unclaimed_data, "a ZIP archive inside " + std::string{where}, offset};
    if (document_) return {errc::unclaimed_data, "a PDF inside " + std::string{where}, offset};
    if (playlist_) return {errc::external_reference, "a playlist inside " + std::string{where}, offset};
    return {};
  }

 private:
  word_finder zip_{std::string_view{"PK\5\6\0\0\0\0", 8}};  // the end record, on disk 0
  word_finder pdf_{"%PDF-1."};
  word_finder hls_{hls_playlist};
  bool archive_ = false;
  bool document_ = false;
  bool playlist_ = false;
};

}  // namespace uploadgate::formats
