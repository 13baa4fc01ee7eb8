// A reading for two policies against one for each alone: the first byte says which grammar reads (0: the one
// of the signature), eight choose the settings and one the cut, and the rest is the file.
#include "formats/registry.hpp"
#include "support/beside.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace uploadgate;
  constexpr std::size_t head = 10;
  if (size < head) return 0;
  const auto rows = formats::registry();
  const bytes_view content = bytes_view{reinterpret_cast<const std::byte*>(bytes), size}.subspan(head);
  bool undecided = false;
  const formats::format* const found = bytes[0] == 0 ? formats::find_signature(content, undecided) : nullptr;
  const formats::format& row = found ? *found : rows[bytes[0] % rows.size()];
  if (!row.read) return 0;
  std::uint64_t chosen = 0;
  std::memcpy(&chosen, bytes + 1, sizeof chosen);
  std::mt19937_64 random{chosen};
  const auto next = [&] { return random(); };
  const std::size_t cut = content.size() * bytes[9] / 255;

  const auto numbers = test::telling_numbers(row.read, &row, content);
  structure_limits like;
  if (chosen % 2 == 1) like.document.legacy_encodings = handling::allow;
  if (chosen % 8 == 2) like.depth = depth::deep;
  const structure_limits one = test::settings_by(next, numbers, like);
  const structure_limits other = chosen % 4 < 2 ? like : test::settings_by(next, numbers, one);
  for (const auto& both : {std::array{one, other}, std::array{other, one}}) {
    const std::string wrong = test::difference(row.read, &row, both, content, {&cut, 1});
    if (wrong.empty()) continue;
    std::fprintf(stderr, "%s\n%s\n", std::string{row.name}.c_str(), wrong.c_str());
    std::abort();
  }
  return 0;
}
