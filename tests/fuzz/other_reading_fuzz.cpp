// What else a picture can be read as: no crash, and the same answer whole and cut.
#include "formats/other_reading.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

using uploadgate::formats::other_reading;

struct answer {
  std::error_code code;
  std::uint64_t offset = 0;
  std::size_t known = 0;  // how many bytes it took
  bool operator==(const answer&) const = default;
};

answer judge(uploadgate::bytes_view data, std::size_t step) {
  other_reading other{uploadgate::handling::reject};
  std::size_t known = 0;
  for (std::size_t i = 0; i < data.size() && other.objection().ok(); i += step)
    known += other.feed(data.subspan(i, std::min(step, data.size() - i)));
  if (other.objection().ok()) other.finish();
  if (other.objection().ok()) return {{}, 0, known};
  return {other.objection().why().code, other.objection().why().offset.value_or(0), known};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const uploadgate::bytes_view data{reinterpret_cast<const std::byte*>(bytes), size};
  const std::size_t step = size ? 1 + bytes[size / 2] : 1;
  if (judge(data, std::max<std::size_t>(size, 1)) != judge(data, step)) std::abort();
  return 0;
}
