/// \file max_size.hpp
/// How many bytes a file may have.
#pragma once

#include <uploadgate/validator.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace uploadgate {

/// max_size refuses a file of more than `limit` bytes: at once where the client announces more, and at the
/// first byte over it where more come. What was announced never counts as what came: a body that is longer or
/// shorter than announced is size_mismatch, and an empty one is refused unless `allow_empty` is set (OWASP
/// File Upload Cheat Sheet, "File size limits").
struct max_size {
  static constexpr std::string_view name = "max_size";

  std::uint64_t limit;       ///< bytes
  bool allow_empty = false;  ///< let a file of no bytes pass

  result begin(const upload& u) {
    announced = u.size;
    if (announced && *announced > limit) return over("announced " + std::to_string(*announced));
    if (announced == 0U && !allow_empty) return errc::empty_file;
    return {};
  }
  result feed(bytes_view chunk) {
    seen += chunk.size();
    if (seen > limit) return over("the limit is " + std::to_string(limit));
    if (announced && seen > *announced) return mismatch(*announced);
    return {};
  }
  result finish() {
    if (seen == 0 && !allow_empty) return errc::empty_file;
    if (announced && seen != *announced) return mismatch(seen);
    return {};
  }
  [[nodiscard]] bool same_as(const max_size& other) const noexcept {
    return limit == other.limit && allow_empty == other.allow_empty;
  }

  std::uint64_t seen = 0;                    ///< state of one stream
  std::optional<std::uint64_t> announced{};  ///< state of one stream

 private:
  [[nodiscard]] result over(std::string detail) const {
    return {errc::size_exceeded, std::move(detail) + " bytes", limit};
  }
  [[nodiscard]] result mismatch(std::uint64_t offset) const {
    return {errc::size_mismatch, "announced " + std::to_string(*announced) + " bytes", offset};
  }
};

/// min_size refuses a file of fewer than `limit` bytes: at once where the client announces fewer, else at the
/// end.
struct min_size {
  static constexpr std::string_view name = "min_size";

  std::uint64_t limit;  ///< bytes

  result begin(const upload& u) const { return u.size ? judge(*u.size) : result{}; }
  result feed(bytes_view chunk) {
    seen += chunk.size();
    return {};
  }
  result finish() const { return judge(seen); }
  [[nodiscard]] bool same_as(const min_size& other) const noexcept { return limit == other.limit; }

  std::uint64_t seen = 0;  ///< state of one stream

 private:
  [[nodiscard]] result judge(std::uint64_t size) const {
    if (size >= limit) return {};
    return {errc::size_too_small, std::to_string(size) + " of at least " + std::to_string(limit) + " bytes",
            size};
  }
};

}  // namespace uploadgate
