// What comes out of the entries of a ZIP: measured, held against the limits, and looked into.
#pragma once

#include "grammar.hpp"
#include "package.hpp"
#include "registry.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace uploadgate::formats::zip_format {

class contents {
 public:
  // Archives within archives are never followed deeper than this, whatever the policy says.
  static constexpr std::uint64_t deepest = 16;

  explicit contents(context& ctx) : ctx_{&ctx}, package_{ctx} {}

  // begin: the entry's header has been read. `entries` counts it too.
  result begin(const package_entry& entry, std::uint64_t entries);
  // data: the next bytes that came out; `offset` stands behind the packed bytes they came from.
  result data(bytes_view piece, std::uint64_t offset);
  // end: the entry's data is complete.
  result end(std::uint64_t offset);
  // finish: the directory is complete; `offset` is its beginning.
  result finish(std::uint64_t offset) { return package_.finish(offset); }
  [[nodiscard]] package& family() { return package_; }

 private:
  result decide(std::uint64_t offset);
  result open_nested(grammar_function read, const format* row, std::uint64_t offset);
  result pass(bytes_view piece, std::uint64_t offset);
  result from_nested(std::uint64_t offset) const;
  [[nodiscard]] std::uint64_t around(std::uint64_t offset) const;
  result account(std::uint64_t offset);

  context* ctx_;
  package package_;
  std::string name_;
  std::array<std::byte, signature_window> head_{};  // the first bytes of the entry, by which it is recognised
  std::size_t head_size_ = 0;
  bool decided_ = false;
  std::uint64_t entries_ = 0;  // with those of nested archives
  std::uint64_t nested_entries_ = 0;
  std::uint64_t unpacked_ = 0;         // of this archive
  std::uint64_t nested_unpacked_ = 0;  // of finished nested archives
  std::optional<parse> nested_;
};

}  // namespace uploadgate::formats::zip_format
