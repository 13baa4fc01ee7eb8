// The tree that the entries of a tar archive make on a disk, and where its links lead.
#pragma once

#include <uploadgate/error.hpp>

#include "context.hpp"
#include "tar_header.hpp"

#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace uploadgate::formats {

class tar_names {
 public:
  enum class kind : std::uint8_t { folder, file, link };

  // Twice max_entries bounds the entries and the folders they imply, of which about 40 bytes each are kept.
  explicit tar_names(context& ctx) : ctx_{&ctx} {}

  // add: one entry, whose header stands at `offset`. Two entries at one path, an entry beneath a file, and
  // one beneath a link are refused; a folder may be said again. Paths are compared byte by byte. `tell_path`
  // puts the path before what is wrong.
  result add(std::string_view path, kind what, std::uint64_t offset, bool tell_path = false);
  // hard_link: the target must be a file that came before.
  [[nodiscard]] tar_fault hard_link(std::string_view target) const;

 private:
  context* ctx_;
  std::unordered_map<std::uint64_t, kind> nodes_;  // by the hash of the path
};

// Where a symbolic link at `path` leads: refused unless it climbs first, descends then, and stays inside. As
// no entry lies beneath a link, that holds for links that meet other links too.
tar_fault tar_symbolic_link(std::string_view path, std::string_view target, std::uint64_t max_length);

}  // namespace uploadgate::formats
