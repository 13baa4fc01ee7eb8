// The parts of documents: the first byte says which part the rest is the body of, so that the fuzzer need not
// find CRCs.
#include "formats/package.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace uploadgate;

constexpr std::array<std::string_view, 8> parts{
    "[Content_Types].xml", "_rels/.rels",           "word/document.xml", "mimetype",
    "content.xml",         "META-INF/manifest.xml", "c.xhtml",           "word/x.bin"};

struct answer {
  result first;
  result last;
};

answer judge(std::string_view part, bytes_view body, std::size_t cut) {
  const structure_limits limits;
  formats::context ctx{limits};
  formats::package package{ctx};
  answer a;
  a.first = package.begin({.name = part, .first = true, .plain = true, .offset = 0});
  if (a.first.ok() && !body.empty()) {
    a.first = package.recognise(body.first(std::min<std::size_t>(64, body.size())));
    for (const bytes_view piece : {body.first(cut), body.subspan(cut)}) {
      if (a.first.ok() && !piece.empty()) a.first = package.data(piece, 1);
    }
  }
  if (a.first.ok()) a.first = package.end(1);
  a.last = package.finish(1);
  return a;
}

bool same(const result& a, const result& b) {
  return a.ok() == b.ok() && (a.ok() || a.why().code == b.why().code);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bytes_view body{reinterpret_cast<const std::byte*>(data) + 1, size - 1};
  const std::string_view part = parts[data[0] % parts.size()];
  const answer whole = judge(part, body, body.size());
  const answer cut = judge(part, body, body.size() / 2);
  if (!same(whole.first, cut.first) || !same(whole.last, cut.last)) std::abort();
  return 0;
}
