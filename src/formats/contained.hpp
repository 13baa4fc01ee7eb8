// What one entry of an archive, or one packed stream, holds: judged by its own grammar where it is an archive
// itself, else plain.
#pragma once

#include "grammar.hpp"
#include "registry.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace uploadgate::formats {

class contained {
 public:
  // An entry lies one deeper than its archive. A stream (gzip and its like) and the tar in it are one archive
  // to a person, so that a tar in a stream lies no deeper.
  enum class place : std::uint8_t { entry, stream };

  // `unpacked_before` comes from unpack_budget::before_nested(). The context must outlive this.
  // Where `wanted` is a row, the content is judged by it, whatever it looks like.
  contained(context& outer, std::uint64_t unpacked_before, place where, const format* wanted = nullptr)
      : outer_{&outer}, unpacked_before_{unpacked_before}, place_{where}, wanted_{wanted} {}

  // Where the outer file says what is wrong inside: at its own byte, where those of the content stand between
  // `begin` and `begin` + `length`, with the name of the entry behind the detail.
  struct spot {
    std::uint64_t begin = 0;
    std::uint64_t length = 0;
    std::string_view name{};
  };

  // feed judges the next bytes of the content.
  result feed(bytes_view bytes, const spot& where);
  // finish judges its end, and gives warnings and a lowered `examined` to the outer context.
  result finish(const spot& where);

  // plain: whether no further byte can be objected to.
  [[nodiscard]] bool plain() const { return decided_ && !inner_; }
  // chosen: the row whose grammar judges it; null where it is plain, or not yet known.
  [[nodiscard]] const format* chosen() const { return chosen_; }
  // found: what the inner grammar learnt; null where the content is plain.
  [[nodiscard]] const facts* found() const { return inner_ ? &inner_->found() : nullptr; }
  // unpacked: for unpack_budget::charge_nested(), after finish().
  [[nodiscard]] std::uint64_t unpacked() const { return inner_ ? found()->unpacked_size.value_or(0) : 0; }

 private:
  result decide(bool ended, const spot& where);
  result begin(const format& row, const spot& where);
  result read(bytes_view bytes, const spot& where);
  result said(const spot& where) const;

  context* outer_;
  std::uint64_t unpacked_before_;
  place place_;
  const format* wanted_;
  bool decided_ = false;
  const format* chosen_ = nullptr;
  std::array<std::byte, signature_window> first_{};
  std::size_t held_ = 0;
  std::optional<parse> inner_;
};

}  // namespace uploadgate::formats
