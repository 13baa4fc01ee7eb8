#include <uploadgate/validators/digest.hpp>

#include "support/uploads.hpp"

namespace uploadgate {
namespace {

// FIPS 180-4 examples.
TEST_CASE("digest gives the SHA-256 at every split", "[digest]") {
  struct {
    std::string_view content;
    std::string_view sha256;
  } const cases[] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
  };
  const policy p{digest{}};
  for (const auto& c : cases) {
    const auto judged = test::judge_every_split(p, {}, c.content);
    CHECK(judged.verdict.accepted());
    CHECK(judged.facts.sha256 == c.sha256);
  }
}

}  // namespace
}  // namespace uploadgate
