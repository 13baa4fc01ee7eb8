#include "formats/grammars.hpp"
#include "grammar_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  return uploadgate::fuzz::pixels(uploadgate::formats::png, bytes, size);
}
