// What every fuzz target of a grammar asserts: no crash, and the same answer whole and cut at two places.
#pragma once

#include "formats/grammar.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

namespace uploadgate::fuzz {

inline result read(formats::grammar_function grammar, bytes_view data, std::size_t a, std::size_t b,
                   const formats::format* row, const structure_limits& limits, const completed_file* file) {
  formats::parse parse{grammar, limits, row};
  for (const bytes_view piece : {data.first(a), data.subspan(a, b - a), data.subspan(b)}) {
    if (piece.empty()) continue;
    if (result r = parse.feed(piece); !r.ok()) return r;
  }
  return parse.finish(file);
}

// judge gives whether the grammar accepts.
inline bool judge(formats::grammar_function function, const std::uint8_t* bytes, std::size_t size,
                  const formats::format* row, const structure_limits& limits,
                  const completed_file* file = nullptr) {
  const bytes_view data{reinterpret_cast<const std::byte*>(bytes), size};
  const std::size_t a = size ? bytes[size / 2] % (size + 1) : 0;
  const result whole = read(function, data, 0, 0, row, limits, file);
  const result cut = read(function, data, a, a + (size - a) / 2, row, limits, file);
  if (whole.ok() != cut.ok()) std::abort();
  if (!whole.ok() && (whole.why().code != cut.why().code || whole.why().offset != cut.why().offset))
    std::abort();
  return whole.ok();
}

inline int grammar(formats::grammar_function function, const std::uint8_t* bytes, std::size_t size,
                   const formats::format* row = nullptr) {
  judge(function, bytes, size, row, {});
  return 0;
}

// A grammar of pictures, at both depths: deep reading accepts nothing that the standard one refuses.
inline int pixels(formats::grammar_function function, const std::uint8_t* bytes, std::size_t size) {
  const bool standard = judge(function, bytes, size, nullptr, {});
  const bool deep = judge(function, bytes, size, nullptr, {.depth = depth::deep});
  if (deep && !standard) std::abort();
  return 0;
}

// The same where the grammar may look into the completed file.
inline int completed(formats::grammar_function function, const std::uint8_t* bytes, std::size_t size) {
  const completed_file file{size, [&](std::uint64_t offset, std::span<std::byte> into) {
                              std::copy_n(reinterpret_cast<const std::byte*>(bytes) + offset, into.size(),
                                          into.begin());
                              return into.size();
                            }};
  judge(function, bytes, size, nullptr, {}, &file);
  return 0;
}

}  // namespace uploadgate::fuzz
