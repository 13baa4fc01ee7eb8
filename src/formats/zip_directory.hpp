// What streamed past of each entry, kept until the central directory is compared with it.
#pragma once

#include <uploadgate/verdict.hpp>

#include "context.hpp"
#include "zip_records.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace uploadgate::formats::zip_format {

// Grows with the entries, which max_entries caps: 48 bytes and the name for each, and at most name_budget
// bytes of names.
class directory {
 public:
  static constexpr std::uint64_t mean_name = 512;

  explicit directory(context& ctx) : ctx_{&ctx} {}

  // Takes an entry whose local header stands at `offset`. Refuses a second one of the same name.
  result add(std::string_view name, std::uint64_t offset);
  // Completes the last entry with what was measured; `end` is the offset behind it.
  void measured(const header& h, std::uint64_t end);
  // Compares one entry of the central directory with what stood at its offset. Any order passes; each once.
  result compare(const header& central, std::string_view name, std::uint64_t offset);
  // The offset of the first entry that lies beneath a file.
  [[nodiscard]] std::optional<std::uint64_t> file_with_children();
  // Says whether every entry has been compared.
  [[nodiscard]] bool complete() const { return compared_ == entries_.size(); }
  [[nodiscard]] std::uint64_t size() const { return entries_.size(); }
  // The offset of the first entry whose name differs from an earlier one's in case or normalisation only.
  [[nodiscard]] const std::optional<std::uint64_t>& folded_duplicate() const { return folded_duplicate_; }

 private:
  struct entry {
    std::uint64_t offset = 0;
    std::uint64_t packed = 0;
    std::uint64_t unpacked = 0;
    std::uint64_t fold = 0;  // hash of the folded name
    std::uint32_t crc = 0;
    std::uint32_t name_at = 0;
    std::uint16_t name_length = 0;
    std::uint16_t method = 0;
    std::uint16_t flags = 0;
    bool compared = false;
  };
  [[nodiscard]] std::string_view name_of(const entry& e) const {
    return std::string_view{names_}.substr(e.name_at, e.name_length);
  }
  [[nodiscard]] bool is_file(std::string_view path);
  void grow();
  entry* find(std::uint64_t offset);

  context* ctx_;
  std::vector<entry> entries_;
  std::vector<std::uint32_t> table_;  // open addressing by fold; an index and one, or 0
  std::string names_;
  std::string buffer_;
  std::size_t next_ = 0;  // where the next central entry is looked for first
  std::size_t compared_ = 0;
  std::uint64_t data_end_ = 0;
  std::optional<std::uint64_t> folded_duplicate_;
};

}  // namespace uploadgate::formats::zip_format
