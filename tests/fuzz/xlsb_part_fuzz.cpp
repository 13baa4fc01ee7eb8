// A part of a binary workbook: the same answer whole and byte by byte.
#include "formats/package_rules.hpp"
#include "formats/xlsb_part.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace uploadgate;

result read(bytes_view data, std::size_t chunk) {
  const structure_limits limits;
  formats::context ctx{limits};
  formats::rule_sink sink{ctx, true};
  formats::xlsb_part part{sink};
  for (; !data.empty(); data = data.subspan(std::min(chunk, data.size()))) {
    if (result r = part.feed(data.first(std::min(chunk, data.size()))); !r.ok()) return r;
  }
  return part.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const bytes_view all{reinterpret_cast<const std::byte*>(data), size};
  const result whole = read(all, size);
  const result cut = read(all, 1);
  if (whole.ok() != cut.ok()) std::abort();
  if (!whole.ok() && whole.why().code != cut.why().code) std::abort();
  return 0;
}
