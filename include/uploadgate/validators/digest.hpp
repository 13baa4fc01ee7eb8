/// \file digest.hpp
/// The SHA-256 of a file, as a fact.
#pragma once

#include <uploadgate/export.hpp>
#include <uploadgate/validator.hpp>

#include <memory>

namespace uploadgate {

/// digest never objects to content: it sets facts::sha256 when the file is complete (FIPS 180-4, by OpenSSL's
/// EVP). Where OpenSSL has no SHA-256 (a provider that failed to load), it rejects with not_checked.
class UPLOADGATE_EXPORT digest {
 public:
  static constexpr std::string_view name = "digest";

  digest();
  digest(const digest& other);
  digest& operator=(const digest&) = delete;
  ~digest();

  result begin(const upload& u);
  result feed(bytes_view chunk);
  result finish(facts& f);
  [[nodiscard]] bool same_as(const digest&) const noexcept { return true; }

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace uploadgate
