// What every fuzz target of a grammar asserts: no crash, and the same answer whole and cut at two places.
#pragma once

#include "formats/grammar.hpp"

#include <cstdint>
#include <cstdlib>

namespace uploadgate::fuzz {

inline result read(formats::grammar_function grammar, bytes_view data, std::size_t a, std::size_t b) {
  const structure_limits limits;  // must outlive the parse
  formats::parse parse{grammar, limits};
  for (const bytes_view piece : {data.first(a), data.subspan(a, b - a), data.subspan(b)}) {
    if (piece.empty()) continue;
    if (result r = parse.feed(piece); !r.ok()) return r;
  }
  return parse.finish();
}

inline int grammar(formats::grammar_function function, const std::uint8_t* bytes, std::size_t size) {
  const bytes_view data{reinterpret_cast<const std::byte*>(bytes), size};
  const std::size_t a = size ? bytes[size / 2] % (size + 1) : 0;
  const result whole = read(function, data, 0, 0);
  const result cut = read(function, data, a, a + (size - a) / 2);
  if (whole.ok() != cut.ok()) std::abort();
  if (!whole.ok() && (whole.why().code != cut.why().code || whole.why().offset != cut.why().offset))
    std::abort();
  return 0;
}

}  // namespace uploadgate::fuzz
