#include "formats/fast_inflate.hpp"

#include "support/catch.hpp"
#include "support/zip_builder.hpp"

#include <random>
#include <string>

namespace uploadgate::formats {
namespace {

std::string noise(std::size_t n, unsigned letters, unsigned seed) {
  std::minstd_rand random{seed};
  std::string out(n, '\0');
  for (char& c : out) c = static_cast<char>('a' + random() % letters);
  return out;
}

struct inflated {
  std::string out;
  std::size_t used = 0;
  fast_inflater::status state{};
};

inflated inflate_in_runs(std::string_view packed, std::size_t run) {
  fast_inflater z;
  inflated i;
  while (i.used < packed.size() && z.state() == fast_inflater::status::more) {
    const bytes_view piece = as_bytes(packed.substr(i.used, run));
    std::size_t used = 0;
    for (;;) {
      const bytes_view out = z.unpack(piece, used);
      i.out += as_text(out);
      if (out.empty() || z.state() != fast_inflater::status::more) break;
    }
    i.used += used;
  }
  i.state = z.state();
  return i;
}

TEST_CASE("what zlib packs comes out the same, and ends where it ends", "[fast_inflate]") {
  const std::string behind = "PK\x07\x08 and what follows";
  for (const std::size_t n : {0U, 1U, 100U, 4096U, 32'768U, 61'387U, 70'000U, 200'000U}) {
    for (const unsigned letters : {1U, 3U, 26U, 200U}) {
      const std::string text = noise(n, letters, static_cast<unsigned>(n) + letters);
      const std::string packed = test::deflated(text);
      for (const std::size_t run : {1U, 7U, 100U, 2215U, 4096U, 65'536U}) {
        if (run < 100 && n > 5000) continue;
        CAPTURE(n, letters, run);
        const inflated i = inflate_in_runs(packed + behind, run);
        CHECK(i.state == fast_inflater::status::done);
        CHECK(i.used == packed.size());
        CHECK((i.out == text));
      }
    }
  }
}

TEST_CASE("torn and corrupt streams are told", "[fast_inflate]") {
  const std::string packed = test::deflated(noise(10'000, 20, 1));
  CHECK(inflate_in_runs(packed.substr(0, packed.size() - 1), 4096).state == fast_inflater::status::more);
  CHECK(inflate_in_runs("\xFF\xFF\xFF", 4096).state == fast_inflater::status::corrupt);
  CHECK(inflate_in_runs("\x63\x80\x11\x11\x11\x11", 4096).state != fast_inflater::status::done);
}

}  // namespace
}  // namespace uploadgate::formats
