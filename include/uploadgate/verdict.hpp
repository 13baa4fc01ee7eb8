/// \file verdict.hpp
/// What a rule answers (result), and what an inspection answers (verdict).
#pragma once

#include <uploadgate/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace uploadgate {

/// objection is why a rule says no.
struct objection {
  std::error_code code;  ///< an errc, or the user's own code
  std::string detail{};  ///< particulars for the log; may quote the file, so escape it where shown
  std::optional<std::uint64_t> offset{};  ///< the byte, from the beginning of the file, where it was seen
};

/// result is what a rule returns: nothing (`return {};`), or an objection (`return errc::size_exceeded;`).
class [[nodiscard]] result {
 public:
  result() = default;
  result(errc code) : objection_{objection{make_error_code(code)}} {}  // NOLINT(google-explicit-constructor)
  result(std::error_code code) : objection_{objection{code}} {}        // NOLINT(google-explicit-constructor)
  result(objection o) : objection_{std::move(o)} {}                    // NOLINT(google-explicit-constructor)
  result(errc code, std::string detail, std::optional<std::uint64_t> offset = {})
      : objection_{objection{make_error_code(code), std::move(detail), offset}} {}

  /// ok is true where there is no objection.
  [[nodiscard]] bool ok() const noexcept { return !objection_; }
  /// why is the objection. Only where ok() is false.
  [[nodiscard]] const objection& why() const& noexcept { return *objection_; }
  [[nodiscard]] objection&& why() && noexcept { return std::move(*objection_); }

 private:
  std::optional<objection> objection_;
};

/// verdict is the state of an inspection: pending, accepted or rejected. A rejection never changes again.
class verdict {
 public:
  /// verdict is pending by default; only an inspection makes another.
  verdict() = default;

  [[nodiscard]] bool pending() const noexcept { return state_ == state::pending; }
  [[nodiscard]] bool accepted() const noexcept { return state_ == state::accepted; }
  [[nodiscard]] bool rejected() const noexcept { return state_ == state::rejected; }

  /// rule is the name of the rule that rejected; empty otherwise.
  [[nodiscard]] std::string_view rule() const noexcept { return rule_; }
  /// code is the reason; compares with errc and with condition. No error unless rejected.
  [[nodiscard]] const std::error_code& code() const noexcept { return why_.code; }
  /// condition is the coarse class of the code.
  [[nodiscard]] uploadgate::condition condition() const noexcept { return condition_of(why_.code); }
  /// reason is the stable word for the code ("size_exceeded"); "none" unless rejected.
  [[nodiscard]] std::string_view reason() const noexcept { return uploadgate::reason(why_.code); }
  /// message is the reason in words, with the detail behind it.
  [[nodiscard]] std::string message() const {
    return why_.detail.empty() ? why_.code.message() : why_.code.message() + ": " + why_.detail;
  }
  /// offset is the byte at which the reason was seen; nothing where it is not about one byte.
  [[nodiscard]] std::optional<std::uint64_t> offset() const noexcept { return why_.offset; }
  /// detail holds particulars for the log. It may quote the file or its name: escape it where it is shown.
  [[nodiscard]] const std::string& detail() const noexcept { return why_.detail; }

 private:
  friend class inspection;
  friend class form_inspection;
  enum class state : std::uint8_t { pending, accepted, rejected };

  state state_ = state::pending;
  std::string_view rule_;
  objection why_{};
};

}  // namespace uploadgate
