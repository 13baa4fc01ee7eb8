// How a box without children is read: a head, then records, each taken in one piece.
#pragma once

#include <uploadgate/verdict.hpp>

#include "endian.hpp"
#include "reader.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace uploadgate::formats::isobmff {

struct leaf {
  std::uint32_t type = 0;
  std::uint32_t parent = 0;
  std::uint64_t start = 0;  // of the box
  std::uint64_t end = 0;    // of the box
  std::uint8_t version = 0;
  std::uint32_t flags = 0;
  unsigned phase = 0;
  std::uint64_t left = 0;      // records to come
  std::size_t record = 0;      // bytes of one
  std::uint64_t unlooked = 0;  // bytes of records that need no look
  std::uint64_t number = 0;    // for the reader of this box: what it counts
};

// What to do next: an objection, or take `want` bytes (none: the box is understood).
struct step {
  result why{};
  std::size_t want = 0;
};
inline step refuse(errc reason, std::string detail, std::uint64_t at) {
  return {{reason, std::move(detail), at}, 0};
}

// Records are taken in batches that one take() can give.
inline std::size_t batch(const leaf& l) {
  const std::uint64_t most = reader::max_take / l.record;
  return static_cast<std::size_t>(std::min(l.left, most)) * l.record;
}

// Begins `count` records of `record` bytes behind `at`; refuses a count that the box cannot hold.
inline step begin_records(leaf& l, std::uint64_t count, std::size_t record, std::uint64_t at, bool look) {
  if (count > (l.end - at) / record) {
    return refuse(errc::bad_length, "a table of " + std::to_string(count) + " entries does not fit its box",
                  at);
  }
  l.phase = 2;
  l.record = record;
  l.left = look ? count : 0;
  l.unlooked = look ? 0 : count * record;
  return {{}, l.left ? batch(l) : 0};
}

}  // namespace uploadgate::formats::isobmff
