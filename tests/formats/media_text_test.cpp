#include "formats/media_text.hpp"

#include "support/catch.hpp"

namespace uploadgate::formats {
namespace {

TEST_CASE("a word is found wherever the pieces are cut, and again behind the first", "[media_text]") {
  const std::string_view text = "..EX#EXTM3U##EXTM3U.";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    CAPTURE(size);
    word_finder finder{hls_playlist};
    std::string ends;
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = 0;
      const std::string_view piece = text.substr(at, size);
      if (finder.feed(as_bytes(piece), end)) {
        ends += std::to_string(at + end) + " ";
        at += end;
      } else {
        at += piece.size();
      }
    }
    CHECK(ends == "11 19 ");
  }
}

}  // namespace
}  // namespace uploadgate::formats
