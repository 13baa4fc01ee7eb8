#include "formats/inflate.hpp"

#include "support/catch.hpp"

#include <zlib.h>

#include <algorithm>
#include <string>

namespace uploadgate::formats {
namespace {

std::string packed(std::string_view text) {
  std::string out(compressBound(text.size()), '\0');
  uLongf n = out.size();
  compress(reinterpret_cast<Bytef*>(out.data()), &n, reinterpret_cast<const Bytef*>(text.data()),
           text.size());
  out.resize(n);
  return out;
}

struct unpacked {
  std::string text;
  inflater::status state;
};

// Feeds the input in pieces of that many bytes.
unpacked unpack(inflater& in, std::string_view input, std::size_t piece) {
  unpacked all{{}, in.state()};
  for (; !input.empty() && in.state() == inflater::status::more; input.remove_prefix(piece)) {
    piece = std::min(piece, input.size());
    bytes_view rest = as_bytes(input.substr(0, piece));
    for (;;) {
      const bytes_view out = in.unpack(rest);
      all.text += as_text(out);
      if (out.empty()) break;
    }
  }
  all.state = in.state();
  return all;
}

TEST_CASE("a zlib stream is unpacked whatever its pieces, and again after a reset") {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i * 7919);
  const std::string input = packed(text);
  inflater in{inflater::wrapping::zlib};
  for (const std::size_t piece : {1U, 2U, 3U, 5U, 4096U, 1U << 20U}) {
    CAPTURE(piece);
    const unpacked all = unpack(in, input, piece);
    CHECK(all.state == inflater::status::done);
    CHECK(all.text == text);
    in.reset();
  }
}

TEST_CASE("a zlib stream whose sum is not that of its content is corrupt") {
  const std::string input = packed("what the sum is of");
  for (std::size_t back = 1; back <= 4; ++back) {
    std::string wrong = input;
    wrong[wrong.size() - back] = static_cast<char>(wrong[wrong.size() - back] ^ 1);
    for (std::size_t piece = 1; piece <= wrong.size(); ++piece) {
      CAPTURE(back, piece);
      inflater in{inflater::wrapping::zlib};
      CHECK(unpack(in, wrong, piece).state == inflater::status::corrupt);
    }
  }
}

TEST_CASE("an empty zlib stream has a sum too") {
  inflater in{inflater::wrapping::zlib};
  CHECK(unpack(in, packed(""), 1).state == inflater::status::done);
}

}  // namespace
}  // namespace uploadgate::formats
