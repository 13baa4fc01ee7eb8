// Every split: a parser's answer must not depend on how its input was cut.
#pragma once

#include <uploadgate/bytes.hpp>

#include <cstddef>

namespace uploadgate::test {

// for_every_split calls judge(cut, deliver) for the whole input, each single cut, and byte by byte, where
// deliver(feed) hands the pieces to feed(bytes_view). Long inputs are cut at a stride that still meets the
// first and the last 512 positions one by one.
template <class Judge>
void for_every_split(bytes_view input, Judge judge) {
  judge("whole", [&](auto feed) { feed(input); });
  judge("byte by byte", [&](auto feed) {
    for (std::size_t i = 0; i < input.size(); ++i) feed(input.subspan(i, 1));
  });
  judge("by sevens", [&](auto feed) {
    for (std::size_t i = 0; i < input.size(); i += 7)
      feed(input.subspan(i, std::min<std::size_t>(7, input.size() - i)));
  });
  constexpr std::size_t edge = 512;
  const std::size_t stride = input.size() <= 4 * edge ? 1 : (input.size() - 2 * edge) / edge + 1;
  for (std::size_t cut = 1; cut < input.size();) {
    judge("one cut", [&](auto feed) {
      feed(input.first(cut));
      feed(input.subspan(cut));
    });
    cut += cut < edge || cut + edge >= input.size() ? 1 : stride;
  }
}

}  // namespace uploadgate::test
