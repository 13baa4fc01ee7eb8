// The records of a pax extended header (POSIX.1-2017, pax, "pax Extended Header").
#pragma once

#include <uploadgate/bytes.hpp>

#include "tar_header.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace uploadgate::formats {

// What extension headers say about the next entry, over what its own header says.
struct tar_extension {
  std::optional<std::string> path;
  std::optional<std::string> link;
  std::optional<std::uint64_t> size;
  bool seen_pax = false;
  [[nodiscard]] bool any() const { return path || link || size || seen_pax; }
};

// Reads all records of one header. A global one may not say what each entry must say for itself: readers
// differ in whether they obey.
tar_fault tar_read_pax(std::string_view records, bool global, tar_extension& to);

}  // namespace uploadgate::formats
