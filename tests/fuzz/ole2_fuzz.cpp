#include "formats/grammars.hpp"
#include "grammar_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return uploadgate::fuzz::completed(uploadgate::formats::ole2, data, size);
}
