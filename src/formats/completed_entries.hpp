// What comes out of the entries of an archive on a completed file, one after another: measured against the
// limits, held against what the archive's header says, and looked into.
#pragma once

#include <uploadgate/verdict.hpp>

#include "contained.hpp"
#include "grammar.hpp"
#include "unpack_budget.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uploadgate::formats {

// An entry as the archive's header describes it.
struct described_entry {
  std::string name{};
  std::uint64_t size = 0;
  std::optional<std::uint32_t> crc{};
  std::uint64_t offset = 0;  // where objections to it stand
  bool folder = false;
};

class completed_entries {
 public:
  // `archive_size` is what the ratio counts as packed: all of the file.
  completed_entries(context& ctx, std::uint64_t archive_size)
      : ctx_{&ctx}, archive_size_{archive_size}, budget_{ctx} {}

  // The entry must live until end().
  void begin(const described_entry& entry);
  result data(bytes_view piece);
  result end();
  // finish sets the facts.
  void finish() { ctx_->found.unpacked_size = budget_.unpacked(); }

 private:
  [[nodiscard]] result in_entry(result r) const;
  [[nodiscard]] contained::spot where() const { return {.begin = entry_->offset, .name = entry_->name}; }

  context* ctx_;
  std::uint64_t archive_size_;
  unpack_budget budget_;
  const described_entry* entry_ = nullptr;
  std::optional<contained> content_;
  std::uint64_t size_ = 0;
  std::uint32_t crc_ = 0;
};

// The objection that unpacking takes more history than the policy allows.
result window_exceeded(const context& ctx, std::uint64_t offset);

}  // namespace uploadgate::formats
