// The row, which chooses between movies, HEIF and AVIF, is the one of the first bytes.
#include "formats/grammars.hpp"
#include "grammar_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace uploadgate;
  bool undecided = false;
  const formats::format* row =
      formats::find_signature({reinterpret_cast<const std::byte*>(bytes), size}, undecided);
  if (row && row->read != formats::isobmff_file) row = nullptr;
  return fuzz::grammar(formats::isobmff_file, bytes, size, row);
}
