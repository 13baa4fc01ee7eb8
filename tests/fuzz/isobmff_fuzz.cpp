// The row, which chooses between movies, HEIF and AVIF, is the one of the first bytes.
#include "formats/grammars.hpp"
#include "grammar_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace uploadgate;
  const bytes_view data{reinterpret_cast<const std::byte*>(bytes), size};
  const formats::format* row =
      formats::find_extension(formats::avif_signature(data) == formats::match::yes   ? "avif"
                              : formats::heic_signature(data) == formats::match::yes ? "heic"
                                                                                     : "");
  return fuzz::grammar(formats::isobmff_file, bytes, size, row);
}
