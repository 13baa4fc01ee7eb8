// SHA-256 (FIPS 180-4) of a stream, by OpenSSL's EVP.
#pragma once

#include <uploadgate/bytes.hpp>

#include <openssl/types.h>

#include <memory>
#include <string>

namespace uploadgate {

class sha256 {
 public:
  sha256();
  // All are false where OpenSSL has no SHA-256 or fails; then nothing that follows is true either.
  [[nodiscard]] bool ready() const { return good_; }
  bool update(bytes_view bytes);
  // Gives 64 lower-case hexadecimal digits, or an empty text; once.
  std::string hex();

 private:
  struct closer {
    void operator()(EVP_MD_CTX* context) const;
  };
  std::unique_ptr<EVP_MD_CTX, closer> context_;
  bool good_ = false;
};

// The digest of one text; empty where OpenSSL fails.
std::string sha256_hex(std::string_view text);

}  // namespace uploadgate
