// bzip2, xz and zstd: the first bytes say which.
#include "formats/grammars.hpp"
#include "grammar_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto by = size == 0 ? 0 : data[0];
  const auto read = by == 'B'    ? uploadgate::formats::bzip2
                    : by == 0xFD ? uploadgate::formats::xz
                                 : uploadgate::formats::zstd;
  return uploadgate::fuzz::grammar(read, data, size);
}
