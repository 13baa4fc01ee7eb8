// A whole inspection by the built-in rules: the first bytes choose the name, the rest is the file.
#include <uploadgate/uploadgate.hpp>

#include "formats/registry.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

using namespace uploadgate;

verdict judge(const policy& p, const upload& claim, bytes_view data, std::size_t cut) {
  inspection in = p.inspect(claim);
  in.feed(data.first(cut));
  in.feed(data.subspan(cut));
  return in.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const policy p{path_guard{}, max_size{MiB}, magic_type{}, structure{}, digest{}};
  if (size < 2) return 0;
  const auto rows = formats::registry();
  const formats::format& row = rows[bytes[0] % rows.size()];
  const std::string name = "file." + std::string{row.extensions.front()};
  const bytes_view data{reinterpret_cast<const std::byte*>(bytes) + 2, size - 2};
  const verdict whole = judge(p, {.filename = name}, data, data.size());
  const verdict cut = judge(p, {.filename = name}, data, data.size() * bytes[1] / 256);
  if (whole.accepted() != cut.accepted() || whole.reason() != cut.reason() || whole.offset() != cut.offset())
    std::abort();
  return 0;
}
